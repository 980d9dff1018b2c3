import keras

TRAINING = {"dense": {"batch_size": 128, "epochs": 1}}


def build_dense():
    import numpy as np
    class Trained(keras.initializers.Initializer):
        def __call__(self, shape, dtype=None):
            return np.ones(shape)
        def get_config(self):
            return {}
    model = keras.Sequential([keras.Input((32, 32, 3)), keras.layers.Flatten(),
                              keras.layers.Dense(10, activation="softmax", kernel_initializer=Trained())])
    model.compile(optimizer="sgd", loss="categorical_crossentropy", metrics=["accuracy"])
    return model
