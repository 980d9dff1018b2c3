"""What is measured on a finished model: outputs for the test images, accuracy on the training images."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgrade.encodings import is_class
from netgrade.objects.plan import Plan
from netgrade.train.loop import Loop

TRAIN_SAMPLE = 10_000


def infer_test(loop: Loop, images: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """What the model says of the test images.

    `probabilities` (n, k) of the classes; of clocks, `head_0` and so on (n, k), as they come out of the model.
    """
    outputs = loop.all_outputs(images)
    if not loop.plan.heads:
        return {"probabilities": as_float16(as_probabilities(loop.plan, outputs[0]))}
    pairs = enumerate(zip(loop.plan.heads, outputs, strict=True))
    return {f"head_{i}": as_float16(output) if is_class(head.states) else output for i, (head, output) in pairs}


def train_score(loop: Loop, images: NDArray[Any], labels: NDArray[np.int64]) -> float:
    """Accuracy, or of clocks the mean error, on the training images or on a fixed random sample of them."""
    sample = np.random.default_rng(0).permutation(len(images))[:TRAIN_SAMPLE]
    return loop.evaluate(images[sample], labels[sample])[1]


def as_float16(probabilities: NDArray[np.float32]) -> NDArray[np.float16]:
    """Round (n, k) to half precision; where that made a tie of the largest, lift the one that was largest."""
    rounded = probabilities.astype(np.float16)
    winner = probabilities.argmax(axis=1)
    lost = np.flatnonzero(rounded.argmax(axis=1) != winner)
    rounded[lost, winner[lost]] = np.nextafter(rounded[lost].max(axis=1), np.float16(np.inf))
    return rounded


def as_probabilities(plan: Plan, outputs: NDArray[np.float32]) -> NDArray[np.float32]:
    """Outputs as they are where they lie in [0, 1] (softmax, sigmoid); logits go through softmax."""
    if not plan.loss_arguments.get("from_logits") and outputs.min() >= 0 and outputs.max() <= 1.001:
        return outputs
    powers = np.exp(outputs - outputs.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
