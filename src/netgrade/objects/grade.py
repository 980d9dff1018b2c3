"""Grade: points and a verdict for each task, with the reason for both."""

from datetime import datetime
from enum import StrEnum

from pydantic import ConfigDict, Field

from netgrade.language import later
from netgrade.objects.base import Digest, Noun, Outcome, Slug, TaskId
from netgrade.objects.handmade import Handmade
from netgrade.objects.measurement import Measurement, Speed
from netgrade.objects.picture import StyleMeasurement
from netgrade.objects.plan import CheckedModel
from netgrade.objects.scale import Scale


class Verdict(StrEnum):
    """What a task came to."""

    PASS = "pass"
    FAIL = "fail"
    BORDERLINE = "borderline"  # the interval still holds the threshold after the last seed
    UNDECIDED = "undecided"  # as borderline, but further seeds are still to come
    PERSON = "needs a person"
    NOTHING = "not handed in"
    MARKED = "marked by hand"


NO_COMMENT = later("Set by the teacher.")
"""What stands on the report where a teacher gave no comment."""


class Override(Noun):
    """Points that a teacher set by hand: one row of the overrides file. It survives every regrading."""

    student: str = Field(description="Name as in the class page, or slug.")
    task: TaskId
    points: float = Field(ge=0, le=1000)
    comment: str = ""


class Advice(Noun):
    """One thing to improve, and why we think so."""

    what: str
    why: str


class VariantGrade(Outcome):
    """One of several models of a task, beside the others."""

    name: str
    factors: dict[str, str] = Field(default_factory=dict)
    dataset: str = ""
    model: CheckedModel | None = None
    measurement: Measurement | None = None
    validation: float | None = Field(
        default=None,
        description="Mean validation accuracy; in a sweep over as many trainings as every variant has.",
    )


class AnswerPart(Noun):
    """One cell of a matrix, or one place of an ordering, that was compared by itself."""

    place: list[int] = Field(description="Counted from 1: matrix, row and column; or the place alone.")
    given: str = Field(description="As it was read; empty where it was left open.")
    wanted: str
    right: bool


class TaskGrade(Noun):
    """One task of one student."""

    task: TaskId
    verdict: Verdict
    points: float | None = Field(description="None: not graded yet.")
    most_points: float
    reason: str = Field(description="One sentence: why this verdict.")
    remedy: str = ""
    advice: list[Advice] = Field(default_factory=list)
    model: CheckedModel | None = None
    measurement: Measurement | None = None
    style: StyleMeasurement | None = Field(default=None, description="What was measured of a style task's images.")
    variants: list[VariantGrade] = Field(default_factory=list, description="The best first.")
    wanted: list[Digest] = Field(default_factory=list, description="Plans that further trainings could decide.")
    answer: str | None = None
    handmade: Handmade | None = Field(default=None, description="A network by hand, worked out.")
    accepted: str | None = Field(default=None, description="Model answer, shown once a question is marked.")
    parts: list[AnswerPart] = Field(default_factory=list)
    overridden: str | None = Field(default=None, description="The teacher's comment, where points were set by hand.")


class Grade(Noun):
    """One student's grade for one assignment."""

    slug: Slug
    submission: Digest
    assignment: str
    isolation: str
    scale: Scale = "full"
    handed_in: datetime | None = None
    late_note: str = ""
    late_factor: float = Field(default=1.0, ge=0, le=1)
    late_unknown: bool = Field(default=False, description="Late, but nobody knows by how much: a person has to say.")
    tasks: list[TaskGrade]
    points: float = Field(description="Sum of the points given so far, after the late rule.")
    most_points: float
    complete: bool = Field(description="False while any task has no points yet, or the late rule is not settled.")
    findings: list[str] = Field(default_factory=list)
    output: str = Field(default="", description="The end of what the code printed, where something failed.")


class Grades(Noun):
    """The grades of one chunk, after one round."""

    assignment: str
    chunk: str
    round: int
    grades: list[Grade]
    undecided: list[Digest] = Field(description="Plans that further seeds could decide.")
    speeds: dict[Digest, list[Speed]] = Field(
        default_factory=dict, description="Apart from the grades, which are the same on every machine."
    )


class Undecided(Noun):
    """Of the `Grades` of a chunk, only what says whether a further round is needed: the file is read past the rest."""

    model_config = ConfigDict(extra="ignore")

    undecided: list[Digest]
