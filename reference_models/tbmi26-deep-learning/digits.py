"""Reference for the network of the earlier lab: one hidden layer of 200 units on handwritten digits."""

import keras
from keras import layers

TRAINING = {"digits": {"batch_size": 64, "epochs": 5}}


def build_digits():
    """784 numbers, 200 hyperbolic tangents, ten classes: 159,010 parameters."""
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Flatten(),
            layers.Dense(200, activation="tanh"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    sgd = keras.optimizers.SGD(learning_rate=0.05, momentum=0.9)
    model.compile(optimizer=sgd, loss="categorical_crossentropy", metrics=["accuracy"])
    return model
