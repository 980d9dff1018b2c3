"""Variants: which models a sweep has, their copies on other data sets, and what tells each from the others."""

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Any

from netgrade.checking.rules import without_channel
from netgrade.objects.base import ModelId
from netgrade.objects.dataset import Dataset, Datasets
from netgrade.objects.declaration import InputTransform, ModelDeclaration
from netgrade.objects.plan import Layer, Plan, Shape
from netgrade.objects.tasks import SweepTask
from netgrade.objects.tasks.sweep import split_id, variant_id

SHAPES = ("batch_shape", "batch_input_shape", "build_input_shape")
"""Where Keras writes the shape of a model's input."""


def models_of(
    task: SweepTask, models: Mapping[ModelId, ModelDeclaration], own: Dataset, datasets: Datasets
) -> Iterator[tuple[ModelId, ModelDeclaration, Dataset]]:
    """Every variant with its data set, and its copies on the further ones; `own` is the task's data set.

    Where the variants were found rather than declared, the student has chosen the data of each.
    """
    for name, declared in sorted(models.items()):
        of_task, number, _ = split_id(name)
        if of_task != task.id:
            continue
        found = not task.combinations and declared.dataset in task.datasets
        data = datasets[declared.dataset] if found else own
        yield name, declared, data
        if number is None or found or not declared.ok:
            continue
        carried = [task.carry.dataset] if task.carry else []
        for other in dict.fromkeys([*task.datasets, *carried] if task.combinations else carried):
            yield variant_id(task.id, number, other), adapted(declared, own, datasets[other]), datasets[other]


def adapted(declared: ModelDeclaration, own: Dataset, other: Dataset) -> ModelDeclaration:
    """The same design for images of another shape: its input takes them, and what follows from that follows."""
    # A design for grey images without their channel gets one where the other images have colours.
    shapes = {without_channel(own.shape): without_channel(other.shape)}
    shapes |= {own.shape: other.shape, (prod(own.shape),): (prod(other.shape),)}
    return declared.model_copy(
        update={
            "architecture": _reshaped(declared.architecture, shapes),
            "transform": _for_channels(declared.transform, other.shape[-1]),
            "dataset": "",
        }
    )


def factors_of(task: SweepTask, plans: Mapping[ModelId, Plan]) -> dict[ModelId, dict[str, str]]:
    """What tells each variant from the others: its declared factors, or else the properties in which plans differ."""
    if task.combinations:
        return {name: _declared(task, name) for name in plans}
    described = {name: _properties(plan) for name, plan in plans.items()}
    names = dict.fromkeys(key for properties in described.values() for key in properties)
    differ = [key for key in names if len({properties[key] for properties in described.values()}) > 1]
    return {name: {key: properties[key] for key in differ} for name, properties in described.items()}


def _declared(task: SweepTask, name: ModelId) -> dict[str, str]:
    number = split_id(name)[1]
    combination = task.combinations[number] if number is not None else {}
    return {factor: f"{value:g}" if isinstance(value, float) else str(value) for factor, value in combination.items()}


def _properties(plan: Plan) -> dict[str, str]:
    """A plan as one reads it, in short."""
    rates = [layer.arguments["rate"] for layer in plan.layers if "rate" in layer.arguments]
    hidden = [layer.arguments.get("activation") for layer in plan.layers[:-1]]
    rate = plan.optimizer.arguments.get("learning_rate")
    return {
        "data": plan.dataset,
        "network": _network(plan.layers),
        "kernels": _listed(f"{a}x{b}" for a, b in _pairs(plan.layers, "kernel_size")),
        "strides": _listed(f"{a}x{b}" for a, b in _pairs(plan.layers, "strides")),
        "activation": _listed(str(name) for name in hidden if name not in (None, "linear")),
        "dropout": _listed(f"{value:g}" for value in rates),
        "optimizer": plan.optimizer.kind,
        "learning rate": plan.optimizer.schedule["kind"] if plan.optimizer.schedule else f"{rate:g}",
        "momentum": f"{plan.optimizer.arguments.get('momentum', 0):g}",
        "batch size": str(plan.batch_size),
        "length": f"{plan.batches} batches" if plan.batches else f"{plan.epochs} epochs",
    }


def _network(layers: Sequence[Layer]) -> str:
    """`Conv2D 32-64, Dense 128-10`."""
    parts: list[tuple[str, list[str]]] = []
    for layer in layers:
        size = layer.arguments.get("units", layer.arguments.get("filters"))
        if size is None:
            continue
        if not parts or parts[-1][0] != layer.kind:
            parts.append((layer.kind, []))
        parts[-1][1].append(str(size))
    return ", ".join(f"{kind} {'-'.join(sizes)}" for kind, sizes in parts)


def _pairs(layers: Sequence[Layer], argument: str) -> list[list[int]]:
    found = [layer.arguments.get(argument) for layer in layers if layer.kind.startswith("Conv")]
    return [value for value in found if isinstance(value, list) and len(value) == 2]


def _listed(values: Iterator[str]) -> str:
    """What occurs, each once, in order."""
    return ", ".join(dict.fromkeys(values)) or "none"


def _reshaped(value: Any, shapes: Mapping[Shape, Shape]) -> Any:
    """The description with every input of a known shape given the other one."""
    if isinstance(value, list):
        return [_reshaped(item, shapes) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: _batch(item, shapes) if key in SHAPES else _reshaped(item, shapes) for key, item in value.items()}


def _batch(shape: Any, shapes: Mapping[Shape, Shape]) -> Any:
    if not isinstance(shape, list) or not all(size is None or isinstance(size, int) for size in shape):
        return shape
    return [None, *shapes.get(tuple(shape[1:]), shape[1:])]


def _for_channels(transform: InputTransform | None, channels: int) -> InputTransform | None:
    """The same scaling for another number of channels; None where it differs from channel to channel."""
    if transform is None or len(set(transform.scale)) != 1 or len(set(transform.offset)) != 1:
        return None
    return InputTransform(scale=transform.scale[:1] * channels, offset=transform.offset[:1] * channels)
