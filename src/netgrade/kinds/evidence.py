"""Evidence: what is known about one submission when a task is graded."""

from dataclasses import dataclass

from netgrade.objects.assignment import Seeds
from netgrade.objects.base import Digest
from netgrade.objects.measurement import Measurement
from netgrade.objects.plan import CheckedSubmission


@dataclass(frozen=True)
class Evidence:
    """One submission with the measurements of its plans, and how many seeds there may be."""

    submission: CheckedSubmission
    measurements: dict[Digest, Measurement]
    seeds: Seeds
