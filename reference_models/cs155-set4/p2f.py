"""Reference for 2F: 1000 hidden units in two layers."""

import keras
from keras import layers

BATCH_SIZE, EPOCHS = 128, 25
STEPS = EPOCHS * 54_000 // BATCH_SIZE

TRAINING = {"p2f": {"batch_size": BATCH_SIZE, "epochs": EPOCHS, "validation_split": 0.1}}


def build_p2f():
    """Two layers, 700 and 300 units: depth uses the budget better than width alone."""
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Flatten(),
            layers.Dropout(0.1),
            layers.Dense(700),
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.Dropout(0.4),
            layers.Dense(300),
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.Dropout(0.3),
            layers.Dense(10, activation="softmax"),
        ]
    )
    adam = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.002, STEPS))
    model.compile(optimizer=adam, loss="categorical_crossentropy", metrics=["accuracy"])
    return model
