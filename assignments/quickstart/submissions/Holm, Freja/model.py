import keras
from keras import layers

TRAINING = {"dense": {"batch_size": 32, "epochs": 7}}


def build_dense():
    model = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.Flatten(),
            layers.Dense(200, activation="relu"),
            layers.Dense(100, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(optimizer=keras.optimizers.Adam(0.0003), loss="categorical_crossentropy", metrics=["accuracy"])
    return model
