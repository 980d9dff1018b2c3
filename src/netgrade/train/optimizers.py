"""Keras's optimizers, whose update of one variable is one kernel that works in place.

Keras's own makes a pass through memory for every small operation, which for networks of millions of weights takes as
long as the matrix products. Clipping, weight decay, schedules and state stay Keras's. The formulas are the same, and
differ by rounding alone: by some 1e-5 of a step, because the kernels know 1 - 0.999 in float32 only.
"""

from typing import Any

import keras
import tensorflow as tf


class QuickSGD(keras.optimizers.SGD):  # type: ignore[misc]
    """`SGD`, with or without momentum."""

    def update_step(self, gradient: tf.Tensor, variable: tf.Variable, learning_rate: tf.Tensor) -> None:
        """Update `variable`, and its momentum."""
        rate = tf.cast(learning_rate, variable.dtype)
        if self.momentum == 0:
            tf.raw_ops.ResourceApplyGradientDescent(var=variable.handle, alpha=rate, delta=gradient)
            return
        tf.raw_ops.ResourceApplyKerasMomentum(
            var=variable.handle, accum=_handle(self, "momentums", variable), lr=rate, grad=gradient,
            momentum=tf.cast(self.momentum, variable.dtype), use_nesterov=self.nesterov,
        )  # fmt: skip


class _QuickMoments:
    """The update of Adam and AdamW without `amsgrad`."""

    def apply(self: Any, grads: Any, trainable_variables: Any = None) -> None:
        """Update all variables; the powers of a step are the same for each of them."""
        step = tf.cast(self.iterations + 1, tf.float32)
        self._powers = tf.pow(self.beta_1, step), tf.pow(self.beta_2, step)
        super().apply(grads, trainable_variables)  # type: ignore[misc]

    def update_step(self: Any, gradient: tf.Tensor, variable: tf.Variable, learning_rate: tf.Tensor) -> None:
        """Update `variable` and both of its moments."""
        kind = variable.dtype
        beta1_power, beta2_power = self._powers
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle, m=_handle(self, "_momentums", variable), v=_handle(self, "_velocities", variable),
            beta1_power=beta1_power, beta2_power=beta2_power,
            lr=tf.cast(learning_rate, kind), beta1=tf.cast(self.beta_1, kind), beta2=tf.cast(self.beta_2, kind),
            epsilon=tf.cast(self.epsilon, kind), grad=gradient,
        )  # fmt: skip


class QuickAdam(_QuickMoments, keras.optimizers.Adam):  # type: ignore[misc]
    """`Adam` without `amsgrad`."""


class QuickAdamW(_QuickMoments, keras.optimizers.AdamW):  # type: ignore[misc]
    """`AdamW` without `amsgrad`."""


class QuickRMSprop(keras.optimizers.RMSprop):  # type: ignore[misc]
    """`RMSprop` that is not centered."""

    def build(self, variables: list[keras.Variable]) -> None:
        """Add the slots; the kernel wants a momentum even where it is zero."""
        if self.built:
            return
        super().build(variables)
        if self.momentum == 0:
            self._momentums: list[keras.Variable] = self.add_optimizer_variables(variables, "momentum")

    def update_step(self, gradient: tf.Tensor, variable: tf.Variable, learning_rate: tf.Tensor) -> None:
        """Update `variable`, its mean square and its momentum."""
        kind = variable.dtype
        tf.raw_ops.ResourceApplyRMSProp(
            var=variable.handle, ms=_handle(self, "_velocities", variable), mom=_handle(self, "_momentums", variable),
            lr=tf.cast(learning_rate, kind), rho=tf.cast(self.rho, kind), momentum=tf.cast(self.momentum, kind),
            epsilon=tf.cast(self.epsilon, kind), grad=gradient,
        )  # fmt: skip


def make_optimizer(kind: str, **arguments: Any) -> keras.optimizers.Optimizer:
    """Make the optimizer of that name: the quick one where its kernel knows these arguments, else Keras's own."""
    quick = {
        "SGD": QuickSGD,
        "Adam": None if arguments.get("amsgrad") else QuickAdam,
        "AdamW": None if arguments.get("amsgrad") else QuickAdamW,
        "RMSprop": None if arguments.get("centered") else QuickRMSprop,
    }
    return (quick.get(kind) or getattr(keras.optimizers, kind))(**arguments)


def _handle(optimizer: Any, slots: str, variable: tf.Variable) -> tf.Tensor:
    """The slot that belongs to `variable`, as kernels take it."""
    return getattr(optimizer, slots)[optimizer._get_variable_index(variable)].value.handle
