"""Heads: the loss and the error of a network whose outputs state the time of a clock.

Shapes: b clocks in a batch, k values of a head. Labels are minutes, 0 to 719, int64 `(b,)`.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from netgrade.dial import decode, dial_distance, target
from netgrade.encodings import CLASSES, TIMES, is_class
from netgrade.objects.plan import Head, Plan

Outputs = list[tf.Tensor]
"""One `(b, k)` for each head."""


def build_head_losses(plan: Plan) -> Callable[[tf.Tensor, Any], tf.Tensor]:
    """Build the loss over labels and outputs: the weighted sum of the heads' losses, one for each sample `(b,)`."""
    parts = [(_table(head), _function(head), head.weight) for head in plan.heads]

    def loss(labels: tf.Tensor, outputs: Any) -> tf.Tensor:
        pairs = zip(parts, keras.tree.flatten(outputs), strict=True)
        return sum(
            weight * function(tf.gather(tf.constant(table), labels), output)
            for (table, function, weight), output in pairs
        )

    return loss


def error_sum(plan: Plan, labels: tf.Tensor, outputs: Any) -> tf.Tensor:
    """The sum of the common-sense errors of a batch, in minutes."""
    states = [head.states for head in plan.heads]

    def in_numpy(times: NDArray[np.int64], *values: NDArray[np.float32]) -> np.float32:
        finite = [np.nan_to_num(value) for value in values]  # a training that diverges is told by its loss
        return np.float32(dial_distance(decode(states, finite), times).sum())

    total = tf.numpy_function(in_numpy, [labels, *keras.tree.flatten(outputs)], tf.float32)
    return tf.ensure_shape(total, ())


def _table(head: Head) -> NDArray[Any]:
    """What the head should say of each of the 720 times, in the form that its loss wants."""
    wanted = target(head.states, np.arange(TIMES))
    if is_class(head.states) and not head.loss.startswith("sparse"):
        return np.eye(CLASSES[head.states[0]], dtype=np.float32)[wanted]
    return wanted


def _function(head: Head) -> Callable[[tf.Tensor, tf.Tensor], tf.Tensor]:
    return partial(keras.losses.get(head.loss), **head.loss_arguments)
