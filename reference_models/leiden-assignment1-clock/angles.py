"""Reference for angles: sine and cosine of both hands, as four numbers."""

import keras
from keras import layers

EPOCHS, STEPS = 10, 180
TRAINING = {"angles": {"batch_size": 64, "epochs": EPOCHS, "encoding": "hour-sin-cos minute-sin-cos"}}


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


def build_angles():
    """Strided convolutions, products of what they see, and four numbers."""
    image = keras.Input((75, 75, 1))
    x = trunk(image)
    model = keras.Model(image, layers.Dense(4)(x))
    rate = keras.optimizers.schedules.CosineDecay(1e-3, EPOCHS * STEPS)
    model.compile(keras.optimizers.Adam(rate), "mean_squared_error")
    return model
