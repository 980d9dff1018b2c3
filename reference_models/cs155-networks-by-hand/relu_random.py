"""Reference for relu_random: ReLU from random weights learns in a few epochs."""

import keras
from keras import layers

TRAINING = {"relu_random": {"batch_size": 32, "epochs": 100}}


def build_relu_random():
    """Two inputs, two hidden layers of ten units, two classes."""
    model = keras.Sequential([keras.Input((2,))])
    for _ in range(2):
        model.add(layers.Dense(10, activation="relu", kernel_initializer="glorot_uniform"))
    model.add(layers.Dense(2, activation="softmax", kernel_initializer="glorot_uniform"))
    sgd = keras.optimizers.SGD(learning_rate=0.1)
    model.compile(optimizer=sgd, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
