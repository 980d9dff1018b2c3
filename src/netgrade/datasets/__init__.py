"""Datasets: find, draw or fetch a data set, and lay it out for the stages.

Training images and labels and test images are plain arrays; the test labels lie in a folder of their own.
"""

import hashlib
from pathlib import Path

import numpy as np

from netgrade.datasets import shapes10
from netgrade.datasets.locate import fetch, install_hint, is_published, locate, places_looked_at
from netgrade.datasets.published import PUBLISHED, Published
from netgrade.datasets.readers import Arrays
from netgrade.errors import DataError
from netgrade.objects.base import Cause, Status
from netgrade.objects.dataset import Dataset
from netgrade.store import replacing_folder, sha256_file, storage_error

__all__ = ["NAMES", "prepare"]

NAMES = ["shapes10", *PUBLISHED]
COPY_NOTE = "This copy of the data is not bit-identical to the published one: figures may differ from elsewhere."


def prepare(name: str, folder: Path, data: Path | None, download: bool) -> Dataset:
    """Lay the data set `name` out below `folder/<name>`.

    Looks into the folder `data`, Keras's cache and a Debian package, then downloads. Missing data is no exception: the
    result has the status `fault` and says where it was looked for and what to do. A full disk raises StorageError.
    """
    try:
        if name == "shapes10":
            return _lay_out(name, "shapes10", shapes10.CLASSES, Arrays(*shapes10.draw()), folder)
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
    laid_out = _lay_out(name, found.title, found.classes, found.read(place), folder)
    official = is_published(found, place, laid_out.digest or "")
    return laid_out.model_copy(update={"official": official, "note": "" if official else COPY_NOTE})


def _lay_out(name: str, title: str, classes: list[str], arrays: Arrays, folder: Path) -> Dataset:
    """Write the arrays under a temporary name and rename the folder, so that it is complete where it exists."""
    target = folder.absolute() / name
    try:
        with replacing_folder(target) as part:
            (part / "hidden").mkdir()
            np.save(part / "train_images.npy", np.ascontiguousarray(arrays.train_images))
            np.save(part / "train_labels.npy", arrays.train_labels)
            np.save(part / "test_images.npy", np.ascontiguousarray(arrays.test_images))
            np.savez(part / "hidden" / "test_labels.npz", labels=arrays.test_labels)
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
        digest=_arrays_digest(arrays),
        labels_digest=labels_digest,
        stand_in=name == "shapes10",
    )


def _arrays_digest(arrays: Arrays) -> str:
    """SHA-256 over shapes and bytes of training images, training labels and test images."""
    digest = hashlib.sha256()
    for array in (arrays.train_images, arrays.train_labels, arrays.test_images):
        digest.update(f"{array.shape}{array.dtype.str}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
