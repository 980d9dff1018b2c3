import keras
from keras import layers

TRAINING = {"dense": {"batch_size": 64, "epochs": 10}}

image_size = settings["image_size"]


def build_dense():
    model = keras.Sequential([keras.Input((image_size, image_size, 3)), layers.Flatten(), layers.Dense(10)])
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    return model
