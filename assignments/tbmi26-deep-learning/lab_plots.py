"""Plots for the lab."""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.metrics import ConfusionMatrixDisplay


def plot_examples(images, labels, columns=8):
    """Show some training images with their labels."""
    _, axes = plt.subplots(2, columns, figsize=(12, 3.5))
    for axis, image, label in zip(axes.flat, images, np.ravel(labels)):
        axis.imshow(image)
        axis.set_title(int(label))
        axis.axis("off")
    plt.show()


def plot_history(history):
    """Show loss and accuracy after each epoch."""
    _, axes = plt.subplots(1, 2, figsize=(10, 3.5))
    for axis, name in zip(axes, ("loss", "accuracy")):
        axis.plot(history.history[name], label="training")
        axis.plot(history.history["val_" + name], label="validation")
        axis.set_xlabel("epoch")
        axis.set_ylabel(name)
        axis.legend()
    plt.show()


def plot_confusion(labels, probabilities):
    """Show which classes are taken for which."""
    ConfusionMatrixDisplay.from_predictions(np.ravel(labels), np.argmax(probabilities, axis=1))
    plt.show()
