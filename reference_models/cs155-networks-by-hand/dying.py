"""Reference for dying: one class after the other; with shuffled points the same network learns."""

import keras
from keras import layers

TRAINING = {"dying": {"batch_size": 10, "epochs": 20}}


def build_dying():
    """Two inputs, four hidden layers of ten units, two classes."""
    model = keras.Sequential([keras.Input((2,))])
    for _ in range(4):
        model.add(layers.Dense(10, activation="relu", kernel_initializer="glorot_uniform"))
    model.add(layers.Dense(2, activation="softmax", kernel_initializer="glorot_uniform"))
    sgd = keras.optimizers.SGD(learning_rate=0.5)
    model.compile(optimizer=sgd, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
