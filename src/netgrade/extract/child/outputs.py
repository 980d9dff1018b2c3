"""Outputs: what is recorded of models with several outputs, and what stands in for their results."""

import re
from typing import Any

import keras
import numpy as np


def describe_losses(model: Any, compiled: dict[str, Any]) -> dict[str, Any]:
    """`loss` and `loss_config`, or one of each and a weight for every output of a model that has several."""
    loss, names = compiled.get("loss") or getattr(model, "loss", None), _names(model)
    if len(names) < 2 and not isinstance(loss, dict | list | tuple):
        name, config = describe_loss(loss)
        return {"loss": name, "loss_config": config}
    losses, weights = _of_outputs(loss, names), _of_outputs(compiled.get("loss_weights"), names)
    described = [describe_loss(each) for each in losses]
    if len(names) < 2:
        return {"loss": described[0][0], "loss_config": described[0][1]}
    return {
        "losses": [
            {"loss": name, "loss_config": config, "weight": 1.0 if weight is None else float(weight)}
            for (name, config), weight in zip(described, weights, strict=True)
        ]
    }


def describe_loss(loss: Any) -> tuple[str, dict[str, Any]]:
    """Snake-case name and the arguments that matter."""
    if isinstance(loss, keras.losses.Loss):
        config = loss.get_config()
        kept = {name: config[name] for name in ("from_logits", "label_smoothing") if name in config}
        return _snake(type(loss).__name__), kept
    name = loss if isinstance(loss, str) else getattr(loss, "__name__", str(type(loss).__name__))
    return (_snake(name) if name[:1].isupper() else name), {}


def targets_of(model: Any, y: Any) -> list[Any]:
    """The targets given to `fit`, one for each output, in the model's order."""
    if isinstance(y, dict):
        return [y.get(name) for name in _names(model)]
    return list(y) if isinstance(y, list | tuple) else [y]


def metric_names(model: Any, metrics: Any) -> list[str]:
    """The names under which Keras tells what was asked for; with several outputs, each output's in front."""
    outputs = _names(model)
    if len(outputs) < 2:
        return _flat(metrics)
    given = _of_outputs(metrics, outputs) if isinstance(metrics, dict | list | tuple) else [metrics] * len(outputs)
    if isinstance(metrics, list) and not any(isinstance(metric, list | tuple | dict) for metric in metrics):
        given = [metrics] * len(outputs)
    of_output = [[f"{name}_{metric}" for metric in _flat(each)] for name, each in zip(outputs, given, strict=True)]
    return [f"{name}_loss" for name in outputs] + [name for names in of_output for name in names]


def empty_predictions(model: Any, count: int) -> Any:
    """What `predict` returns: the same value everywhere, a list of arrays where there are several outputs."""
    shape = model.output_shape
    if shape and isinstance(shape[0], list | tuple):
        return [_even(each, count) for each in shape]
    return _even(shape, count)


def _even(shape: Any, count: int) -> Any:
    sizes = tuple(n or 1 for n in shape[1:])
    return np.full((count, *sizes), 1.0 / max(1, sizes[-1] if sizes else 1), dtype="float32")


def _names(model: Any) -> list[str]:
    return list(getattr(model, "output_names", None) or ["output"])


def _of_outputs(values: Any, names: list[str]) -> list[Any]:
    """One value for each output, from a dict by name, a list in order, or one for all. Raises ValueError."""
    if isinstance(values, dict):
        return [values.get(name) for name in names]
    if isinstance(values, list | tuple):
        if len(values) != len(names):
            raise ValueError(f"the model has {len(names)} outputs, and compile was given {len(values)} values for them")
        return list(values)
    return [values] * len(names)


def _flat(metrics: Any) -> list[str]:
    listed = metrics if isinstance(metrics, list | tuple) else [metrics] if metrics else []
    names = [metric if isinstance(metric, str) else str(getattr(metric, "name", "metric")) for metric in listed]
    return ["accuracy" if name in ("acc", "categorical_accuracy") else name for name in names]


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
