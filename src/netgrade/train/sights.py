"""See: what the trained networks of a submission make of single images. Trusted: plans, weights and plain pixels alone.

It stands beside the trainer because it builds the same models; it opens no label.
"""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from netgrade.errors import MachineError, NetgradeError, StorageError
from netgrade.language import later
from netgrade.objects.assignment import Assignment
from netgrade.objects.base import Cause, Digest, Status, TaskId
from netgrade.objects.dataset import Dataset, Datasets
from netgrade.objects.plan import CheckedSubmission, Plan
from netgrade.objects.record import Record
from netgrade.objects.sight import Drawing, Seen, Sight
from netgrade.objects.tasks import Sees
from netgrade.phrases import caused, phrases_of, told
from netgrade.store import load, load_record, record_folder, save, sha256_of
from netgrade.train.chunk import train_for_weights
from netgrade.train.engine import prepare_engine
from netgrade.train.pictures import pixels_of
from netgrade.train.progress import Progress
from netgrade.train.weights import MOST_KEPT, kept_weights, remove_weights

APART = 0.01
"""Difference of probabilities from which a repeated training is said to be another one: half precision rounds less."""

LOOK = "1"
"""Part of the name under which a look is kept: another one, once `look` makes something else of the same images."""

_NOT_KEPT = Cause(
    what=later("The weights of this training were not kept."),
    remedy=later(
        "They are kept of networks of up to 2,000,000 parameters. If this one is smaller, it could not be trained "
        "again for them, and a person has to look at the logs."
    ),
)


def see(
    checked: CheckedSubmission,
    assignment: Assignment,
    plans: Mapping[Digest, Plan],
    seeds: Mapping[Digest, list[int]],
    datasets: Datasets,
    store: Path,
    progress: Progress | None = None,
) -> dict[TaskId, Seen]:
    """What each task that asks for it sees; tasks whose network was not to be trained are left out.

    `seeds` are those with a record, by plan. With `progress`, trainings whose weights are missing are repeated for
    them. Whatever goes wrong becomes a task's status and cause, but for what is tried again: raises StorageError and
    MachineError.
    """
    wishes: dict[TaskId, tuple[TaskId, Sees | None]] = {
        task.id: (task.id, task.sees) for task in assignment.classifiers if task.sees
    }
    wishes |= {task.id: (task.model_of, None) for task in assignment.sees_tasks}
    found = {}
    for task, (model_of, wish) in wishes.items():
        model = checked.models.get(model_of)
        if model is None or model.plan is None or model.plan not in plans:
            continue
        plan, drawings = plans[model.plan], checked.drawings.get(task, [])
        if wish is None and not drawings:
            continue
        own = datasets[plan.dataset]
        found[task] = _seen(
            plan, seeds.get(model.plan, []), wish, drawings, own, store, progress, not assignment.drawn_for
        )
    return found


def _seen(
    plan: Plan, seeds: list[int], wish: Sees | None, drawings: list[Drawing], dataset: Dataset, store: Path,
    progress: Progress | None, lasting: bool,
) -> Seen:  # fmt: skip
    """What one task sees; where it is `lasting`, it is kept for whoever has the same plan, instead of large weights."""
    try:
        folders = {seed: record_folder(store, plan.digest, dataset.digest or "", seed) for seed in seeds}
        records = {seed: load_record(folder) for seed, folder in folders.items()}
        whole = {seed: folder for seed, folder in folders.items() if records[seed].ok}
        if not whole:
            return _nothing_trained(list(records.values()))
        images = np.load(Path(dataset.folder, "test_images.npy"), mmap_mode="r", allow_pickle=False)
        images = images[: dataset.test_images]
        chosen, notes = _chosen(wish, images, next(iter(whole.values())))

        def seen_now() -> Seen:
            if progress:
                for seed in whole:
                    train_for_weights(plan, seed, dataset, store, progress)
            kept = [weights for folder in whole.values() if (weights := kept_weights(folder))]
            if len(kept) < len(whole):
                return Seen(status=Status.FAULT, cause=_NOT_KEPT)
            said = notes + _repeated(max(weights.apart for weights in kept))
            sights = [Sight(name=f"test image {index}", picture=pixels_of(images[index])) for index in chosen]
            sights += [_fitting(drawing, dataset) for drawing in drawings]
            prepare_engine()
            from netgrade.train.maps import look

            seen = look(plan, sights, images, dataset.classes, list(whole.values()))
            return seen.model_copy(update={"seeds": list(whole), "notes": said, "phrases": phrases_of(said)})

        if not lasting:
            return seen_now()
        key = sha256_of(LOOK, dataset.digest, dataset.test_images, list(whole), chosen, notes)
        heavy = [folder for seed, folder in whole.items() if records[seed].parameters > MOST_KEPT]
        return _lasting(next(iter(whole.values())).parent / f"look-{key}.json", seen_now, heavy)
    except (StorageError, MachineError):  # no result: tried again
        raise
    except Exception as error:  # whatever Keras raises for one plan must not stop the other students
        return _fault(error)


