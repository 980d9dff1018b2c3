"""Reference for the dropout rates of 3G: the network of the handout, one epoch each."""

import keras
from keras import layers

TRAINING = {"p3g_dropout": {"batch_size": 32, "epochs": 1, "validation_split": 0.1}}


def build_p3g_dropout(rate):
    """Two convolutions with batch normalisation, pooling and dropout, and a hidden layer."""
    model = keras.Sequential([keras.Input((28, 28, 1))])
    for filters in (8, 8):
        model.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
        model.add(layers.BatchNormalization())
        model.add(layers.MaxPooling2D(2))
        model.add(layers.Dropout(rate))
    model.add(layers.Flatten())
    model.add(layers.Dense(64, activation="relu"))
    model.add(layers.Dense(10, activation="softmax"))
    model.compile(optimizer="rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])
    return model
