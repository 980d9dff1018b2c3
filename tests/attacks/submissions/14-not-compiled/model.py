import keras

TRAINING = {"dense": {"batch_size": 128, "epochs": 1}}


def build_dense():
    return keras.Sequential([keras.Input((32, 32, 3)), keras.layers.Flatten(), keras.layers.Dense(10)])
