"""Bundle: everything that one grade rests on, in one file, so that an appeal can be settled by it."""

from datetime import datetime

from pydantic import ConfigDict, Field

from netgrade.objects.assignment import Assignment
from netgrade.objects.base import Digest, Noun, TaskId
from netgrade.objects.grade import Grade, Override, Verdict
from netgrade.objects.plan import CheckedSubmission, Plan
from netgrade.objects.record import Environment
from netgrade.objects.sandbox import SandboxTest
from netgrade.objects.submission import Submission


class RecordEvidence(Noun):
    """One training, by the digests of what it left."""

    seed: int
    record: Digest = Field(description="SHA-256 of its `record.json`.")
    files: dict[str, Digest] = Field(description="Of the arrays beside it.")
    environment: Environment = Field(description="Engine and machine.")


class PlanEvidence(Noun):
    """One plan and its trainings."""

    plan: Plan
    data: Digest = Field(description="Of the images and labels that it was trained and tested on.")
    records: list[RecordEvidence]


class Change(Noun):
    """One entry of a grade's history."""

    when: datetime
    who: str = Field(description="Account and machine that ran netgrade.")
    why: list[str] = Field(description="What differs from the bundle before.")
    points: float
    verdicts: dict[TaskId, Verdict]
    replaces: Digest | None = Field(default=None, description="The bundle before; None for the first.")


class Evidence(Noun):
    """What decides a grade, and the grade."""

    netgrade: str = Field(description="Version.")
    code: dict[str, Digest] = Field(description="Source code of each stage that has a part in the grade.")
    assignment: Assignment = Field(description="With the decision rule of every task.")
    submission: Submission
    sandbox: SandboxTest | None = Field(description="The self-test before the code ran; None where none ran in one.")
    declaration: Digest = Field(description="Of what the code asked for.")
    checked: CheckedSubmission
    plans: dict[Digest, PlanEvidence]
    overrides: list[Override] = Field(description="The teacher's marks for this student, who is named by slug.")
    grade: Grade


class Bundle(Noun):
    """The evidence of one grade with its history, oldest change first."""

    schema_version: int = 1
    evidence: Evidence
    history: list[Change]
    digest: Digest = Field(description="SHA-256 of the canonical JSON of evidence and history.")


class History(Noun):
    """Of a `Bundle`, only what became of the grade: the file is read past the evidence."""

    model_config = ConfigDict(extra="ignore")

    history: list[Change]


class Bundles(Noun):
    """The bundles of one chunk, by slug."""

    assignment: str
    chunk: str
    bundles: dict[str, Digest]
