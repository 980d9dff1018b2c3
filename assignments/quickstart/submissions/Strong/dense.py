"""Reference for the fully connected task: two hidden layers."""

import keras
from keras import layers

TRAINING = {"dense": {"batch_size": 64, "epochs": 12}}


def build_dense():
    """Two hidden layers see the image as 3,072 numbers, without knowing which are neighbours."""
    model = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.Flatten(),
            layers.Dense(256, activation="relu"),
            layers.Dense(128, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    sgd = keras.optimizers.SGD(learning_rate=0.01, momentum=0.9, nesterov=True)
    model.compile(optimizer=sgd, loss="categorical_crossentropy", metrics=["accuracy"])
    return model
