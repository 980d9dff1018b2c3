"""Clocks: how a model states the time, and the loss of each of its outputs."""

import math
from typing import Any

from netgrade.checking.graph import Graph
from netgrade.checking.training import read_loss
from netgrade.encodings import ENCODINGS, heads_of, is_class, read_encoding
from netgrade.errors import PlanError, UnsupportedError
from netgrade.language import later
from netgrade.objects.declaration import LossDeclaration, ModelDeclaration
from netgrade.objects.plan import Head
from netgrade.objects.tasks import ClockTask
from netgrade.phrases import either, told

NUMBER_LOSSES = ("mean_squared_error", "mean_absolute_error")
_MONITORS = ("loss", "val_loss")
_NAME_IT = later('Name it in TRAINING, as in `"encoding": "hour-class minute-class"`.')


def read_heads(task: ClockTask, graph: Graph, declared: ModelDeclaration) -> tuple[str, tuple[Head, ...]]:
    """The encoding of a model's outputs, and what each states with which loss.

    Raises PlanError where the outputs do not fit the encoding, UnsupportedError where it is not clear which one it is.
    """
    sizes = [_size(shape) for shape in graph.output_shapes]
    encoding = _named(declared.encoding, task) if declared.encoding else _only_one(sizes, task)
    states = heads_of(encoding, sizes)
    if states is None:
        shapes = ", ".join(str(shape) for shape in graph.output_shapes)
        raise PlanError(
            told(
                "The outputs have the shapes {shapes}; the encoding `{encoding}` does not fit them.",
                shapes=shapes,
                encoding=encoding,
            ),
            later("A class head has one value for each class (12 hours, 60 minutes, 720 times), a number one value."),
        )
    losses = _losses(declared, len(states))
    heads = tuple(_head(output, words, loss) for output, words, loss in zip(graph.outputs, states, losses, strict=True))
    return encoding, heads


def check_monitors(callbacks: list[dict[str, Any]]) -> None:
    """Callbacks may watch the loss as a whole alone. Raises UnsupportedError."""
    for callback in callbacks:
        config = callback.get("config")
        monitor = config.get("monitor", "val_loss") if isinstance(config, dict) else "val_loss"
        if monitor not in _MONITORS:
            raise UnsupportedError(
                told(
                    "A callback watches `{monitor}`, which the grader does not measure for clocks.",
                    monitor=str(monitor)[:60],
                ),
                later("Watch `val_loss` or `loss`."),
            )


def _named(text: str, task: ClockTask) -> str:
    encoding = read_encoding(text[:200])
    if encoding is None:
        raise UnsupportedError(
            told("`{encoding}` is no encoding of the time.", encoding=text[:60]),
            told("There are {encodings}.", encodings=", ".join(ENCODINGS)),
        )
    allowed = [sorted(other.lower().split()) for other in task.encodings or ENCODINGS]
    if sorted(encoding.split()) not in allowed:
        raise PlanError(
            told("The task does not allow the encoding `{encoding}`.", encoding=encoding),
            told("Use {allowed}.", allowed=either(task.encodings or ())),
        )
    return encoding


def _only_one(sizes: list[int], task: ClockTask) -> str:
    """The only encoding that the outputs fit."""
    orders = [order for text in task.encodings or ENCODINGS for order in _orders(text)]
    fitting = [encoding for encoding in orders if heads_of(encoding, sizes)]
    if len(fitting) != 1:
        found = told("they fit no encoding")
        if fitting:
            found = told("they could be {encodings}", encodings=either(fitting[:6]))
        raise UnsupportedError(told("How the outputs state the time is not clear: {found}.", found=found), _NAME_IT)
    return fitting[0]


def _orders(text: str) -> list[str]:
    words = text.lower().split()
    return [" ".join(order) for order in dict.fromkeys((tuple(words), tuple(reversed(words))))]


def _size(shape: tuple[int, ...]) -> int:
    """How many values an output has; 0, which fits nothing, where it is no row of values."""
    return shape[0] if len(shape) == 1 else 0


def _losses(declared: ModelDeclaration, count: int) -> list[LossDeclaration]:
    """One for each output; one loss alone holds for all of them, as in Keras."""
    if not declared.losses:
        return [LossDeclaration(loss=declared.loss, loss_config=declared.loss_config)] * count
    if len(declared.losses) != count:
        raise PlanError(
            told(
                "The model has {count} outputs and was compiled with {losses} losses.",
                count=count, losses=len(declared.losses),
            )
        )  # fmt: skip
    return declared.losses


def _head(output: int, states: tuple[str, ...], declared: LossDeclaration) -> Head:
    loss, arguments = read_loss(declared.loss, declared.loss_config)
    if not is_class(states) and loss not in NUMBER_LOSSES:
        raise UnsupportedError(
            told(
                "The output for {states} is a number, and its loss {loss} compares classes.",
                states=", ".join(states),
                loss=loss,
            ),
            told("Use {allowed}.", allowed=either(NUMBER_LOSSES)),
        )
    if not (math.isfinite(declared.weight) and 0 <= declared.weight <= 1e6):
        raise PlanError(
            told("The weight of a loss is {weight}; expected 0 to 1,000,000.", weight=f"{declared.weight:g}")
        )
    weight = float(f"{declared.weight:.6g}")
    return Head(output=output, states=states, loss=loss, loss_arguments=arguments, weight=weight)
