"""Given: the model that an assignment sets itself, in the form in which a submission declares one."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from netgrade.objects.dataset import Dataset
from netgrade.objects.declaration import InputTransform, ModelDeclaration
from netgrade.objects.tasks.diagnosis import GivenModel


def declared(given: GivenModel, dataset: Dataset) -> ModelDeclaration:
    """Its layers read the images of `dataset`, divided by 255, or its points as they are."""
    layers: list[dict[str, Any]] = [
        {"class_name": "InputLayer", "config": {"batch_shape": [None, *dataset.shape], "name": "input"}}
    ]
    seen: Counter[str] = Counter()
    for layer in given.layers:
        made = _configured(layer)
        name = made["class_name"].lower()
        made["config"] = {"name": f"{name}_{seen[name]}" if seen[name] else name} | made["config"]
        seen[name] += 1
        layers.append(made)
    return ModelDeclaration(
        architecture={"class_name": "Sequential", "config": {"layers": layers}},
        optimizer=_configured(given.optimizer), loss=given.loss, epochs=given.epochs, batch_size=given.batch_size,
        transform=InputTransform(scale=[1 / 255 if dataset.pictures else 1.0], offset=[0.0]),
        source="assignment.yaml",
    )  # fmt: skip


def _configured(named: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """`{Dense: {units: 10}}` as Keras writes it."""
    [(name, arguments)] = named.items()
    return {"class_name": name, "config": dict(arguments)}
