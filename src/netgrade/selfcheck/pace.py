"""Pace: how long one training takes on this machine, from two speeds that are measured here once and remembered.

What each part costs beside them was fitted to processor time of the trainer's epochs: dense networks, convolutions,
and batch normalisation, in batches of 32 to 128 (docs/performance.md). `benchmarks/selfcheck.py` compares trainings.
"""

import os
import time
from collections.abc import Callable
from math import ceil, prod

import numpy as np
from pydantic import Field

from netgrade.demand import AUGMENTING, OPERATIONS
from netgrade.errors import NetgradeError
from netgrade.machine import cpu_name
from netgrade.objects.base import Noun
from netgrade.objects.dataset import Dataset
from netgrade.objects.plan import CheckedModel, LayerRow, Plan
from netgrade.selfcheck.data import cache
from netgrade.store import load, save

DENSE, OTHERS = 1.8, 2.8
"""How much faster than the small products that are timed the engine multiplies, in dense and in other layers."""

VALUE_PASSES, WEIGHT_PASSES = 18, 5.5
"""How often a training step goes over what the layers put out, and over the weights, as over memory."""

STEP_SECONDS = 0.00015
START_SECONDS = 2.0
"""Building and compiling the network, and measuring it."""

SHARED_BY = 0.8
"""So many cores to this power work as fast as one, and no more than eight of them."""

LOWER, UPPER = 1 / 1.5, 2.5
"""What is told around the estimate: optimizers with moments and other programs take longer than it says."""

_NOTHING_MOVED = ("InputLayer", "Flatten", "Reshape")


class Pace(Noun):
    """What one core of a machine does."""

    cpu: str
    cores: int = Field(ge=1)
    operations: float = Field(gt=0, description="A second, in products of small matrices; float32.")
    moved: float = Field(gt=0, description="Bytes a second, read and written.")


def pace_here() -> Pace:
    """The pace of this machine, measured where it is not remembered: in a fifth of a second."""
    cpu, cores, note = cpu_name(), os.cpu_count() or 1, cache() / "pace.json"
    try:
        known = load(note, Pace)
        if (known.cpu, known.cores) == (cpu, cores):
            return known
    except NetgradeError:
        pass  # not measured yet
    found = Pace(cpu=cpu, cores=cores, operations=_operations(), moved=_moved())
    save(note, found)
    return found


def training_span(plan: Plan, model: CheckedModel, dataset: Dataset, pace: Pace) -> tuple[float, float]:
    """From and to: seconds that one training at full length takes about, with validation after each epoch."""
    cores = min(pace.cores, 8) ** SHARED_BY
    held = dataset.train_images * plan.validation_fraction
    steps = plan.batches or plan.epochs * ceil((dataset.train_images - held) / plan.batch_size)
    looked = plan.epochs * held + dataset.train_images + dataset.test_images
    forward, backward, values = _of_one(model.rows, pace)
    if any(plan.augmentation.values()):
        values += AUGMENTING * prod(dataset.shape) / OPERATIONS
    weights = 4 * WEIGHT_PASSES * model.parameters / pace.moved
    work = steps * (plan.batch_size * (forward + backward + values) + weights) + looked * (forward + values / 3)
    middle = START_SECONDS + steps * STEP_SECONDS + work / cores
    return LOWER * middle, UPPER * middle


def _of_one(rows: list[LayerRow], pace: Pace) -> tuple[float, float, float]:
    """Seconds of one core for one image: forward, backward, and for what the layers put out."""
    products = [row.flops / (pace.operations * (DENSE if row.kind == "Dense" else OTHERS)) for row in rows]
    first = next((cost for row, cost in zip(rows, products, strict=True) if row.parameters), 0.0)
    values = 4 * sum(prod(row.output_shape) for row in rows if row.kind not in _NOTHING_MOVED)
    # Gradients of weights and of inputs, which the first layer does not need.
    return sum(products), 2 * sum(products) - first, VALUE_PASSES * values / pace.moved


def _operations() -> float:
    """Of matrices that are too small for any library to share them out among cores."""
    size, count = 64, 64
    left = np.ones((count, size, size), np.float32)
    out = np.empty_like(left)
    return 2 * count * size**3 / _fastest(lambda: np.matmul(left, left, out=out), 80)


def _moved() -> float:
    values = np.ones(4_000_000, np.float32)
    out = np.empty_like(values)
    return 2 * values.nbytes / _fastest(lambda: np.maximum(values, 0.5, out=out), 40)


def _fastest(work: Callable[[], object], times: int) -> float:
    """Seconds of the fastest of many short runs: whatever else runs has no part in it."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)
