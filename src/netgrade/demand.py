"""Demand: what a job asks of the machine that it runs on, so that a cluster can place it.

Upper bounds, because a batch system ends whatever takes more: the slowest machine that is thought of is one core of an
old server. `benchmarks/scale.py` shows how they compare with trainings that were measured. A job that did not get by
is tried again with twice as much.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil, prod
from pathlib import Path

from netgrade.errors import NetgradeError
from netgrade.machine import SHARES_PER_GPU
from netgrade.objects.assignment import Seeds
from netgrade.objects.base import Digest
from netgrade.objects.dataset import Dataset, Datasets
from netgrade.objects.grade import Undecided
from netgrade.objects.plan import CheckedModel, CheckedSubmissions, Plan
from netgrade.store import load

OPERATIONS = 4e9
"""Floating-point operations a second, of one core."""

STEP_SECONDS = 0.002
"""Of a training step, whatever the size of the network."""

TRAINING_SECONDS = 20.0
"""Building and compiling one network, and measuring it."""

JOB_SECONDS = 600.0
"""Starting Snakemake and the engine from a shared disk, and the least that a job asks for."""

BACKWARD = 3
"""A training step costs about three forward passes: one, and twice as much for the gradients of inputs and weights."""

AUGMENTING = 100
"""Operations a value of an image that is moved and sampled anew."""

PROCESS_BYTES = 1_500_000_000
"""The engine and the libraries."""

COPIES = 8
"""Of the parameters: gradients, two moments of Adam, the best so far, and what the engine keeps beside."""

EVALUATED_AT_ONCE = 250
"""Images, as `netgrade.train.loop` evaluates them."""

SHARE_BYTES = 4 * 2**30
"""A share of a GPU, at least: a quarter of one with 16 GB."""


@dataclass(frozen=True)
class Demand:
    """Of one job: a process that trains one plan after the other."""

    seconds: float = JOB_SECONDS
    device_bytes: int = 0
    """What the largest training keeps where it computes: a GPU's memory, or the machine's."""

    def minutes(self, attempt: int) -> int:
        """Wall time in minutes; from the second attempt on, twice as much each time."""
        return ceil(self.seconds / 60) << attempt - 1

    def memory_mb(self, attempt: int) -> int:
        """Memory in MB; a GPU's is not subtracted, for the job may have to do without."""
        return ceil((PROCESS_BYTES + 1.5 * self.device_bytes) / 1e6) << attempt - 1

    def gpu_shares(self, attempt: int) -> int:
        """Shares of one GPU; what ran out of memory is trained again with fewer beside it, at last alone."""
        first = 1 + self.device_bytes // SHARE_BYTES
        return min(SHARES_PER_GPU, first << attempt - 1)


def demand_of(checked: Path, datasets: Iterable[Path], seeds: Seeds, undecided: Path | None) -> Demand:
    """What training this chunk asks for: all of its plans, or those that are `undecided`, with all seeds there may be.

    Raises FileNotFoundError, which Snakemake takes for "not known yet". What cannot be read asks for the least: the
    job itself will say why.
    """
    paths = (checked, *datasets, *([undecided] if undecided else []))
    return _read(tuple((path, Path(path).stat().st_mtime_ns) for path in map(str, paths)), seeds, undecided is not None)


@cache
def _read(files: tuple[tuple[str, int], ...], seeds: Seeds, later: bool) -> Demand:
    """Of files with their times; Snakemake asks several times for every job."""
    checked, *others = [Path(name) for name, _ in files]
    try:
        undecided = load(others.pop(), Undecided).undecided if later else None
        if undecided == []:
            return Demand()
        chunk = load(checked, CheckedSubmissions)
        wanted = set(chunk.plans) - set(chunk.waiting) if undecided is None else set(undecided)
        data = {found.name: found for found in (load(path, Dataset) for path in others)}
    except NetgradeError:
        return Demand()
    return of_plans(chunk, wanted, seeds.most if later else seeds.first, data)


def trainings(
    chunk: CheckedSubmissions,
    seeds: Seeds,
    undecided: Collection[Digest] | None,
    before: Mapping[Digest, Sequence[int]],
) -> dict[Digest, list[int]]:
    """What a job of training has to do: by plan, in its order, the seeds that come next.

    In the first round `undecided` is None, and every plan is trained that does not wait; in later ones only those, with
    the seeds after those that each was trained with `before`.
    """
    wanted = set(chunk.plans) - set(chunk.waiting) if undecided is None else set(undecided)
    return {plan: seeds.after(len(before.get(plan, []))) for plan in chunk.plans if plan in wanted}


def of_plans(chunk: CheckedSubmissions, wanted: Iterable[Digest], trainings: int, datasets: Datasets) -> Demand:
    """Each of the `wanted` plans trained so often in one process, on data sets that were laid out."""
    models = {model.plan: model for one in chunk.submissions for model in one.models.values() if model.plan}
    known = [(chunk.plans[d], models[d]) for d in wanted if d in models and chunk.plans[d].dataset in datasets]
    seconds = sum(training_seconds(plan, model, datasets[plan.dataset]) for plan, model in known)
    largest = max((training_bytes(plan, model, datasets[plan.dataset]) for plan, model in known), default=0)
    return Demand(JOB_SECONDS + trainings * seconds, largest)


def training_seconds(plan: Plan, model: CheckedModel, dataset: Dataset) -> float:
    """At most, on one core: epochs with validation after each, and the test images at the end."""
    steps = plan.batches or plan.epochs * ceil(dataset.train_images / plan.batch_size)
    trained = steps * plan.batch_size
    looked = plan.epochs * dataset.train_images * plan.validation_fraction + dataset.train_images + dataset.test_images
    operations = model.flops * (BACKWARD * trained + looked)
    if any(plan.augmentation.values()):
        operations += AUGMENTING * prod(dataset.shape) * trained
    return TRAINING_SECONDS + steps * STEP_SECONDS + operations / OPERATIONS


def training_bytes(plan: Plan, model: CheckedModel, dataset: Dataset) -> int:
    """At most: the images as they are and as the engine has them, weights, and what the layers keep of a batch."""
    value = 1 if dataset.pictures else 4
    images = 3 * value * prod(dataset.shape) * (dataset.train_images + dataset.test_images)
    kept = model.activation_bytes * max(BACKWARD * plan.batch_size, EVALUATED_AT_ONCE)
    return images + 4 * COPIES * model.parameters + kept
