"""Datasets: find, draw or fetch a data set, and lay it out for the stages.

Training images and labels and test images are plain arrays; the test labels lie in a folder of their own.
"""

import hashlib
import shutil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgrade.datasets import clocks, moons, shapes10
from netgrade.datasets.locate import fetch, install_hint, is_published, locate, places_looked_at
from netgrade.datasets.published import PUBLISHED, Published
from netgrade.datasets.readers import Arrays
from netgrade.errors import DataError
from netgrade.objects.base import Cause, Status
from netgrade.objects.dataset import CLOCKS, Dataset
from netgrade.store import replacing_folder, sha256_file, sha256_of, storage_error

__all__ = ["NAMES", "held_out", "permuted", "prepare", "without_test"]

DRAWN = {"shapes10": shapes10, "moons": moons}
"""What the project draws itself."""

NAMES = [*DRAWN, *CLOCKS, *PUBLISHED]
Second = tuple[NDArray[Any], NDArray[np.int64]]
"""Images and labels of a second hidden test set."""

PERMUTATION = 2026
CLOCKS_NOTE = "The clocks are drawn: each time of the dial 25 times, seen from one side, the face turned at any angle."
COPY_NOTE = "This copy of the data is not bit-identical to the published one: figures may differ from elsewhere."


def prepare(name: str, folder: Path, data: Path | None, download: bool) -> Dataset:
    """Lay the data set `name` out below `folder/<name>`.

    Looks into the folder `data`, Keras's cache and a Debian package, then downloads. Missing data is no exception: the
    result has the status `fault` and says where it was looked for and what to do. A full disk raises StorageError.
    """
    try:
        if name in DRAWN:
            drawn, second = Arrays(*DRAWN[name].draw()), DRAWN[name].draw_second()
            return _lay_out(name, name, DRAWN[name].CLASSES, drawn, second, folder)
        if name in CLOCKS:
            drawn = Arrays(*clocks.draw(int(name.removeprefix("clocks"))))
            found = _lay_out(name, f"Clocks, {name.removeprefix('clocks')} pixels", clocks.CLASSES, drawn, None, folder)
            return found.model_copy(update={"note": CLOCKS_NOTE})
        if name not in PUBLISHED:
            raise DataError(f"No data set is called {name}.", f"There are {', '.join(NAMES)}.")
        return _prepare_published(name, PUBLISHED[name], folder, data, download)
    except (DataError, OSError, ValueError, KeyError, EOFError) as error:
        remedy = error.remedy if isinstance(error, DataError) else "Check the files, or delete them to load them anew."
        what = error.what if isinstance(error, DataError) else f"The data set {name} could not be read: {error}"
        return Dataset(name=name, status=Status.FAULT, cause=Cause(what=what, remedy=remedy))


def _prepare_published(name: str, found: Published, folder: Path, data: Path | None, download: bool) -> Dataset:
    place = locate(found, data)
    if place is None and not download:
        looked = places_looked_at(found, data)
        raise DataError(f"The data set {found.title} was not found; looked at {looked}.", install_hint(found))
    place = place or fetch(found)
    laid_out = _lay_out(name, found.title, found.classes, found.read(place), _second(name, data), folder)
    official = is_published(found, place, laid_out.digest or "")
    return laid_out.model_copy(update={"official": official, "note": "" if official else COPY_NOTE})


def permuted(dataset: Dataset, target: Path) -> Dataset:
    """The same data set with its training labels in a random order, laid out in the empty folder `target`."""
    source = Path(dataset.folder)
    labels = np.random.default_rng(PERMUTATION).permutation(np.load(source / "train_labels.npy", allow_pickle=False))
    for name in ("train_images.npy", "test_images.npy"):
        (target / name).symlink_to(source / name)
    np.save(target / "train_labels.npy", labels)
    digest = sha256_of(dataset.digest, "permuted", PERMUTATION)
    changes = {"folder": str(target), "digest": digest, "second_images": 0, "second_labels": ""}
    return dataset.model_copy(update=changes)


def without_test(dataset: Dataset) -> Dataset:
    """The same data set with its test images and labels removed from its folder: what students need of it."""
    if not dataset.ok:
        return dataset
    folder = Path(dataset.folder)
    shutil.rmtree(folder / "hidden", ignore_errors=True)
    for name in ("test_images.npy", "second_images.npy"):
        (folder / name).unlink(missing_ok=True)
    changes = {"hidden_labels": "", "labels_digest": None, "second_images": 0, "second_labels": ""}
    return dataset.model_copy(update=changes)


def held_out(dataset: Dataset, target: Path, share: float) -> Dataset:
    """A data set of training images alone, in the empty folder `target`: the last `share` of them stand for the test.

    Images and labels of a class are in no order in any data set, so that the last ones are like the others.
    """
    source = Path(dataset.folder)
    images = np.load(source / "train_images.npy", mmap_mode="r", allow_pickle=False)
    labels = np.load(source / "train_labels.npy", allow_pickle=False)
    cut = len(images) - round(len(images) * share)
    arrays = Arrays(images[:cut], labels[:cut], images[cut:], labels[cut:])
    made = _lay_out(dataset.name, dataset.title, dataset.classes, arrays, None, target)
    kept = {"official": dataset.official, "note": dataset.note, "stand_in": dataset.stand_in}
    return made.model_copy(update=kept)


def _second(name: str, data: Path | None) -> Second | None:
    """An instructor's own second test set: `<name>-second.npz` in the data folder, with `images` and `labels`."""
    path = data / f"{name}-second.npz" if data else None
    if path is None or not path.is_file():
        return None
    with np.load(path, allow_pickle=False) as archive:
        return archive["images"].astype(np.uint8), archive["labels"].astype(np.int64).ravel()


def _lay_out(name: str, title: str, classes: list[str], arrays: Arrays, second: Second | None, folder: Path) -> Dataset:
    """Write the arrays under a temporary name and rename the folder, so that it is complete where it exists."""
    target = folder.absolute() / name
    try:
        with replacing_folder(target) as part:
            (part / "hidden").mkdir()
            np.save(part / "train_images.npy", np.ascontiguousarray(arrays.train_images))
            np.save(part / "train_labels.npy", arrays.train_labels)
            np.save(part / "test_images.npy", np.ascontiguousarray(arrays.test_images))
            np.savez(part / "hidden" / "test_labels.npz", labels=arrays.test_labels)
            if second is not None:
                np.save(part / "second_images.npy", np.ascontiguousarray(second[0]))
                np.savez(part / "hidden" / "second_labels.npz", labels=second[1])
            labels_digest = sha256_file(part / "hidden" / "test_labels.npz")
    except OSError as error:  # numpy tells of a full disk without the system's number for it
        raise storage_error(target, error) from error
    return Dataset(
        name=name,
        title=title,
        classes=classes,
        shape=arrays.train_images.shape[1:],
        train_images=len(arrays.train_images),
        test_images=len(arrays.test_images),
        folder=str(target),
        hidden_labels=str(target / "hidden" / "test_labels.npz"),
        second_images=len(second[0]) if second is not None else 0,
        second_labels=str(target / "hidden" / "second_labels.npz") if second is not None else "",
        digest=_arrays_digest(arrays),
        labels_digest=labels_digest,
        stand_in=name in ("shapes10", *CLOCKS),
    )


def _arrays_digest(arrays: Arrays) -> str:
    """SHA-256 over shapes and bytes of training images, training labels and test images."""
    digest = hashlib.sha256()
    for array in (arrays.train_images, arrays.train_labels, arrays.test_images):
        digest.update(f"{array.shape}{array.dtype.str}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
