"""What is measured on a finished model: outputs for the test images, speed, units that never fire."""

import time

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from netgrade.objects.plan import Layer, Plan
from netgrade.train.loop import EVALUATION_BATCH, Loop, scaled

TRAIN_SAMPLE = 10_000
DEAD_SAMPLE = 500

DEAD_BATCH = 100
"""All layers' outputs are held at once, for so many images."""


def infer_test(loop: Loop, images: NDArray[np.uint8]) -> tuple[NDArray[np.float16], float]:
    """Class probabilities (n, k) of the test images, and how many images were inferred in a second."""
    loop.outputs(images[:EVALUATION_BATCH])  # traces the function, so that the clock does not see it
    start = time.perf_counter()
    outputs = loop.outputs(images)
    speed = len(images) / (time.perf_counter() - start)
    return as_float16(_probabilities(loop.plan, outputs)), speed


def train_accuracy(loop: Loop, images: NDArray[np.uint8], labels: NDArray[np.int64]) -> float:
    """Accuracy on the training images, or on a fixed random sample of them."""
    sample = np.random.default_rng(0).permutation(len(images))[:TRAIN_SAMPLE]
    return loop.evaluate(images[sample], labels[sample])[1]


def dead_units(plan: Plan, model: keras.Model, images: NDArray[np.uint8]) -> dict[str, float]:
    """Share of units, or channels, of each ReLU layer that are positive for none of a sample of training images."""
    indices = [i for i, layer in enumerate(plan.layers) if _is_relu(layer)]
    if not indices:
        return {}
    inner = keras.Model(model.inputs, [model.get_layer(f"layer_{i:02d}").output for i in indices])
    fired = [np.zeros(1, bool) for _ in indices]
    for start in range(0, min(DEAD_SAMPLE, len(images)), DEAD_BATCH):
        pixels = tf.cast(images[start : start + DEAD_BATCH], tf.float32)
        outputs = keras.tree.flatten(inner(scaled(pixels, plan.transform, model.input_shape), training=False))
        fired = [old | _fired(output.numpy()) for old, output in zip(fired, outputs, strict=True)]
    names = [f"layer {i} ({plan.layers[i].kind})" for i in indices]
    return {name: float(1 - units.mean()) for name, units in zip(names, fired, strict=True)}


def _fired(outputs: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which units, the last axis of (b, ..., units), are positive anywhere."""
    return np.asarray((outputs > 0).any(axis=tuple(range(outputs.ndim - 1))))


def as_float16(probabilities: NDArray[np.float32]) -> NDArray[np.float16]:
    """Round (n, k) to half precision; where that made a tie of the largest, lift the one that was largest."""
    rounded = probabilities.astype(np.float16)
    winner = probabilities.argmax(axis=1)
    lost = np.flatnonzero(rounded.argmax(axis=1) != winner)
    rounded[lost, winner[lost]] = np.nextafter(rounded[lost].max(axis=1), np.float16(np.inf))
    return rounded


def _probabilities(plan: Plan, outputs: NDArray[np.float32]) -> NDArray[np.float32]:
    """Outputs as they are where they lie in [0, 1] (softmax, sigmoid); logits go through softmax."""
    if not plan.loss_arguments.get("from_logits") and outputs.min() >= 0 and outputs.max() <= 1.001:
        return outputs
    powers = np.exp(outputs - outputs.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _is_relu(layer: Layer) -> bool:
    return layer.kind == "ReLU" or layer.arguments.get("activation") == "relu"
