"""Reference for two heads: the hour among 12 classes, the minute among 60."""

import keras
from keras import layers

EPOCHS, STEPS = 12, 180
TRAINING = {"two_heads": {"batch_size": 64, "epochs": EPOCHS, "encoding": "hour-class minute-class"}}


def block(x, filters, kernel):
    """A strided convolution: half the size, without the cost of a pooling after it."""
    x = layers.Conv2D(filters, kernel, strides=2, padding="same", use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization()(x))


def trunk(x):
    """Where the hands and the mark at 12 point, and products of these: the face is turned by any angle."""
    x = block(x, 16, 5)
    for filters in (32, 64, 64):
        x = block(x, filters, 3)
    x = layers.Flatten()(x)
    x = layers.BatchNormalization()(layers.Multiply()([layers.Dense(128)(x), layers.Dense(128)(x)]))
    return layers.Dense(128, activation="relu")(x)


def build_two_heads():
    """Strided convolutions, products of what they see, and a softmax for each hand."""
    image = keras.Input((75, 75, 1))
    x = trunk(image)
    hour = layers.Dense(12, activation="softmax", name="hour")(x)
    minute = layers.Dense(60, activation="softmax", name="minute")(x)
    model = keras.Model(image, [hour, minute])
    rate = keras.optimizers.schedules.CosineDecay(1e-3, EPOCHS * STEPS)
    model.compile(keras.optimizers.Adam(rate), ["sparse_categorical_crossentropy"] * 2)
    return model
