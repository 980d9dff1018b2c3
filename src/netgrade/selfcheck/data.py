"""Data: the training images of an assignment on a student's machine, laid out once."""

import os
from collections.abc import Callable
from pathlib import Path

import netgrade
from netgrade.datasets import prepare, without_test
from netgrade.errors import NetgradeError
from netgrade.objects.assignment import Assignment
from netgrade.objects.dataset import Dataset
from netgrade.store import load, save


def cache() -> Path:
    """Where data sets are kept between checks: `netgrade` in the user's cache folder."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "netgrade" / netgrade.__version__


def training_images(assignment: Assignment, say: Callable[[str], None]) -> dict[str, Dataset]:
    """The data sets of an assignment, without test images or labels; `say` is told of what takes long.

    Raises NetgradeError where one cannot be had.
    """
    return {name: _laid_out(name, say) for name in assignment.datasets}


def _laid_out(name: str, say: Callable[[str], None]) -> Dataset:
    folder = cache() / "datasets"
    note = folder / f"{name}.json"
    known = _known(note)
    if known is not None:
        return known
    say(f"Laying out the images of {name}, once …")
    found = without_test(prepare(name, folder, None, download=True))
    if not found.ok and found.cause:
        raise NetgradeError(found.cause.what, found.cause.remedy)
    save(note, found)
    return found


def _known(note: Path) -> Dataset | None:
    """What was laid out before, where it still lies there."""
    try:
        found = load(note, Dataset)
    except NetgradeError:
        return None
    return found if (Path(found.folder) / "train_labels.npy").is_file() else None
