"""Reference for the convolutional task: the network of the original lab report, 81,834 parameters."""

import keras
from keras import layers

BATCH_SIZE, EPOCHS = 64, 15
STEPS = EPOCHS * 40_000 // BATCH_SIZE

TRAINING = {"q4": {"batch_size": BATCH_SIZE, "epochs": EPOCHS}}


def build_q4():
    """Three convolutions, whose pools of 2, 3 and 2 leave one pixel of 120 features."""
    model = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.Conv2D(32, 5, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 4, activation="relu"),
            layers.MaxPooling2D(3),
            layers.Conv2D(120, 2, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(120, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    rate = keras.optimizers.schedules.CosineDecay(0.02, STEPS)
    sgd = keras.optimizers.SGD(learning_rate=rate, momentum=0.9, nesterov=True)
    model.compile(optimizer=sgd, loss="categorical_crossentropy", metrics=["accuracy"])
    return model
