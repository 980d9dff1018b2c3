import keras

TRAINING = {"dense": {"batch_size": 128, "epochs": 1}}


def build_dense():
    class Dense(keras.layers.Dense):
        def call(self, x):
            return super().call(x)
    model = keras.Sequential([keras.Input((32, 32, 3)), keras.layers.Flatten(), Dense(10)])
    model.compile(optimizer="sgd", loss="categorical_crossentropy", metrics=["accuracy"])
    return model
