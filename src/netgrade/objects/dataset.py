"""Dataset: where the arrays of a data set lie, and what they are."""

from collections.abc import Mapping

from pydantic import Field

from netgrade.objects.base import Digest, Outcome

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
    folder: str = Field(default="", description="Absolute.")
    hidden_labels: str = Field(default="", description="Absolute path of the npz with `labels`.")
    digest: Digest | None = Field(default=None, description="Of training images, training labels and test images.")
    labels_digest: Digest | None = None
    second_images: int = Field(default=0, description="A second hidden test set, for audits; 0 where there is none.")
    second_labels: str = Field(default="", description="Absolute path of the npz with its `labels`.")
    official: bool = Field(default=True, description="False: not bit-identical to the published data.")
    stand_in: bool = Field(default=False, description="True: drawn by the project.")
    note: str = Field(default="", description="Shown on the report's first page.")

    @property
    def pictures(self) -> bool:
        """True for images, False for points."""
        return len(self.shape) == 3


Datasets = Mapping[str, Dataset]
"""The data sets of an assignment, by name."""
