"""A few drawn clocks, laid out as `datasets` does it: what the tests of clock tasks train on."""

from pathlib import Path

import numpy as np

from netgrade.datasets import clocks
from netgrade.objects.dataset import Dataset


def make_clocks(folder: Path, name: str = "clocks75", train: int = 240, test: int = 120) -> Dataset:
    """A small part of the data set `name`, with its hidden labels."""
    size = int(name.removeprefix("clocks"))
    x_train, y_train, x_test, y_test = clocks.draw(size, train, test)
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "train_images.npy", x_train)
    np.save(folder / "train_labels.npy", y_train)
    np.save(folder / "test_images.npy", x_test)
    np.savez(folder / "hidden.npz", labels=y_test)
    return Dataset(
        name=name, classes=clocks.CLASSES, shape=(size, size, 1), train_images=train, test_images=test,
        folder=str(folder), hidden_labels=str(folder / "hidden.npz"), digest="c" * 64, stand_in=True,
    )  # fmt: skip
