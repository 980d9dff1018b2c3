"""Reference for the sweeps and classifiers of the second assignment: fully connected networks, trained with SGD."""

import keras
from keras import layers

FIVE = {"batch_size": 64, "epochs": 5, "validation_split": 0.1}
TRAINING = {
    "untrained": {"batch_size": 64, "epochs": 1, "validation_split": 0.1},
    "linear": FIVE,
    "two_layers": FIVE,
    "depth": FIVE,
    "widths": FIVE,
    "batches": {"validation_split": 0.1},
    "worst_mnist": FIVE,
    "worst_fashion": FIVE,
}


def network(*units, rate=0.05):
    """Hidden layers with ReLU and a softmax over ten classes."""
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten()])
    for size in units:
        model.add(layers.Dense(size, activation="relu"))
    model.add(layers.Dense(10, activation="softmax"))
    model.compile(optimizer=keras.optimizers.SGD(rate), loss="categorical_crossentropy", metrics=["accuracy"])
    return model


def build_untrained():
    """A learning rate at which nothing moves."""
    return network(10, rate=1e-9)


def build_linear(units):
    """Flatten, FC(10) and softmax."""
    return network()


def build_two_layers(units):
    """One hidden layer before the last."""
    return network(units)


def build_depth(layers):
    """So many fully connected layers in all."""
    return network(*[100] * (layers - 1))


def build_widths(first, second):
    """Two hidden layers."""
    return network(first, second)


def build_batches():
    """The network whose last loss is read after so many batches."""
    return network(100)


def build_worst_mnist():
    """The network whose worst classified digits are shown."""
    return network(100, rate=0.1)


def build_worst_fashion():
    """The same for clothes."""
    return network(100, rate=0.1)
