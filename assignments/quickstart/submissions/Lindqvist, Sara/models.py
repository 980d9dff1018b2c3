"""All five models of the lab."""

import keras
from keras import layers

TRAINING = {
    "dense": {"batch_size": 64, "epochs": 12},
    "cnn": {"batch_size": 32, "epochs": 6},
    "dropout": {"batch_size": 32, "epochs": 7},
    "batchnorm": {"batch_size": 32, "epochs": 5},
    "own": {"batch_size": 64, "epochs": 6},
}


def compiled(stack, optimizer=None):
    model = keras.Sequential([keras.Input((32, 32, 3)), *stack, layers.Dense(10, activation="softmax")])
    optimizer = optimizer or keras.optimizers.SGD(learning_rate=0.01, momentum=0.9, nesterov=True)
    model.compile(optimizer=optimizer, loss="categorical_crossentropy", metrics=["accuracy"])
    return model


def convolutions(*, after_pool=None):
    """The network of three tasks; two of them add a layer after each pooling."""
    stack = []
    for filters in (16, 32):
        stack += [layers.Conv2D(filters, 3, padding="same", activation="relu"), layers.MaxPooling2D()]
        if after_pool:
            stack.append(after_pool())
    return [*stack, layers.Flatten(), layers.Dense(64, activation="relu")]


def build_dense():
    return compiled([layers.Flatten(), layers.Dense(256, activation="relu"), layers.Dense(128, activation="relu")])


def build_cnn():
    return compiled(convolutions())


def build_dropout():
    return compiled(convolutions(after_pool=lambda: layers.Dropout(0.1)))


def build_batchnorm():
    return compiled(convolutions(after_pool=layers.BatchNormalization))


def build_own():
    stack = []
    for filters in (16, 32, 64):
        stack += [
            layers.Conv2D(filters, 3, padding="same", use_bias=False),
            layers.BatchNormalization(momentum=0.9),
            layers.Activation("relu"),
            layers.MaxPooling2D(),
        ]
    stack += [layers.Flatten(), layers.Dropout(0.3), layers.Dense(64, activation="relu")]
    return compiled(stack, keras.optimizers.Adam(0.001))
