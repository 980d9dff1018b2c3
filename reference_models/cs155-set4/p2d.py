"""Reference for 2D: 100 hidden units in one layer."""

import keras
from keras import layers

BATCH_SIZE, EPOCHS = 128, 20
STEPS = EPOCHS * 54_000 // BATCH_SIZE

TRAINING = {"p2d": {"batch_size": BATCH_SIZE, "epochs": EPOCHS, "validation_split": 0.1}}


def build_p2d():
    """One layer of 100 rectified units; the learning rate falls to zero, so that the last epochs settle."""
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Flatten(),
            layers.Dense(100),
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.Dropout(0.1),
            layers.Dense(10, activation="softmax"),
        ]
    )
    adam = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.003, STEPS))
    model.compile(optimizer=adam, loss="categorical_crossentropy", metrics=["accuracy"])
    return model
