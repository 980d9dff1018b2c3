"""Dataset: where the arrays of a data set lie, and what they are."""

import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from pydantic import Field

from netgrade.objects.base import Digest, Outcome
from netgrade.objects.scale import SIZES, Scale

CLOCKS = ("clocks75", "clocks150")
"""The data sets whose labels are times."""


class Dataset(Outcome):
    """A data set laid out for the stages.

    Training images and labels and test images are plain `.npy` files in `folder`; the test labels lie apart, in
    `hidden_labels`, which only `measure` opens. Images are uint8 `(n, height, width, channels)`, labels int64 `(n,)`.
    Where the data are points rather than pictures, they stand in place of the images, as float32 `(n, d)`.
    """

    name: str
    title: str = ""
    classes: list[str] = Field(default_factory=list)
    shape: tuple[int, ...] = Field(default=(), description="Of one image.")
    train_images: int = 0
    test_images: int = 0
    folder: str = Field(default="", description="Absolute; in a file, as seen from it.")
    hidden_labels: str = Field(default="", description="Path of the npz with `labels`, like `folder`.")
    digest: Digest | None = Field(default=None, description="Of training images, training labels and test images.")
    labels_digest: Digest | None = None
    second_images: int = Field(default=0, description="A second hidden test set, for audits; 0 where there is none.")
    second_labels: str = Field(default="", description="Path of the npz with its `labels`, like `folder`.")
    official: bool = Field(default=True, description="False: not bit-identical to the published data.")
    stand_in: bool = Field(default=False, description="True: drawn by the project.")
    note: str = Field(default="", description="Shown on the report's first page.")

    @property
    def pictures(self) -> bool:
        """True for images, False for points."""
        return len(self.shape) == 3

    def seen_from(self, place: Path) -> "Dataset":
        """The same with paths as seen from a folder: a course that is moved takes its data along."""
        return self._with_paths(lambda path: os.path.relpath(path, place))

    def read_from(self, place: Path) -> "Dataset":
        """The same with absolute paths, where it was read from a file in the absolute folder `place`."""
        return self._with_paths(lambda path: os.path.normpath(place / path))

    def _with_paths(self, change: Callable[[str], str]) -> "Dataset":
        paths = {"folder": self.folder, "hidden_labels": self.hidden_labels, "second_labels": self.second_labels}
        return self.model_copy(update={name: change(path) for name, path in paths.items() if path})

    def at(self, scale: Scale) -> "Dataset":
        """As much of it as a scale uses: the first images of each set, which are in no order of classes."""
        size = SIZES.get(scale)
        if size is None or not self.ok:
            return self
        train, test = min(self.train_images, size.train_images), min(self.test_images, size.test_images)
        if (train, test) == (self.train_images, self.test_images):
            return self
        digest = hashlib.sha256(f"{self.digest} {train} {test}".encode()).hexdigest()
        changes = {
            "train_images": train,
            "test_images": test,
            "digest": digest,
            "second_images": 0,
            "second_labels": "",
        }
        return self.model_copy(update=changes)


Datasets = Mapping[str, Dataset]
"""The data sets of an assignment, by name."""


def at_scale(datasets: Datasets, scale: Scale) -> dict[str, Dataset]:
    """As much of each as the scale trains and tests; what is so already stays as it is."""
    return {name: found.at(scale) for name, found in datasets.items()}
