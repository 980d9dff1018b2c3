"""Feature networks: the convolutions of a trained classifier, written as plain arrays for those who measure images.

The usual one is trained here, as any plan is, on the data set that netgrade draws. The other is VGG19 as Keras has it.
"""

import os
from pathlib import Path
from typing import Any

import numpy as np

from netgrade.errors import DataError
from netgrade.objects.base import Status
from netgrade.objects.dataset import Dataset
from netgrade.objects.declaration import InputTransform
from netgrade.objects.picture import FeatureNetwork
from netgrade.objects.plan import Layer, Optimizer, Plan
from netgrade.objects.tasks.style import NetworkName
from netgrade.phrases import caused, told
from netgrade.store import replacing, sha256_file
from netgrade.train.engine import prepare_engine
from netgrade.train.progress import progress_to, score_text

SEED = 2016
EPOCHS = 6
VGG19 = "vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5"
_VGG19_MEANS = (123.68, 116.779, 103.939)
"""Red, green, blue: what VGG19's training images had on average, and what is taken off."""


def _convolution(filters: int, after: int) -> Layer:
    arguments = {"filters": filters, "kernel_size": [3, 3], "padding": "same", "activation": "relu"}
    return Layer(kind="Conv2D", arguments=arguments, inputs=(after,))


def plan_of(dataset: Dataset) -> Plan:
    """The classifier whose convolutions become the features: four of them, with two poolings."""
    layers = (
        Layer(kind="InputLayer", arguments={"shape": list(dataset.shape)}, inputs=()),
        _convolution(24, 0),
        Layer(kind="MaxPooling2D", arguments={"pool_size": [2, 2]}, inputs=(1,)),
        _convolution(32, 2),
        _convolution(32, 3),
        Layer(kind="MaxPooling2D", arguments={"pool_size": [2, 2]}, inputs=(4,)),
        _convolution(64, 5),
        Layer(kind="MaxPooling2D", arguments={"pool_size": [2, 2]}, inputs=(6,)),
        Layer(kind="Flatten", arguments={}, inputs=(7,)),
        Layer(kind="Dense", arguments={"units": len(dataset.classes), "activation": "softmax"}, inputs=(8,)),
    )
    return Plan(
        dataset=dataset.name, layers=layers, output=9,
        optimizer=Optimizer(kind="Adam", arguments={"learning_rate": 1e-3}),
        loss="categorical_crossentropy", batch_size=64, epochs=EPOCHS, validation_fraction=0.1,
        transform=InputTransform(scale=[2 / 255], offset=[-1.0]),
    )  # fmt: skip


def feature_network(
    name: NetworkName, dataset: Dataset, download: bool, weights: Path, log: Path | None
) -> FeatureNetwork:
    """Write the network's arrays to `weights`. One that cannot be had comes back with its cause.

    Raises StorageError where the disk fails.
    """
    try:
        prepare_engine()
        arrays, title = _vgg19(download) if name == "vgg19" else _trained(dataset, log)
    except DataError as error:
        return FeatureNetwork(name=name, status=Status.FAULT, cause=caused(error.what, error.remedy))
    except Exception as error:  # whatever Keras raises is a fault of this machine, and stops nobody's other tasks
        sentence = " ".join(str(error).split())[:300]
        reason = f"{type(error).__name__}: {sentence}"
        what = told("The feature network {name} could not be made: {error}", name=name, error=reason)
        return FeatureNetwork(name=name, status=Status.FAULT, cause=caused(what, ""))
    with replacing(weights) as part, part.open("wb") as file:
        np.savez(file, **arrays)
    return FeatureNetwork(name=name, title=title, weights=str(weights), digest=sha256_file(weights))


def _trained(dataset: Dataset, log: Path | None) -> tuple[dict[str, Any], str]:
    """Train the classifier with the trainer's own loop; return its convolutions and what to call them."""
    import keras
    import tensorflow as tf

    from netgrade.train.build import build_loss, build_model
    from netgrade.train.data import load_images
    from netgrade.train.loop import Loop

    if not dataset.ok:
        what = told("The data set {dataset} is missing, so no feature network can be trained.", dataset=dataset.name)
        raise DataError(what)
    plan = plan_of(dataset)
    images = load_images(dataset, plan.validation_fraction)
    keras.utils.set_random_seed(SEED)
    model = build_model(plan)
    loop = Loop(model, build_loss(plan, len(dataset.classes)), plan, SEED)
    pixels, labels = tf.constant(images.train), tf.constant(images.train_labels)
    with progress_to(log) as progress:
        progress.begin("feature network", plan.epochs)
        for number in range(plan.epochs):
            epoch = loop.run_epoch(pixels, labels, number, lambda _: None)
            progress.advance(number + 1, score_text(plan, epoch.score), epoch.images / epoch.seconds, 0)
        accuracy = loop.evaluate(images.validation, images.validation_labels)[1]
        progress.end(f"validation accuracy {accuracy:.2f}")
    if not accuracy > 2 / len(dataset.classes):
        what = told("The feature network learnt nothing: validation accuracy {accuracy:.2f}.", accuracy=float(accuracy))
        raise DataError(what, "Run it again.")
    found = _arrays(model, style=(0, 1, 2, 3), content=2, scale=2 / 255, offset=(-1.0, -1.0, -1.0))
    return found, f"a network of four convolutions that netgrade trained on {dataset.name} (accuracy {accuracy:.0%})"


def _vgg19(download: bool) -> tuple[dict[str, Any], str]:
    """VGG19 from Keras's cache, with the layers of Gatys et al. (2016): conv1_1 to conv5_1, and conv4_2 for content."""
    import keras

    cached = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras", "models", VGG19)
    if not cached.is_file() and not download:
        what = told("The weights of VGG19 are not at {file}, and this course downloads nothing.", file=str(cached))
        raise DataError(what, "Set `download: true` in config.yaml for one run, or the task's `network: shapes10`.")
    model = keras.applications.VGG19(include_top=False, weights=str(cached) if cached.is_file() else "imagenet")
    found = _arrays(model, style=(0, 2, 4, 8, 12), content=9, scale=1.0, offset=tuple(-mean for mean in _VGG19_MEANS))
    # It was trained on blue, green and red: the first kernel is turned round instead of every image.
    found["kernel_00"] = found["kernel_00"][:, :, ::-1]
    return found, "VGG19, trained on ImageNet"


def _arrays(
    model: Any, style: tuple[int, ...], content: int, scale: float, offset: tuple[float, ...]
) -> dict[str, Any]:
    """Kernels `(h, w, in, out)` and biases of the convolutions, and how many poolings stand before each."""
    found: dict[str, Any] = {}
    poolings: list[int] = []
    pooled = 0
    for layer in model.layers:
        if "pool" in type(layer).__name__.lower():
            pooled += 1
        if type(layer).__name__ == "Conv2D":
            kernel, bias = layer.get_weights()
            found |= {f"kernel_{len(poolings):02d}": kernel, f"bias_{len(poolings):02d}": bias}
            poolings.append(pooled)
    return found | {
        "poolings": np.array(poolings), "style": np.array(style), "content": np.array(content),
        "scale": np.array(scale), "offset": np.array(offset),
    }  # fmt: skip
