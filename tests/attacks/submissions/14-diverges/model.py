import keras

TRAINING = {"dense": {"batch_size": 128, "epochs": 1}}


def build_dense():
    model = keras.Sequential(
        [keras.Input((32, 32, 3)), keras.layers.Flatten(), keras.layers.Dense(10, activation="exponential")]
    )
    model.compile(optimizer=keras.optimizers.SGD(100.0, momentum=0.99), loss="categorical_crossentropy", metrics=["accuracy"])
    return model
