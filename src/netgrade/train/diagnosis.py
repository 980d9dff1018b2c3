"""What is looked at inside a model: units that never fire, that stick to their bounds, that are each other's copies.

The figures come from a few training images after each epoch, which costs less than a hundredth of the epoch.
"""

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from netgrade.objects.diagnosis import IdenticalUnits, UnitShares
from netgrade.objects.plan import Layer, Plan
from netgrade.train.loop import Loop

SAMPLE = 500
BATCH = 100
"""All layers' outputs are held at once, for so many images."""

BOUNDS = {"sigmoid": (0.0, 1.0), "hard_sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0)}
NEAR = 0.01
"""An output this near to a bound, as a share of the range, is saturated."""

TWINS = 1e-4
"""Units whose weights differ by less than this share of their largest are the same: rounding alone gives 1e-6."""


class Watch:
    """Looks at the hidden units of one model. `shares` are in the order of `layers`."""

    def __init__(self, loop: Loop, images: NDArray[np.uint8]) -> None:
        chosen = np.random.default_rng(0).permutation(len(images))[:SAMPLE]
        self._loop, self._images = loop, images[np.sort(chosen)]
        self.layers = [i for i, layer in enumerate(loop.plan.layers) if _fires(layer) or _bounded(loop.plan, i)]
        if self.layers:
            outputs = [loop.model.get_layer(f"layer_{i:02d}").output for i in self.layers]
            self._inner = keras.Model(loop.model.inputs, outputs)
            self._seen = tf.function(self._look, autograph=False, reduce_retracing=True)

    @property
    def sample(self) -> int:
        """How many images are looked at."""
        return len(self._images)

    def shares(self) -> list[float]:
        """Of the present weights, each layer's share of units that fire for no image, or of outputs at a bound."""
        if not self.layers:
            return []
        batches = [self._images[start : start + BATCH] for start in range(0, self.sample, BATCH)]
        seen = [[part.numpy() for part in self._seen(tf.constant(batch))] for batch in batches]
        weights = [len(batch) for batch in batches]
        return [self._share(i, [s[at] for s in seen], weights) for at, i in enumerate(self.layers)]

    def told(self, epochs: list[list[float]], final: list[float]) -> dict[str, list[UnitShares]]:
        """`silent` and `saturated` as the diagnosis holds them, from the shares after each epoch and at the end.

        Nothing where no epoch came to its end.
        """
        if not epochs:
            return {}
        layers = self._loop.plan.layers
        rows = [
            (i, UnitShares(layer=i, kind=layers[i].kind, epochs=[e[at] for e in epochs], final=final[at]))
            for at, i in enumerate(self.layers)
        ]
        return {
            "silent": [row for i, row in rows if _fires(layers[i])],
            "saturated": [row for i, row in rows if not _fires(layers[i])],
        }

    def _share(self, index: int, parts: list[NDArray[np.float32]], weights: list[int]) -> float:
        if _fires(self._loop.plan.layers[index]):
            return round(float(1 - np.any(parts, axis=0).mean()), 4)
        return round(float(np.average(parts, weights=weights)), 4)

    def _look(self, images: tf.Tensor) -> list[tf.Tensor]:
        """Of each layer: which units fired (units,), or the share of outputs near a bound ()."""
        outputs = keras.tree.flatten(self._inner(self._loop.scaled(images), training=False))
        return [self._told(i, output) for i, output in zip(self.layers, outputs, strict=True)]

    def _told(self, index: int, output: tf.Tensor) -> tf.Tensor:
        layer = self._loop.plan.layers[index]
        if _fires(layer):
            return tf.reduce_any(output > 0, axis=list(range(output.shape.rank - 1)))
        low, high = BOUNDS[layer.arguments["activation"]]
        margin = NEAR * (high - low)
        return tf.reduce_mean(tf.cast((output < low + margin) | (output > high - margin), tf.float32))


def identical_units(plan: Plan, model: keras.Model) -> list[IdenticalUnits]:
    """The layers with units that are each other's copies: such units get the same gradients and stay the same."""
    found = []
    for index, layer in enumerate(plan.layers):
        columns = _columns(layer, model.get_layer(f"layer_{index:02d}"))
        if columns is not None and (share := twins(columns)) > 0:
            initializer = layer.arguments.get("kernel_initializer", layer.arguments.get("pointwise_initializer")) or {}
            name = str(initializer.get("class_name", ""))
            found.append(IdenticalUnits(layer=index, kind=layer.kind, share=round(share, 4), initializer=name))
    return found


def twins(columns: NDArray[np.float32]) -> float:
    """Share of the rows of `columns` (units, weights) that equal another row but for rounding."""
    if len(columns) < 2:
        return 0.0
    # Equal rows have equal projections, so that each stands beside its twin once they are in order.
    direction = np.random.default_rng(0).normal(size=columns.shape[1])
    ordered = columns[np.argsort(columns @ direction, kind="stable")]
    apart, largest = np.abs(np.diff(ordered, axis=0)).max(axis=1), np.abs(ordered).max(axis=1)
    same = apart <= TWINS * np.maximum(largest[1:], largest[:-1])
    return float((np.append(same, False) | np.insert(same, 0, False)).mean())


def _columns(layer: Layer, made: keras.Layer) -> NDArray[np.float32] | None:
    """The weights of each unit (units, weights) with its bias; None for a layer that has none, or a broken one."""
    if layer.kind not in ("Dense", "Conv2D", "SeparableConv2D", "Conv2DTranspose"):
        return None
    kernel = (made.pointwise_kernel if layer.kind == "SeparableConv2D" else made.kernel).numpy()
    if layer.kind == "Conv2DTranspose":  # (rows, columns, units, channels)
        kernel = np.swapaxes(kernel, -1, -2)
    columns = kernel.reshape(-1, kernel.shape[-1])  # (weights, units)
    bias = getattr(made, "bias", None)
    columns = columns if bias is None else np.vstack([columns, bias.numpy()])
    return columns.T if np.isfinite(columns).all() else None


def _fires(layer: Layer) -> bool:
    """Whether it is a ReLU whose units can fall silent."""
    if layer.kind == "ReLU":
        return not layer.arguments.get("negative_slope")
    return layer.arguments.get("activation") in ("relu", "relu6")


def _bounded(plan: Plan, index: int) -> bool:
    """Whether it is a hidden layer that can saturate; an output at its bound is sure, and often right."""
    outputs = {plan.output, *(head.output for head in plan.heads)}
    return index not in outputs and plan.layers[index].arguments.get("activation") in BOUNDS
