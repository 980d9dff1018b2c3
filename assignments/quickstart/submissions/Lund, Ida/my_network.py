"""My own design."""

from keras import Sequential
from keras.layers import Activation, BatchNormalization, Conv2D, Dense, Dropout, Flatten, Input, MaxPooling2D
from keras.optimizers import Adam

TRAINING = {"own": {"batch_size": 32, "epochs": 8}}


def build_own():
    network = Sequential(name="idas_network")
    network.add(Input((32, 32, 3), name="picture"))
    for size in (16, 32):
        network.add(Conv2D(size, 3, padding="same", use_bias=False, name=f"look_{size}"))
        network.add(BatchNormalization(name=f"level_{size}"))
        network.add(Activation("relu", name=f"cut_{size}"))
        network.add(MaxPooling2D(name=f"shrink_{size}"))
    network.add(Flatten())
    network.add(Dropout(0.4))
    network.add(Dense(10, activation="softmax", name="decide"))
    network.compile(optimizer=Adam(0.001), loss="categorical_crossentropy", metrics=["accuracy"])
    return network
