import keras

TRAINING = {"dense": {"batch_size": 128, "epochs": 1}}


def build_dense():
    return None
