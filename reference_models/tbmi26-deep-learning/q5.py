"""Reference for the Dropout task: the convolutional network, with Dropout added."""

import keras
from keras import layers

TRAINING = {"q5": {"batch_size": 32, "epochs": 15}}


def build_q5():
    """Dropout of 0.2 after each pooling."""
    model = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.Conv2D(32, 5, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Dropout(0.2),
            layers.Conv2D(64, 4, activation="relu"),
            layers.MaxPooling2D(3),
            layers.Dropout(0.2),
            layers.Conv2D(120, 2, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Dropout(0.2),
            layers.Flatten(),
            layers.Dense(120, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    sgd = keras.optimizers.SGD(learning_rate=0.01, momentum=0.9, nesterov=True)
    model.compile(optimizer=sgd, loss="categorical_crossentropy", metrics=["accuracy"])
    return model
