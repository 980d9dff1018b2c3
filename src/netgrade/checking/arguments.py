"""Read the arguments of layers and trainings: each one typed and bounded, whatever JSON student code produced."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from netgrade.errors import PlanError, UnsupportedError
from netgrade.language import later
from netgrade.phrases import Told, told

Parser = Callable[[Any], Any]

LARGEST = 100_000_000
"""No size of a layer is larger; the limit on parameters is met long before."""

ACTIVATIONS = frozenset(
    [
        "linear",
        "relu",
        "relu6",
        "leaky_relu",
        "elu",
        "selu",
        "gelu",
        "silu",
        "swish",
        "sigmoid",
        "hard_sigmoid",
        "tanh",
        "softmax",
        "softplus",
        "softsign",
        "exponential",
        "mish",
        "log_softmax",
    ]
)
INITIALIZERS = {
    "Zeros": (), "Ones": (), "Constant": ("value",), "RandomNormal": ("mean", "stddev"),
    "RandomUniform": ("minval", "maxval"), "TruncatedNormal": ("mean", "stddev"), "GlorotUniform": (),
    "GlorotNormal": (), "HeUniform": (), "HeNormal": (), "LecunUniform": (), "LecunNormal": (),
    "Orthogonal": ("gain",), "VarianceScaling": ("scale", "mode", "distribution"),
}  # fmt: skip
REGULARIZERS = {"L1": ("l1",), "L2": ("l2",), "L1L2": ("l1", "l2")}
CONSTRAINTS = {"MaxNorm": ("max_value", "axis"), "NonNeg": (), "UnitNorm": ("axis",)}


@dataclass(frozen=True)
class Argument:
    """What one argument may be, and what it is where nobody gives it."""

    parse: Parser
    default: Any = None
    required: bool = False


def read_arguments(given: Mapping[str, Any], wanted: Mapping[str, Argument], what: str) -> dict[str, Any]:
    """Hold `given` against `wanted`; the result has every wanted argument. Raises PlanError naming the argument."""
    unknown = [name for name in given if name not in wanted and given[name] not in (None, False, [], {})]
    if unknown:
        raise UnsupportedError(
            told("{owner}: the argument `{name}` is not supported", owner=what, name=str(unknown[0])[:60]),
            later("Leave it out."),
        )
    return {name: _read(given, name, argument, what) for name, argument in wanted.items()}


def _read(given: Mapping[str, Any], name: str, argument: Argument, what: str) -> Any:
    if name not in given:
        if argument.required:
            raise PlanError(told("{owner}: the argument `{name}` is missing", owner=what, name=name))
        return argument.default
    if given[name] is None and argument.default is None and not argument.required:
        return None
    try:
        return argument.parse(given[name])
    except (TypeError, ValueError, OverflowError, KeyError, AttributeError) as error:
        expected = next((part for part in error.args if isinstance(part, Told)), str(error))
        raise PlanError(
            told(
                "{owner}: `{name}` is {value}; expected {expected}",
                owner=what, name=name, value=_short(given[name]), expected=expected,
            )
        ) from error  # fmt: skip


def integer(low: int, high: int = LARGEST) -> Parser:
    """A whole number in [low, high]."""

    def parse(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high or value % 1:
            raise ValueError(told("a whole number from {low} to {high}", low=low, high=high))
        return int(value)

    return parse


def number(low: float = -1e6, high: float = 1e6) -> Parser:
    """A finite number in [low, high]."""

    def parse(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise ValueError(told("a finite number from {low:g} to {high:g}", low=low, high=high))
        return float(value)

    return parse


def boolean(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError(told("true or false"))
    return value


def choice(*options: str) -> Parser:
    """One of some words."""

    def parse(value: Any) -> str:
        if not isinstance(value, str) or value not in options:
            raise ValueError(told("one of {names}", names=", ".join(options)))
        return value

    return parse


def sizes(low: int, count: int = 2, high: int = 4096) -> Parser:
    """`count` whole numbers, or one that stands for all."""
    one = integer(low, high)

    def parse(value: Any) -> list[int]:
        values = [value] * count if not isinstance(value, list | tuple) else list(value)
        if len(values) != count:
            raise ValueError(told("{count} whole numbers", count=count))
        return [one(v) for v in values]

    return parse


def number_or_pair(low: float, high: float) -> Parser:
    """A number, or two that bound a range."""
    one = number(low, high)

    def parse(value: Any) -> Any:
        if isinstance(value, list | tuple):
            if len(value) != 2:
                raise ValueError(told("a number, or two"))
            return [one(v) for v in value]
        return one(value)

    return parse


def activation(value: Any) -> str:
    """The name of an activation function."""
    name = _object_name(value) if isinstance(value, dict) else value
    if not isinstance(name, str) or name not in ACTIVATIONS:
        raise ValueError(told("one of {names}", names=", ".join(sorted(ACTIVATIONS))))
    return "silu" if name == "swish" else name


def initializer(value: Any) -> dict[str, Any]:
    """`{class_name, config}` of an initializer; its seed is dropped, because the grader owns the seeds."""
    return _configured(value, INITIALIZERS)


def regularizer(value: Any) -> dict[str, Any]:
    """`{class_name, config}` of a regularizer."""
    return _configured(value, REGULARIZERS)


def constraint(value: Any) -> dict[str, Any]:
    """`{class_name, config}` of a weight constraint."""
    return _configured(value, CONSTRAINTS)


def _configured(value: Any, allowed: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    if isinstance(value, str):
        value = {"class_name": next((n for n in allowed if n.lower() == value.replace("_", "").lower()), value)}
    name = value.get("class_name") if isinstance(value, dict) else None
    if not isinstance(name, str) or name not in allowed:
        raise ValueError(told("one of {names}", names=", ".join(allowed)))
    config = value.get("config") or {}
    kept = {key: _scalar(config[key]) for key in allowed[name] if config.get(key) is not None}
    return {"class_name": name, "config": kept}


def _scalar(value: Any) -> float | str | int:
    if isinstance(value, str) and len(value) <= 30:
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and abs(value) < 1e6:
        return value
    raise ValueError(told("plain numbers in its configuration"))


def _object_name(value: dict[str, Any]) -> Any:
    """The name in a serialized function or activation layer."""
    config = value.get("config")
    return config if isinstance(config, str) else str(value.get("class_name", "")).lower()


def _short(value: object) -> str:
    text = repr(value) if not isinstance(value, dict | list) else type(value).__name__
    return text if len(text) <= 40 else text[:37] + "..."
