"""A small data set that can be learned in seconds, and three plans for it: what the tests of `train` train."""

from pathlib import Path
from typing import Any

import numpy as np

from netgrade.objects.dataset import Dataset
from netgrade.objects.declaration import InputTransform
from netgrade.objects.plan import Layer, Optimizer, Plan

SHAPE = (8, 8, 3)
CLASSES = 4
GLOROT = {"class_name": "GlorotUniform", "config": {"seed": None}}
L2 = {"class_name": "L2", "config": {"l2": 0.0001}}


def make_dataset(folder: Path, images: int = 640) -> Dataset:
    """Four patterns (8, 8, 3) under heavy noise, laid out as `datasets` does it."""
    random = np.random.default_rng(5)
    patterns = random.integers(0, 256, (CLASSES, *SHAPE))
    labels = random.integers(0, CLASSES, images + 200)
    pixels = 0.25 * patterns[labels] + random.normal(96, 60, (images + 200, *SHAPE))
    pixels = pixels.clip(0, 255).astype(np.uint8)
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "train_images.npy", pixels[:images])
    np.save(folder / "train_labels.npy", labels[:images])
    np.save(folder / "test_images.npy", pixels[images:])
    names = [f"pattern {i}" for i in range(CLASSES)]
    return Dataset(name="patterns", classes=names, shape=SHAPE, train_images=images, test_images=200,
                   folder=str(folder), digest="d" * 64)  # fmt: skip


def plan_of(*layers: tuple[str, dict[str, Any]], **changes: Any) -> Plan:
    """A plan of layers that each read the one before; SGD with momentum unless `changes` say otherwise."""
    chain = [Layer(kind="InputLayer", arguments={"shape": list(SHAPE)}, inputs=())]
    chain += [Layer(kind=kind, arguments=arguments, inputs=(i,)) for i, (kind, arguments) in enumerate(layers)]
    usual: dict[str, Any] = {
        "dataset": "patterns",
        "layers": tuple(chain),
        "output": len(layers),
        "optimizer": Optimizer(kind="SGD", arguments={"learning_rate": 0.01, "momentum": 0.9, "nesterov": True}),
        "loss": "categorical_crossentropy",
        "batch_size": 32,
        "epochs": 3,
        "validation_fraction": 0.2,
        "transform": InputTransform(scale=[1 / 255], offset=[0.0]),
    }
    return Plan(**(usual | changes))


def dense(**changes: Any) -> Plan:
    """Flatten, Dense 32 with ReLU, softmax."""
    hidden = {"units": 32, "activation": "relu", "kernel_initializer": GLOROT, "kernel_regularizer": L2}
    return plan_of(
        ("Flatten", {}), ("Dense", hidden), ("Dense", {"units": CLASSES, "activation": "softmax"}), **changes
    )


def convolutional(**changes: Any) -> Plan:
    """One convolution, trained by Adam."""
    changes.setdefault("optimizer", Optimizer(kind="Adam", arguments={"learning_rate": 0.003}))
    return plan_of(
        ("Conv2D", {"filters": 8, "kernel_size": [3, 3], "activation": "relu"}), ("Flatten", {}),
        ("Dense", {"units": CLASSES, "activation": "softmax"}), **changes,
    )  # fmt: skip


def regularised(**changes: Any) -> Plan:
    """Convolution, batch normalisation and dropout, trained by RMSprop."""
    changes.setdefault("optimizer", Optimizer(kind="RMSprop", arguments={"learning_rate": 0.002}))
    return plan_of(
        ("Conv2D", {"filters": 8, "kernel_size": [3, 3]}), ("BatchNormalization", {"momentum": 0.9}), ("ReLU", {}),
        ("Dropout", {"rate": 0.25}), ("Flatten", {}), ("Dense", {"units": CLASSES, "activation": "softmax"}), **changes,
    )  # fmt: skip
