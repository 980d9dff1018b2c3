"""Reference for the own design: four convolutions with batch normalisation, mirrored images and a falling rate."""

import keras
from keras import layers

BATCH_SIZE, EPOCHS = 64, 20
STEPS = EPOCHS * 40_000 // BATCH_SIZE

TRAINING = {"q9": {"batch_size": BATCH_SIZE, "epochs": EPOCHS}}


def build_q9():
    """Each convolution is normalised before its ReLU; Dropout grows towards the classifier."""
    model = keras.Sequential([keras.Input((32, 32, 3)), layers.RandomFlip("horizontal")])
    for filters, pool in ((32, True), (64, True), (128, False), (128, True)):
        model.add(layers.Conv2D(filters, 3, padding="same", use_bias=False))
        model.add(layers.BatchNormalization())
        model.add(layers.Activation("relu"))
        if pool:
            model.add(layers.MaxPooling2D())
            model.add(layers.Dropout(0.1))
    model.add(layers.Flatten())
    model.add(layers.Dropout(0.3))
    model.add(layers.Dense(128, activation="relu"))
    model.add(layers.Dropout(0.3))
    model.add(layers.Dense(10, activation="softmax"))
    rate = keras.optimizers.schedules.CosineDecay(0.002, STEPS)
    model.compile(optimizer=keras.optimizers.Adam(rate), loss="categorical_crossentropy", metrics=["accuracy"])
    return model
