"""The state of a training after an epoch, in one npz file without pickle, so that a killed training can go on."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import keras
import numpy as np
from numpy.typing import NDArray

from netgrade.store import replacing
from netgrade.train.callbacks import Callbacks

CHECKPOINT = "checkpoint.npz"


@dataclass
class Course:
    """How far a training has come: one row `(epoch, loss, score, val_loss, val_score, seconds)` an epoch."""

    rows: list[tuple[float, ...]] = field(default_factory=list)
    steps: int = 0
    images: int = 0
    diverged_at: int | None = None
    untrained_accuracy: float | None = None
    shares: list[list[float]] = field(default_factory=list)
    """What `Watch` saw after each epoch."""
    looks: dict[int, NDArray[np.float16]] = field(default_factory=dict)
    """By epoch: what the model answered over the plane of its points."""

    @property
    def epochs(self) -> int:
        """Epochs that were trained to their end, or to a loss that is not finite."""
        return len(self.rows)

    @property
    def seconds(self) -> float:
        """Spent in training steps."""
        return sum(row[-1] for row in self.rows)


def save_checkpoint(folder: Path, engine: str, model: keras.Model, callbacks: Callbacks, course: Course) -> None:
    """Write the state of everything that training changes: weights, random states, optimizer, callbacks, curves."""
    state = {"engine": engine, "rows": course.rows, "steps": course.steps, "images": course.images,
             "untrained_accuracy": course.untrained_accuracy, "shares": course.shares}  # fmt: skip
    state |= callbacks.state()
    arrays = {f"variable_{i}": variable.numpy() for i, variable in enumerate(variables_of(model))}
    for number, weights in enumerate(callbacks.best_weights()):
        arrays |= {f"best_{number}_{i}": weight for i, weight in enumerate(weights)}
    arrays |= {f"look_{epoch}": look for epoch, look in course.looks.items()}
    with replacing(folder / CHECKPOINT) as part:
        np.savez(part, state=np.array(json.dumps(state)), **arrays)


def load_checkpoint(folder: Path, engine: str, model: keras.Model, callbacks: Callbacks) -> Course:
    """Put back the state of the last full epoch. A checkpoint that is missing or damaged starts the course anew."""
    try:
        with np.load(folder / CHECKPOINT, allow_pickle=False) as archive:
            arrays = dict(archive)
        state = json.loads(str(arrays.pop("state")))
    except (OSError, ValueError, KeyError, BadZipFile):
        return Course()
    if state["engine"] != engine:
        return Course()
    _restore(arrays, state, model, callbacks)
    looks = {int(name.removeprefix("look_")): array for name, array in arrays.items() if name.startswith("look_")}
    return Course([tuple(row) for row in state["rows"]], state["steps"], state["images"],
                  untrained_accuracy=state["untrained_accuracy"], shares=state["shares"], looks=looks)  # fmt: skip


def _restore(arrays: dict[str, NDArray[Any]], state: dict[str, Any], model: keras.Model, callbacks: Callbacks) -> None:
    for i, variable in enumerate(variables_of(model)):
        variable.assign(arrays[f"variable_{i}"])
    best = [
        [arrays[f"best_{number}_{i}"] for i in range(sum(name.startswith(f"best_{number}_") for name in arrays))]
        for number in range(len(state["callbacks"]))
    ]
    callbacks.restore(state, best)


def variables_of(model: keras.Model) -> list[keras.Variable]:
    """Weights, the states of dropout's random generators, the optimizer's counters and moments."""
    return [*model.variables, *model.optimizer.variables]
