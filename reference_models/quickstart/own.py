"""Reference for the own design: three convolutions with batch normalisation, and Dropout before the classifier."""

import keras
from keras import layers

TRAINING = {"own": {"batch_size": 64, "epochs": 6}}


def build_own():
    """Each block halves the picture and doubles the filters; normalising lets a larger learning rate work."""
    model = keras.Sequential([keras.Input((32, 32, 3))])
    for filters in (16, 32, 64):
        model.add(layers.Conv2D(filters, 3, padding="same", use_bias=False))
        model.add(layers.BatchNormalization(momentum=0.9))
        model.add(layers.Activation("relu"))
        model.add(layers.MaxPooling2D())
    model.add(layers.Flatten())
    model.add(layers.Dropout(0.3))
    model.add(layers.Dense(64, activation="relu"))
    model.add(layers.Dense(10, activation="softmax"))
    model.compile(optimizer=keras.optimizers.Adam(0.001), loss="categorical_crossentropy", metrics=["accuracy"])
    return model
