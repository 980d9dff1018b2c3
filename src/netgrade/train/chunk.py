"""Which trainings there are to do: every plan with every seed, each at most once on this machine."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from netgrade.errors import MachineError, NetgradeError
from netgrade.objects.base import Status
from netgrade.objects.dataset import Dataset, Datasets
from netgrade.objects.plan import Plan
from netgrade.objects.record import Record
from netgrade.store import load_record, record_folder
from netgrade.train.devices import is_sharing
from netgrade.train.engine import prepare_engine
from netgrade.train.progress import Progress, progress_to, title_of
from netgrade.train.weights import AGAIN, adopt_weights, lacks_weights, remove_weights


def train(plan: Plan, seed: int, dataset: Dataset, store: Path, progress: Progress, looked_at: bool = False) -> Record:
    """Return the record of one training, from the store or by training now.

    Where it is trained now and to be `looked_at`, its final weights lie beside it afterwards.

    A second process that asks for the same training waits for the first. What goes wrong becomes the record's status;
    a fault of the machine is tried again when it is asked for again.
    """
    folder = record_folder(store, plan.digest, dataset.digest or "", seed)
    if record := _finished(folder):
        return record
    prepare_engine()
    with _only_one(folder):
        if record := _finished(folder):
            return record
        from netgrade.train.training import train_plan

        remove_weights(folder)
        return train_plan(plan, seed, dataset, folder, progress, looked_at)


def train_for_weights(plan: Plan, seed: int, dataset: Dataset, store: Path, progress: Progress) -> None:
    """Repeat a training whose record is there for its weights, where they could be and are not; the record stays.

    A repetition that fails leaves none. Raises MachineError as `train_chunk` does.
    """
    folder = record_folder(store, plan.digest, dataset.digest or "", seed)
    with _only_one(folder):
        record = _finished(folder)
        if record is None or not lacks_weights(folder, record):
            return
        prepare_engine()
        from netgrade.train.training import train_plan

        progress.begin(title_of(1, 1, 1, 1), plan.epochs)
        again = train_plan(plan, seed, dataset, folder / AGAIN, progress, looked_at=True)
        adopt_weights(folder)
        progress.end(_sentence(again))
    if _is_cramped(again):
        raise _cramped(1)


def train_chunk(
    plans: Mapping[str, Plan],
    seeds: Mapping[str, Sequence[int]],
    datasets: Datasets,
    store: Path,
    log: Path | None,
    looked_at: Collection[str] = (),
) -> dict[str, list[int]]:
    """Train each plan with its seeds in this process; return the seeds that have a record, by the plan's digest.

    Of the plans that are `looked_at`, the weights of what is trained now are kept. Raises MachineError, after all the
    others, where a training ran out of the memory of a GPU that others use as well.
    """
    cramped = 0
    with progress_to(log) as progress:
        for number, (digest, plan) in enumerate(plans.items(), start=1):
            for count, seed in enumerate(seeds[digest], start=1):
                progress.begin(title_of(number, len(plans), count, len(seeds[digest])), plan.epochs)
                record = train(plan, seed, datasets[plan.dataset], store, progress, digest in looked_at)
                cramped += _is_cramped(record)
                progress.end(_sentence(record))
    if cramped:
        raise _cramped(cramped)
    return {digest: list(seeds[digest]) for digest in plans}


def _is_cramped(record: Record) -> bool:
    return record.status is Status.OUT_OF_MEMORY and is_sharing()


def _cramped(count: int) -> MachineError:
    return MachineError(
        f"{count} of the trainings did not fit into the memory of a GPU that others use at the same time.",
        "The workflow tries again by itself, with fewer beside it and at last alone; the others are kept.",
    )


def _finished(folder: Path) -> Record | None:
    """The record in `folder`, unless it is missing, damaged or tells of a fault that may be over by now."""
    try:
        record = load_record(folder)
    except (NetgradeError, OSError):
        return None
    return record if record.status not in (Status.FAULT, Status.OUT_OF_MEMORY) else None


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Hold the folder's lock. The kernel frees it when this process ends, however it ends."""
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".lock"):
        yield


def _sentence(record: Record) -> str:
    if record.cause:
        return f"{record.status}: {record.cause.what}"
    done = f"done · {record.epochs_run} epochs in {record.train_seconds:.0f} s"
    if record.validation_error is not None:
        return f"{done} · validation error {record.validation_error:.1f} min"
    return f"{done} · validation accuracy {record.validation_accuracy or 0:.2f}"
