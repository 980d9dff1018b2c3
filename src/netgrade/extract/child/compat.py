"""Compat: names and arguments of Keras 2 that course notebooks still use, where their meaning is certain."""

import importlib
import sys
from types import ModuleType
from typing import Any

import keras

OPTIMIZERS = ("SGD", "RMSprop", "Adam", "AdamW", "Adamax", "Nadam", "Adagrad", "Adadelta", "Lion")
OLD_LAYER_MODULES = ("core", "convolutional", "pooling", "normalization", "merge", "advanced_activations", "noise")


def install() -> None:
    """Accept old arguments of optimizers, old module paths, and plots without their helper programs."""
    for name in OPTIMIZERS:
        _accept_old_arguments(getattr(keras.optimizers, name))
    importlib.import_module("keras._tf_keras.keras")
    for root in ("keras", "keras._tf_keras.keras", "tensorflow.keras"):
        _old_modules(root)
    keras.utils.plot_model = _plot_model
    keras.models.load_model = _refuse_load
    keras.saving.load_model = _refuse_load


def _accept_old_arguments(kind: Any) -> None:
    made = kind.__init__

    def init(this: Any, *args: Any, **kwargs: Any) -> None:
        if "lr" in kwargs:
            kwargs["learning_rate"] = kwargs.pop("lr")
        decay = kwargs.pop("decay", None)
        made(this, *args, **kwargs)
        if decay:
            # Keras 2: inverse-time decay at every step. Keras 3 ignores it, so it is noted for the grader.
            object.__setattr__(this, "netgrade_decay", float(decay))

    kind.__init__ = init


def _old_modules(root: str) -> None:
    package = sys.modules.get(root)
    if package is None and root.startswith("tensorflow"):
        package = importlib.import_module("keras._tf_keras.keras")
    for name in OLD_LAYER_MODULES:
        sys.modules.setdefault(f"{root}.layers.{name}", keras.layers)
    np_utils = ModuleType(f"{root}.utils.np_utils")
    np_utils.to_categorical = keras.utils.to_categorical  # type: ignore[attr-defined]
    sys.modules.setdefault(np_utils.__name__, np_utils)
    keras.utils.np_utils = np_utils
    if package is not None:
        package.utils.np_utils = np_utils
        package.utils.plot_model = _plot_model
        package.models.load_model = _refuse_load
    _image_generator(root)


def _image_generator(root: str) -> None:
    """`keras.preprocessing.image.ImageDataGenerator`, which Keras 3 keeps under another name."""
    legacy = importlib.import_module("keras.src.legacy.preprocessing.image")
    keras.preprocessing.image.ImageDataGenerator = legacy.ImageDataGenerator
    sys.modules.setdefault(f"{root}.preprocessing.image", keras.preprocessing.image)


def _plot_model(*_: Any, **__: Any) -> None:
    print("plot_model draws nothing here; model.summary() shows the layers.")


def _refuse_load(*_: Any, **__: Any) -> None:
    raise ValueError("load_model is not available while grading: define the model in code")
