import sys
sys.setrecursionlimit(10**9)
def deeper(n):
    return deeper(n + 1)
deeper(0)

import keras

TRAINING = {"dense": {"batch_size": 128, "epochs": 1}}


def build_dense():
    model = keras.Sequential(
        [keras.Input((32, 32, 3)), keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")]
    )
    model.compile(optimizer=keras.optimizers.SGD(0.01), loss="categorical_crossentropy", metrics=["accuracy"])
    return model
