import keras

TRAINING = {"dense": {"batch_size": 128, "epochs": 1}}


def build_dense():
    import numpy as np
    model = keras.Sequential([keras.Input((32, 32, 3)), keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
    model.compile(optimizer="sgd", loss="categorical_crossentropy")
    model.fit(np.zeros((8, 32, 32, 3)), np.zeros((8, 10)), epochs=500)
    return model
