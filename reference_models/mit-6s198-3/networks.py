"""Reference for the sweeps of the third assignment: small convolutional networks, and one that is meant to be good."""

import keras
from keras import layers

SHORT = {"batch_size": 64, "epochs": 3, "validation_split": 0.1}
TRAINING = {
    "triples": SHORT,
    "outputs": SHORT,
    "digits": {"batch_size": 64, "epochs": 2, "validation_split": 0.1},
    "pool_stride": SHORT,
    "batches_mnist": {"validation_split": 0.1},
    "batches_fashion": {"validation_split": 0.1},
    "batches_cifar": {"validation_split": 0.1},
    "fields": SHORT,
    "strides": SHORT,
    "deeper": SHORT,
    "best": {"batch_size": 64, "epochs": 12, "validation_split": 0.1},
}
GREY, COLOUR = (28, 28, 1), (32, 32, 3)


def compiled(model, rate=0.02):
    """SGD with momentum, and the loss of a classifier."""
    optimizer = keras.optimizers.SGD(rate, momentum=0.9)
    model.compile(optimizer=optimizer, loss="categorical_crossentropy", metrics=["accuracy"])
    return model


def triples_of(number, outputs=16, pool_stride=2, field=5, stride=1, shape=COLOUR):
    """So many triples of convolution, ReLU and pool, then a softmax over ten classes."""
    model = keras.Sequential([keras.Input(shape)])
    for place in range(number):
        model.add(layers.Conv2D(outputs, field, strides=stride if place == 0 else 1, padding="same"))
        model.add(layers.ReLU())
        model.add(layers.MaxPooling2D(2, strides=pool_stride, padding="same"))
    model.add(layers.Flatten())
    model.add(layers.Dense(10, activation="softmax"))
    return compiled(model)


def build_triples(removed):
    """Three triples, less those removed."""
    return triples_of(3 - removed)


def build_outputs(outputs):
    """Three triples with so many outputs of each convolution."""
    return triples_of(3, outputs=outputs)


def build_digits():
    """The network that looks at drawings."""
    return triples_of(2, outputs=8, shape=GREY)


def build_pool_stride(stride):
    """Three triples whose pools move so far."""
    return triples_of(3, outputs=8, pool_stride=stride)


def build_batches_mnist():
    """A small network, for 500 x 3000 images."""
    return triples_of(2, outputs=8, stride=2, shape=GREY)


def build_batches_fashion():
    """The same on clothes."""
    return triples_of(2, outputs=8, stride=2, shape=GREY)


def build_batches_cifar():
    """The same in colour."""
    return triples_of(2, outputs=8, stride=2)


def build_fields(field):
    """Windows of field x field pixels."""
    return triples_of(2, field=field)


def build_strides(stride):
    """The first convolution moves so far."""
    return triples_of(2, stride=stride)


def build_deeper(further):
    """Two triples, and further convolutions between them and the output."""
    model = keras.Sequential([keras.Input(COLOUR)])
    for outputs in (16, 32):
        model.add(layers.Conv2D(outputs, 3, padding="same", activation="relu"))
        model.add(layers.MaxPooling2D(2))
    for _ in range(further):
        model.add(layers.Conv2D(32, 3, padding="same", activation="relu"))
    model.add(layers.Flatten())
    model.add(layers.Dense(10, activation="softmax"))
    return compiled(model)


def build_best():
    """Three blocks with batch normalisation and Dropout."""
    model = keras.Sequential([keras.Input(COLOUR)])
    for outputs in (32, 64, 96):
        model.add(layers.Conv2D(outputs, 3, padding="same", use_bias=False))
        model.add(layers.BatchNormalization())
        model.add(layers.ReLU())
        model.add(layers.MaxPooling2D(2))
        model.add(layers.Dropout(0.15))
    model.add(layers.Flatten())
    model.add(layers.Dense(128, activation="relu"))
    model.add(layers.Dropout(0.3))
    model.add(layers.Dense(10, activation="softmax"))
    return compiled(model, rate=0.03)
