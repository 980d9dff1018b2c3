import keras
from keras import layers

TRAINING = {"own": {"batch_size": 64, "epochs": 10}}


def build_own():
    model = keras.Sequential([keras.Input((32, 32, 3)), layers.Flatten(), layers.Dense(10, activation="softmax")])
    filters = 8
    while filters != 100:  # 8, 16, 32, 64, 128, ... never 100
        filters *= 2
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    return model
