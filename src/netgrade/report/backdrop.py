"""Backdrop: what pages show beside the grades themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from netgrade.objects.assignment import Assignment, Prices
from netgrade.objects.base import Digest, Slug, TaskId
from netgrade.objects.control import Control
from netgrade.objects.grade import Grade
from netgrade.objects.measurement import Measurement, Speed
from netgrade.objects.sight import Seen
from netgrade.objects.similarity import Similarities

Images = NDArray[np.uint8]
"""Test images, uint8 `(n, height, width, channels)`."""


@dataclass(frozen=True)
class Backdrop:
    """The same for every page of an assignment. In anonymous marking there are no names, and slugs take their place."""

    assignment: Assignment
    reference: Grade | None = None
    names: Mapping[Slug, str] = field(default_factory=dict)
    speeds: Mapping[Digest, Sequence[Speed]] = field(default_factory=dict)
    images: Mapping[str, Images] = field(default_factory=dict)
    """The test images of each data set that is there, read as they are needed."""
    pictures: Mapping[Digest, str] = field(default_factory=dict)
    """The images of style tasks as `data:` URIs, by the digest of the file."""
    control: Control | None = None
    similarities: Similarities | None = None
    prices: Prices | None = None
    sights: Mapping[Slug, Mapping[TaskId, Seen]] = field(default_factory=dict)
    own_check: bool = False
    """A student's own check on training images: the first page says that it is no grade."""

    @property
    def measured(self) -> dict[str, Measurement]:
        """What the reference models reached, by task."""
        return {g.task: g.measurement for g in self.reference.tasks if g.measurement} if self.reference else {}