def _lasting(place: Path, seen_now: Callable[[], Seen], heavy: Sequence[Path]) -> Seen:
    """What was seen before, or is seen now and kept in `place`; after that, the weights in the `heavy` folders go.

    Another process that asks for the same waits: its weights must not go while it looks.
    """
    with FileLock(place.with_name(".look.lock")):
        with contextlib.suppress(NetgradeError):  # missing, or damaged
            return load(place, Seen)
        seen = seen_now()
        if seen.ok:
            save(place, seen)
            for folder in heavy:
                remove_weights(folder)
        return seen


def _repeated(apart: float) -> list[str]:
    """What to say where weights come from another training than the measured figures, and it shows."""
    if apart < APART:
        return []
    note = told(
        "The network was trained again with the same seed, to be looked at: for single images its probabilities differ "
        "by up to {apart:.2f} from those that were measured.",
        apart=apart,
    )
    return [note]


def _nothing_trained(records: list[Record]) -> Seen:
    """A training that diverged is the design's own result; anything else is the grader's fault."""
    if records and all(record.diverged_at is not None for record in records):
        return Seen(status=Status.FAILED, cause=records[0].cause)
    cause = next((record.cause for record in records if record.cause), None)
    return Seen(status=Status.FAULT, cause=cause or Cause(what=later("No training of this network exists.")))


def _fault(error: Exception) -> Seen:
    sentence = " ".join(str(error).split())[:300]
    reason = f"{type(error).__name__}: {sentence}"
    what = told("What the network sees could not be computed: {error}", error=reason)
    return Seen(status=Status.FAULT, cause=caused(what, later("A person has to look at it.")))


def _chosen(wish: Sees | None, images: NDArray[np.uint8], folder: Path) -> tuple[list[int], list[str]]:
    """The test images to show, and what to say of those that there are not."""
    if wish is None:
        return [], []
    if not wish.images:
        return [most_confused(folder)], []
    missing = [index for index in wish.images if index >= len(images)]
    notes: list[str] = [
        told("There is no test image {number}: the last one is {last}.", number=index, last=len(images) - 1)
        for index in missing
    ]
    return [index for index in dict.fromkeys(wish.images) if index < len(images)], notes


def most_confused(folder: Path) -> int:
    """The test image whose two likeliest classes lie nearest to each other, by the stored probabilities (n, k)."""
    with np.load(folder / "outputs.npz", allow_pickle=False) as archive:
        probabilities = archive["probabilities"].astype(np.float64)
    two = np.sort(probabilities, axis=1)[:, -2:]
    return int((two[:, 1] - two[:, 0]).argmin())


def _fitting(drawing: Drawing, dataset: Dataset) -> Sight:
    """A drawing as an image of the data set, or why it cannot be one."""
    if drawing.pixels is None:
        return Sight(name=drawing.name, status=drawing.status, cause=drawing.cause)
    height, width, channels = dataset.shape
    own = drawing.pixels
    if (own.height, own.width) != (height, width):
        what = told(
            "{drawing}.png has {width} × {height} pixels; the images of {dataset} have {columns} × {rows}.",
            drawing=drawing.name, width=own.width, height=own.height, dataset=dataset.name, columns=width, rows=height,
        )  # fmt: skip
        cause = caused(what, later("Use the drawing page."))
        return Sight(name=drawing.name, status=Status.INVALID, cause=cause)
    if own.channels == channels:
        return Sight(name=drawing.name, picture=own)
    array = np.frombuffer(own.raw, np.uint8).reshape(height, width, own.channels)
    if channels == 3:
        return Sight(name=drawing.name, picture=pixels_of(np.repeat(array, 3, axis=2)))
    # Luma as in ITU-R BT.601, the weights that Pillow and OpenCV use as well.
    grey = (array.astype(np.float64) @ np.array([0.299, 0.587, 0.114])).round().astype(np.uint8)
    return Sight(name=drawing.name, picture=pixels_of(grey[..., None]))
