"""Evidence: what is known about one submission when a task is graded."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from netgrade.objects.assignment import Seeds
from netgrade.objects.base import Digest, TaskId
from netgrade.objects.measurement import Measurement
from netgrade.objects.picture import StyleMeasurement
from netgrade.objects.plan import CheckedSubmission
from netgrade.objects.scale import Scale
from netgrade.objects.sight import Seen


@dataclass(frozen=True)
class Evidence:
    """One submission with the measurements of its plans, and how many seeds there may be."""

    submission: CheckedSubmission
    measurements: dict[Digest, Measurement]
    seeds: Seeds
    sights: Mapping[TaskId, Seen] = field(default_factory=dict)
    styles: Mapping[TaskId, StyleMeasurement] = field(default_factory=dict)
    scale: Scale = "full"
