"""Reference for 3G: a small convolutional network, five epochs."""

import keras
from keras import layers

BATCH_SIZE, EPOCHS = 128, 5
STEPS = EPOCHS * 54_000 // BATCH_SIZE

TRAINING = {"p3g": {"batch_size": BATCH_SIZE, "epochs": EPOCHS, "validation_split": 0.1}}


def build_p3g():
    """Two convolutions with batch normalisation and pooling, then a little dropout before the output."""
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(16, 3, use_bias=False),
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(32, 3, use_bias=False),
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dropout(0.2),
            layers.Dense(10, activation="softmax"),
        ]
    )
    adam = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.004, STEPS))
    model.compile(optimizer=adam, loss="categorical_crossentropy", metrics=["accuracy"])
    return model
