"""Reference for 2E: 200 hidden units in one layer."""

import keras
from keras import layers

BATCH_SIZE, EPOCHS = 128, 30
STEPS = EPOCHS * 54_000 // BATCH_SIZE

TRAINING = {"p2e": {"batch_size": BATCH_SIZE, "epochs": EPOCHS, "validation_split": 0.1}}


def build_p2e():
    """As 2D with twice the units, and more dropout because there is more to overfit with."""
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Flatten(),
            layers.Dropout(0.1),
            layers.Dense(200),
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.Dropout(0.25),
            layers.Dense(10, activation="softmax"),
        ]
    )
    adam = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.003, STEPS))
    model.compile(optimizer=adam, loss="categorical_crossentropy", metrics=["accuracy"])
    return model
