"""Read a network that a student wrote down, and work it out in numpy. What is read may be hostile: nothing is run.

Shapes: n rows of inputs, i inputs of a layer, u units of it. Step is 1 above 0 and 0 below, sign 1 and -1.
"""

import math
import re
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from netgrade.documents import parse_yaml, short
from netgrade.errors import PlanError, SpecError
from netgrade.language import later
from netgrade.objects.handmade import Activation, HandLayer
from netgrade.spec import nearest

MOST_LAYERS, MOST_UNITS, LARGEST = 10, 100, 1e6
ACTIVATIONS: tuple[str, ...] = get_args(Activation)
FORM = later(
    "Write a list of layers, each with `weights` (one row a unit), `bias` (one number a unit) and `activation`."
)

_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?")
_EDGE = 1e-9
"""Nearer than this to a threshold, rounding decides: no side is believed."""

Array = NDArray[np.float64]


def written_layers(text: str) -> list[dict[str, Any]] | None:
    """The layers in YAML, JSON or Python's way of writing lists; None where the text is no list of layers."""
    plain = "\n".join(line for line in text.splitlines() if not line.strip().startswith("```"))
    try:
        content, _ = parse_yaml(plain, "answer")
    except SpecError:
        return None
    if isinstance(content, dict) and list(content) == ["layers"]:
        content = content["layers"]
    if not isinstance(content, list) or not content or not all(isinstance(item, dict) for item in content):
        return None
    return content


def read_layers(written: list[dict[str, Any]], inputs: int, turned: bool = False) -> list[HandLayer]:
    """Hold what was written against the form, for a network of `inputs` inputs and one output.

    With `turned`, matrices have a column a unit, as Keras keeps them. Raises PlanError with the first mistake.
    """
    if len(written) > MOST_LAYERS:
        raise PlanError(f"The network has {len(written)} layers; at most {MOST_LAYERS} are read.", FORM)
    layers: list[HandLayer] = []
    for number, item in enumerate(written, start=1):
        layers.append(_layer(item, len(layers[-1].bias) if layers else inputs, f"Layer {number}", turned))
    if len(layers[-1].bias) != 1:
        raise PlanError(f"The last layer has {len(layers[-1].bias)} units; expected one, the output.", FORM)
    return layers


def net_input(layers: list[HandLayer], points: Array, at_zero: float) -> tuple[Array, Array]:
    """Net input of the output unit and the output itself, both `(n,)`, for `points` `(n, i)`.

    `at_zero`, 0 or 1, is what a step makes of exactly 0, where books differ; a sign then makes -1 or 1 of it.
    """
    values = net = points
    for layer in layers:
        net = values @ np.array(layer.weights).T + np.array(layer.bias)  # (n, u)
        values = _activate(layer.activation, net, at_zero)
    return net[:, 0], values[:, 0]


def margins(layers: list[HandLayer], points: Array, threshold: float, at_zero: float = 1.0) -> Array:
    """How far each of `points` `(n, i)` is from the other answer, `(n,)`: positive where the network answers 1.

    It is the output's distance from the threshold; where the output only has two values, its net input's from 0.
    """
    net, output = net_input(layers, points, at_zero)
    if layers[-1].activation not in ("step", "sign"):
        return output - threshold
    low = 0.0 if layers[-1].activation == "step" else -1.0
    if not low <= threshold < 1:  # both values lie on one side
        return output - threshold
    tie = 1.0 if at_zero else -1.0
    return np.where(np.abs(net) <= _EDGE, tie * _EDGE, net)


def answers(layers: list[HandLayer], points: Array, threshold: float) -> list[bool | None]:
    """What the network answers for each of `points` `(n, i)`; None where it lies exactly between two answers."""
    found = [margins(layers, points, threshold, at_zero) for at_zero in (0.0, 1.0)]
    return [
        None if (a > 0) != (b > 0) or (abs(a) < _EDGE and abs(b) < _EDGE) else bool(a > 0)
        for a, b in zip(*found, strict=True)
    ]


def _activate(name: str, net: Array, at_zero: float) -> Array:
    above = np.where(np.abs(net) <= _EDGE, at_zero, net > 0).astype(np.float64)
    match name:
        case "step":
            return above
        case "sign":
            return 2 * above - 1
        case "sigmoid":
            return np.asarray(np.exp(-np.logaddexp(0.0, -net)))
        case "tanh":
            return np.tanh(net)
        case "relu":
            return np.maximum(net, 0.0)
    return net


def _layer(item: dict[str, Any], inputs: int, where: str, turned: bool) -> HandLayer:
    known = ("weights", "bias", "activation")
    if unknown := next((str(key) for key in item if key not in known), None):
        raise PlanError(f"{where}: `{unknown[:60]}` is not known{nearest(unknown, known)}", FORM)
    if missing := next((key for key in ("weights", "activation") if item.get(key) is None), None):
        raise PlanError(f"{where}: `{missing}` is missing.", FORM)
    activation = str(item["activation"]).lower()
    if activation not in ACTIVATIONS:
        hint = f"expected {', '.join(ACTIVATIONS)}"
        raise PlanError(f"{where}: the activation is {short(item['activation'])}; {hint}.", FORM)
    weights = _matrix(item["weights"], inputs, where, turned)
    given = item.get("bias")
    bias = _numbers([0.0] * len(weights) if given is None else given, f"{where}: `bias`")
    if len(bias) != len(weights):
        raise PlanError(f"{where}: {len(weights)} units, but {len(bias)} numbers in `bias`; expected one a unit.", FORM)
    return HandLayer.model_validate({"weights": weights, "bias": bias, "activation": activation})


def _matrix(value: Any, inputs: int, where: str, turned: bool) -> list[list[float]]:
    """One row a unit; a single row may be written without a list around it."""
    flat = isinstance(value, list) and bool(value) and not any(isinstance(row, list) for row in value)
    rows = [value] if flat else value
    if not isinstance(rows, list) or not 1 <= len(rows) <= MOST_UNITS:
        raise PlanError(f"{where}: `weights` is {short(value)}; expected 1 to {MOST_UNITS} rows of numbers.", FORM)
    matrix = [_numbers(row, f"{where}: row {n} of `weights`") for n, row in enumerate(rows, start=1)]
    if turned and not flat:
        if len({len(row) for row in matrix}) != 1:
            raise PlanError(f"{where}: the rows of `weights` differ in length.", FORM)
        matrix = [list(column) for column in zip(*matrix, strict=True)]
    if wrong := next((row for row in matrix if len(row) != inputs), None):
        what = f"{where}: a unit has {len(wrong)} weights, but {inputs} inputs reach it"
        raise PlanError(f"{what}; expected one row a unit, with a number for each input.", FORM)
    return matrix


def _numbers(value: Any, where: str) -> list[float]:
    items = value if isinstance(value, list) else [value]
    if not 1 <= len(items) <= MOST_UNITS:
        raise PlanError(f"{where} has {len(items)} numbers; expected 1 to {MOST_UNITS}.", FORM)
    return [_number(item, where) for item in items]


def _number(value: Any, where: str) -> float:
    """A number; YAML takes `1e-5` for a word."""
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST:
        raise PlanError(f"{where} holds {short(value)}; expected a finite number, at most {LARGEST:g} in size.", FORM)
    if not math.isfinite(value):
        raise PlanError(f"{where} holds a number that is not finite.", FORM)
    return float(value)
