"""Control: a training with permuted labels, which must not do better than guessing.

If it does, test labels or test images reach the training somewhere, and no accuracy of this course means anything.
"""

import math
import tempfile
from collections.abc import Collection
from pathlib import Path

import numpy as np

from netgrade.datasets import permuted
from netgrade.dial import dial_distance
from netgrade.encodings import TIMES
from netgrade.measure import measure_plan
from netgrade.objects.base import TaskId
from netgrade.objects.control import Control
from netgrade.objects.dataset import Dataset, Datasets
from netgrade.objects.plan import CheckedSubmissions
from netgrade.objects.tasks.sweep import split_id
from netgrade.train import train_chunk

ERRORS = 4
"""Standard errors above guessing at which chance is ruled out: one control in 30,000 would do so by luck."""


def control(
    reference: CheckedSubmissions,
    datasets: Datasets,
    seed: int,
    store: Path,
    log: Path | None = None,
    left_out: Collection[TaskId] = (),
) -> Control:
    """Train the cheapest reference plan with permuted labels, and measure it as everything is measured.

    The models of the tasks `left_out` are meant to be ill: one that learns nothing would prove nothing.
    """
    plans = reference.plans
    trained = [
        (model.flops * plans[model.plan].epochs, split_id(name)[0], model.plan)
        for name, model in reference.submissions[0].models.items()
        if model.plan in plans
        and model.plan not in reference.waiting
        and _suits(datasets[plans[model.plan].dataset])
        and split_id(name)[0] not in left_out
    ]
    if not trained:
        return Control(assignment=reference.assignment)
    _, task, digest = min(trained)
    with tempfile.TemporaryDirectory(prefix="netgrade-control-") as folder:
        data = permuted(datasets[plans[digest].dataset], Path(folder))
        train_chunk({digest: plans[digest]}, {digest: [seed]}, {data.name: data}, store, log)
    measured = measure_plan(digest, [seed], data, store)
    told = (
        {"error": measured.clock.error, "least_error": _guessing_times(data)}
        if measured.clock
        else {"accuracy": measured.accuracy, "bound": _guessing(data)}
    )
    return Control(
        assignment=reference.assignment, plan=digest, task=task, status=measured.status, cause=measured.cause, **told
    )


def _guessing_times(dataset: Dataset) -> float:
    """The smallest mean error, in minutes, that always naming the best time, with luck in the clocks, explains."""
    with np.load(dataset.hidden_labels, allow_pickle=False) as archive:
        apart = dial_distance(np.arange(TIMES)[:, None], archive["labels"][: dataset.test_images])  # (720, clocks)
    best = apart[apart.mean(axis=1).argmin()]
    return float(best.mean() - ERRORS * best.std() / math.sqrt(len(best)))


def _suits(dataset: Dataset) -> bool:
    """On points a single boundary decides: by luck it may fall right, beyond what luck image by image explains."""
    return dataset.ok and dataset.pictures


def _guessing(dataset: Dataset) -> float:
    """The largest accuracy that always naming the most frequent class, with luck in the images, explains."""
    with np.load(dataset.hidden_labels, allow_pickle=False) as archive:
        labels = archive["labels"][: dataset.test_images]
    share = float(np.bincount(labels).max() / len(labels))
    return share + ERRORS * math.sqrt(share * (1 - share) / dataset.test_images)
