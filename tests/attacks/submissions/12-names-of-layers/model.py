import keras

TRAINING = {"dense": {"batch_size": 128, "epochs": 1}}


def build_dense():
    model = keras.Sequential([keras.Input((32, 32, 3)), keras.layers.Flatten(name="f"), keras.layers.Dense(10, activation="softmax", name="d")])
    model.layers[-1].name = '<script>alert(1)</script>'
    model.compile(optimizer="sgd", loss="categorical_crossentropy", metrics=["accuracy"])
    return model
