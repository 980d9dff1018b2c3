"""Picture: an image of a submission, decoded in the sandbox; and what was measured of a task's images."""

from pydantic import Field

from netgrade.objects.base import Cause, Digest, Noun, Outcome, Slug, TaskId
from netgrade.objects.tasks.style import PictureName

LEAST_SIDE, MOST_SIDE = 16, 384
"""Pixels of a side. What is larger is measured and shown scaled down."""

MOST_FULL_SIDE = 20_000


class Picture(Noun):
    """One image. Its pixels lie in the store, as a PNG that netgrade wrote."""

    file: Digest = Field(description="SHA-256 of that PNG, and its name.")
    pixels: Digest = Field(description="SHA-256 of width, height and RGB bytes in full size.")
    width: int = Field(ge=1, le=MOST_FULL_SIDE, description="In full size, as are all of these.")
    height: int = Field(ge=1, le=MOST_FULL_SIDE)
    source: str = Field(description="File or function it came from.")


class Pictures(Outcome):
    """A task's images, as they came out of the sandbox; `failed` says why one could not be had."""

    found: dict[PictureName, Picture] = Field(default_factory=dict)
    failed: dict[PictureName, Cause] = Field(default_factory=dict)


class FeatureNetwork(Outcome):
    """A network whose features say how alike two images are."""

    name: str
    title: str = ""
    weights: str = Field(default="", description="npz with kernels, biases, and where it pools.")
    digest: Digest | None = Field(default=None, description="SHA-256 of the weights' bytes.")


class CheckMeasure(Outcome):
    """What one check came to, in the order of the task's checks."""

    value: float | None = None


class StyleMeasurement(Outcome):
    """All that was measured of one task's images."""

    network: str = ""
    network_digest: Digest | None = None
    given: dict[PictureName, Picture] = Field(default_factory=dict)
    handed_in: dict[PictureName, Picture] = Field(default_factory=dict)
    failed: dict[PictureName, Cause] = Field(default_factory=dict)
    checks: list[CheckMeasure] = Field(default_factory=list)


class StyleMeasurements(Noun):
    """The measurements of one chunk's images, by student and task; a task without any image is not there."""

    assignment: str
    chunk: str
    measurements: dict[Slug, dict[TaskId, StyleMeasurement]]
