import keras

TRAINING = {"dense": {"batch_size": 128, "epochs": 1}}


def build_dense():
    class Counter(keras.layers.Layer):
        def call(self, x):
            return x
    model = keras.Sequential([keras.Input((32, 32, 3)), Counter(), keras.layers.Flatten(), keras.layers.Dense(10)])
    model.compile(optimizer="sgd", loss="categorical_crossentropy", metrics=["accuracy"])
    return model
