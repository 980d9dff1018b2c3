"""From a plan to a Keras model, its optimizer and its loss. A plan is canonical, so nothing is guessed here."""

from collections.abc import Callable
from functools import partial
from typing import Any

import keras
import tensorflow as tf

from netgrade.objects.plan import Layer, Optimizer, Plan
from netgrade.train.heads import build_head_losses
from netgrade.train.optimizers import make_optimizer

Loss = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]
"""From labels and outputs, `(b, k)` or one of these for each head, to one loss for each sample `(b,)`."""


def build_model(plan: Plan) -> keras.Model:
    """Build the network with fresh weights; layer i is named `layer_i`, two digits. ValueError where Keras refuses."""
    tensors: list[keras.KerasTensor] = []
    for index, layer in enumerate(plan.layers):
        tensors.append(_add(layer, f"layer_{index:02d}", [tensors[i] for i in layer.inputs]))
    sources = [tensors[i] for i, layer in enumerate(plan.layers) if layer.kind == "InputLayer"]
    outputs = [tensors[head.output] for head in plan.heads] or [tensors[plan.output]]
    model = keras.Model(sources, outputs if len(outputs) > 1 else outputs[0])
    # The training loop is our own; Keras's callbacks find the optimizer on a compiled model.
    model.compile(optimizer=build_optimizer(plan.optimizer), jit_compile=False)
    model.optimizer.build(model.trainable_variables)
    return model


def build_optimizer(optimizer: Optimizer) -> keras.optimizers.Optimizer:
    """Build the optimizer with its schedule, or with Keras 2's decay as the schedule it was."""
    arguments: dict[str, Any] = dict(optimizer.arguments)
    schedules = keras.optimizers.schedules
    if optimizer.schedule:
        kind = getattr(schedules, optimizer.schedule["kind"])
        arguments["learning_rate"] = kind(**optimizer.schedule["arguments"])
    elif optimizer.decay:
        arguments["learning_rate"] = schedules.InverseTimeDecay(
            arguments["learning_rate"], decay_steps=1, decay_rate=optimizer.decay
        )
    return make_optimizer(optimizer.kind, **arguments)


def build_loss(plan: Plan, classes: int) -> Loss:
    """Build the loss over labels `(b,)` int64 and outputs `(b, k)`; labels are one-hot unless it wants them sparse."""
    if plan.heads:
        return build_head_losses(plan)
    function = partial(keras.losses.get(plan.loss), **plan.loss_arguments)
    if plan.loss.startswith("sparse"):
        return function
    return lambda labels, outputs: function(tf.one_hot(labels, classes, dtype=outputs.dtype), outputs)


def _add(layer: Layer, name: str, inputs: list[keras.KerasTensor]) -> keras.KerasTensor:
    if layer.kind == "InputLayer":
        return keras.Input(shape=layer.arguments["shape"], name=name)
    made = getattr(keras.layers, layer.kind)(**_without_seeds(layer.arguments), name=name)
    return made(inputs[0] if len(inputs) == 1 else inputs)


def _without_seeds(value: Any) -> Any:
    """Drop every `seed` a student fixed, in initializers too: the grader's seed decides all randomness."""
    if isinstance(value, dict):
        return {key: _without_seeds(item) for key, item in value.items() if key != "seed"}
    return value
