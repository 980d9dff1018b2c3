import keras
from keras import layers

TRAINING = {"cnn": {"batch_size": 32, "epochs": 5}}


def build_cnn():
    model = keras.Sequential([keras.Input((32, 32, 3))])
    for filters in (16, 32):
        model.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
        model.add(layers.MaxPooling2D())
    model.add(layers.Flatten())
    model.add(layers.Dense(64, activation="relu"))
    model.add(layers.Dense(10, activation="softmax"))
    model.compile(optimizer=keras.optimizers.SGD(learning_rate=float("nan")), loss="categorical_crossentropy", metrics=["accuracy"])
    return model
