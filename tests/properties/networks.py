"""Two networks as Keras describes them, without starting Keras."""

DTYPE = {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}, "registered_name": None}
ADAM = {"module": "keras.optimizers", "class_name": "Adam", "registered_name": None,
        "config": {"name": "adam", "learning_rate": 0.001, "weight_decay": None, "clipnorm": None, "use_ema": False,
                   "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7, "amsgrad": False}}  # fmt: skip
SCHEDULED = {"class_name": "SGD", "config": {
    "learning_rate": {"class_name": "ExponentialDecay", "config": {
        "initial_learning_rate": 0.1, "decay_steps": 100, "decay_rate": 0.9, "staircase": False}},
    "momentum": 0.9, "nesterov": True}}  # fmt: skip
CALLBACKS = [
    {"class_name": "EarlyStopping", "config": {"monitor": "val_loss", "patience": 3, "min_delta": 0.0}},
    {"class_name": "LearningRateScheduler", "config": {"values": [0.1, 0.1, 0.05, 0.05, 0.01]}},
    {"class_name": "ModelCheckpoint", "config": {"save_best_only": True}},
]


def layer(kind, name, **config):
    return {"module": "keras.layers", "class_name": kind, "registered_name": None,
            "config": {"name": name, "trainable": True, "dtype": DTYPE, **config}}  # fmt: skip


def initializer(kind, **config):
    return {"module": "keras.initializers", "class_name": kind, "config": config, "registered_name": None}


def convolution(name, padding="valid"):
    return layer(
        "Conv2D", name, filters=4, kernel_size=[3, 3], strides=[1, 1], padding=padding, dilation_rate=[1, 1], groups=1,
        data_format="channels_last", activation="relu", use_bias=True, kernel_regularizer=None,
        kernel_initializer=initializer("GlorotUniform", seed=None), bias_initializer=initializer("Zeros"),
    )  # fmt: skip


INPUT = layer("InputLayer", "images", batch_shape=[None, 32, 32, 3])
LAST = layer("Dense", "last", units=10, activation="softmax", use_bias=True)


def sequential(*extra):
    layers = [INPUT, convolution("look"), *extra, layer("MaxPooling2D", "pool", pool_size=[4, 4], strides=[4, 4]),
              layer("Flatten", "flat"), LAST]  # fmt: skip
    return {"class_name": "Sequential", "config": {"name": "mine", "layers": layers}}


def _reading(one, *sources):
    tensors = [{"class_name": "__keras_tensor__", "config": {"keras_history": [name, 0, 0]}} for name in sources]
    nodes = [{"args": [tensors] if len(sources) > 1 else tensors, "kwargs": {}}] if sources else []
    return one | {"name": one["config"]["name"], "inbound_nodes": nodes}


def functional(**changes):
    """Two branches that are added, and a model inside."""
    block = {"class_name": "Sequential", "config": {"name": "block", "layers": [
        layer("GroupNormalization", "groups", groups=2, axis=-1), layer("Dropout", "drop", rate=0.2)]}}  # fmt: skip
    layers = [
        _reading(INPUT), _reading(convolution("a", "same"), "images"), _reading(convolution("b", "same"), "images"),
        _reading(layer("Add", "sum"), "a", "b"), _reading(block, "sum"),
        _reading(layer("Reshape", "row", target_shape=[1024, 4]), "block"),
        _reading(layer("Flatten", "flat"), "row"), _reading(LAST, "flat"),
    ]  # fmt: skip
    ends = {"input_layers": ["images", 0, 0], "output_layers": ["last", 0, 0]}
    return {"class_name": "Functional", "config": {"name": "mine", "layers": layers} | ends | changes}


NORMAL = layer("BatchNormalization", "normal", axis=-1, momentum=0.99, epsilon=0.001, center=True, scale=True)
DROPOUT = layer("Dropout", "drop", rate=0.2, seed=None)


def declared(architecture, **changes):
    """What the sandbox says of one task."""
    return {
        "status": "ok", "architecture": architecture, "optimizer": ADAM, "loss": "categorical_crossentropy",
        "loss_config": {"from_logits": False, "label_smoothing": 0.1}, "epochs": 5, "batch_size": 32,
        "validation_fraction": 0.2, "callbacks": [], "augmentation": {"horizontal_flip": True, "zoom_range": 0.1},
        "transform": {"scale": [1 / 255], "offset": [0.0]}, "source": "model.py: build_cnn",
        "claims": [{"figure": "test_accuracy", "value": 0.6, "where": "cell 3"}], "cautions": ["a remark"],
    } | changes  # fmt: skip


def saved():
    """config.json of a `.keras` file."""
    return sequential(NORMAL, DROPOUT) | {
        "module": "keras",
        "compile_config": {"optimizer": ADAM, "loss": "mse", "metrics": ["accuracy"], "jit_compile": False},
    }
