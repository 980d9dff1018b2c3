"""The arrays of a data set as a training sees them. No test labels: they lie in a file that is not opened here."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgrade.errors import DataError
from netgrade.objects.dataset import Dataset

_REMEDY = "Run `snakemake --cores all --forceall`: it lays the data out anew, and trains only what is missing."


@dataclass(frozen=True)
class Images:
    """Images and labels of one data set, split. n: training, v: validation, t: test images."""

    train: NDArray[Any]  # (n, height, width, channels) uint8, or points (n, d) float32
    train_labels: NDArray[np.int64]  # (n,)
    validation: NDArray[Any]  # as train, v of them
    validation_labels: NDArray[np.int64]  # (v,)
    test: NDArray[Any]  # as train, t of them
    second: NDArray[Any] | None = None  # as train, s of them, for audits


def load_images(dataset: Dataset, validation_fraction: float) -> Images:
    """Load and split as Keras's `validation_split` does: the last share of the images is held out.

    Raises DataError where a file is missing or the arrays do not fit together.
    """
    try:
        names = ("train_images", "train_labels", "test_images")
        images, labels, test = (np.load(Path(dataset.folder, f"{n}.npy"), allow_pickle=False) for n in names)
        images, labels = images[: dataset.train_images], labels[: dataset.train_images]
        test = test[: dataset.test_images]
    except (OSError, ValueError) as error:
        raise DataError(f"The data set {dataset.name} cannot be read: {error}", _REMEDY) from error
    split = int(len(images) * (1.0 - validation_fraction))
    if len(images) != len(labels) or not 0 < split < len(images) or images.shape[1:] != test.shape[1:]:
        raise DataError(f"The arrays of the data set {dataset.name} do not fit together", _REMEDY)
    labels = labels.astype(np.int64)
    return Images(images[:split], labels[:split], images[split:], labels[split:], test, _second(dataset, test))


def _second(dataset: Dataset, test: NDArray[Any]) -> NDArray[Any] | None:
    """The second test set's images, where there are any that fit."""
    if not dataset.second_images:
        return None
    images: NDArray[Any] = np.load(Path(dataset.folder, "second_images.npy"), allow_pickle=False)
    return images if images.shape[1:] == test.shape[1:] else None
