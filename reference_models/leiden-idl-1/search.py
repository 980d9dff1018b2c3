"""Reference for the designs and the search: nine settings of one convolutional network."""

import keras
from keras import layers

VARIANTS = {
    "search": [
        {"activation": "relu", "optimizer": "adam", "rate": 0.001, "dropout": 0.2},
        {"activation": "relu", "optimizer": "adam", "rate": 0.003, "dropout": 0.2},
        {"activation": "relu", "optimizer": "adam", "rate": 0.001, "dropout": 0.4},
        {"activation": "elu", "optimizer": "adam", "rate": 0.001, "dropout": 0.2},
        {"activation": "tanh", "optimizer": "adam", "rate": 0.001, "dropout": 0.2},
        {"activation": "relu", "optimizer": "rmsprop", "rate": 0.001, "dropout": 0.2},
        {"activation": "relu", "optimizer": "sgd", "rate": 0.01, "dropout": 0.2},
        {"activation": "relu", "optimizer": "sgd", "rate": 0.03, "dropout": 0.2},
        {"activation": "relu", "optimizer": "sgd", "rate": 0.03, "dropout": 0.0},
    ]
}
TRAINING = {
    "mlps": {"batch_size": 128, "epochs": 6, "validation_split": 0.1},
    "cnns": {"batch_size": 128, "epochs": 2, "validation_split": 0.1},
    "search": {"batch_size": 64, "epochs": 3, "validation_split": 0.1},
}


def made(optimizer, rate=None):
    """An optimizer by name; SGD has momentum 0.9."""
    if optimizer == "sgd":
        return keras.optimizers.SGD(rate or 0.01, momentum=0.9)
    return {"adam": keras.optimizers.Adam, "rmsprop": keras.optimizers.RMSprop}[optimizer](rate or 0.001)


def compiled(model, optimizer):
    """With the loss of a classifier."""
    model.compile(optimizer=optimizer, loss="categorical_crossentropy", metrics=["accuracy"])
    return model


def build_mlps(hidden, optimizer):
    """Hidden layers such as `256-128`, and ten outputs."""
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten()])
    for units in hidden.split("-"):
        model.add(layers.Dense(int(units), activation="relu"))
    model.add(layers.Dense(10, activation="softmax"))
    return compiled(model, made(optimizer))


def build_cnns(blocks, optimizer):
    """Blocks such as `32-32/64-64`: convolutions, and a pool after each block."""
    model = keras.Sequential([keras.Input((28, 28, 1))])
    for block in blocks.split("/"):
        for filters in block.split("-"):
            model.add(layers.Conv2D(int(filters), 3, padding="same", activation="relu"))
        model.add(layers.MaxPooling2D(2))
    model.add(layers.Flatten())
    model.add(layers.Dense(10, activation="softmax"))
    return compiled(model, made(optimizer))


def build_search(activation, optimizer, rate, dropout):
    """Two convolutions and a hidden layer."""
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation=activation),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation=activation),
            layers.MaxPooling2D(2),
            layers.Dropout(dropout),
            layers.Flatten(),
            layers.Dense(64, activation=activation),
            layers.Dense(10, activation="softmax"),
        ]
    )
    return compiled(model, made(optimizer, rate))
