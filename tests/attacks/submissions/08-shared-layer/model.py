import keras

TRAINING = {"dense": {"batch_size": 128, "epochs": 1}}


def build_dense():
    x = keras.Input((32, 32, 3))
    layer = keras.layers.Conv2D(3, 3, padding="same")
    y = x
    for _ in range(50):
        y = layer(y)
    model = keras.Model(x, keras.layers.Dense(10, activation="softmax")(keras.layers.Flatten()(y)))
    model.compile(optimizer="sgd", loss="categorical_crossentropy", metrics=["accuracy"])
    return model
