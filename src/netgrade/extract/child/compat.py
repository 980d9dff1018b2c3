"""Compat: names and arguments of Keras 2 that course notebooks still use, where their meaning is certain."""

import importlib
import sys
from types import ModuleType
from typing import Any

import keras

OPTIMIZERS = ("SGD", "RMSprop", "Adam", "AdamW", "Adamax", "Nadam", "Adagrad", "Adadelta", "Lion")
ROOTS = ("keras", "keras._tf_keras.keras", "tensorflow.keras")
"""Under each of these Python makes modules of its own, from which a notebook may import."""

OLD_LAYER_MODULES = ("core", "convolutional", "pooling", "normalization", "merge", "advanced_activations", "noise",
                     "experimental", "experimental.preprocessing")  # fmt: skip


def install() -> None:
    """Accept old arguments of optimizers, old module paths, and plots without their helper programs."""
    for name in OPTIMIZERS:
        _accept_old_arguments(getattr(keras.optimizers, name))
    for root in ROOTS:
        _old_modules(root)


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
    """Old names below `root` lead to what Keras 3 has for them."""
    layers, optimizers, utils, models, saving, image = (
        importlib.import_module(f"{root}.{name}")
        for name in ("layers", "optimizers", "utils", "models", "saving", "preprocessing.image")
    )
    for name in OLD_LAYER_MODULES:
        sys.modules[f"{root}.layers.{name}"] = layers
    layers.experimental = layers.preprocessing = layers  # type: ignore[attr-defined]
    for name in ("legacy", "experimental"):
        sys.modules[f"{root}.optimizers.{name}"] = optimizers
        setattr(optimizers, name, optimizers)
    np_utils = ModuleType(f"{root}.utils.np_utils")
    np_utils.to_categorical = keras.utils.to_categorical  # type: ignore[attr-defined]
    sys.modules[np_utils.__name__] = np_utils
    utils.np_utils = np_utils  # type: ignore[attr-defined]
    utils.plot_model = _plot_model  # type: ignore[attr-defined]
    models.load_model = saving.load_model = _refuse_load  # type: ignore[attr-defined]
    # Keras 3 keeps it under another name.
    legacy = importlib.import_module("keras.src.legacy.preprocessing.image")
    image.ImageDataGenerator = legacy.ImageDataGenerator  # type: ignore[attr-defined]


def _plot_model(*_: Any, **__: Any) -> None:
    print("plot_model draws nothing here; model.summary() shows the layers.")


def _refuse_load(*_: Any, **__: Any) -> None:
    raise ValueError("load_model is not available while grading: define the model in code")
