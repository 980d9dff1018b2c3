"""Selfcheck: what a student is told about their own work before it is handed in. No grade, and no part of one."""

from enum import StrEnum

from pydantic import Field

from netgrade.objects.base import ModelId, Noun, TaskId
from netgrade.objects.plan import CheckedModel
from netgrade.objects.submission import SubmittedFile


class State(StrEnum):
    """What a task looks like."""

    READY = "will be graded"
    MEND = "to mend"
    MISSING = "not found"


class LeftOut(Noun):
    """A file that the grader does not get."""

    path: str
    why: str


class ModelLook(Noun):
    """One network of a task, as the grader understands it."""

    model: CheckedModel
    settings: list[str] = Field(default_factory=list, description="How it will be trained, and what bounds it.")
    seconds: tuple[float, float] | None = Field(
        default=None, description="From and to: one training at full length on this machine, as estimated."
    )
    expected_seconds: float | None = Field(
        default=None, description="One training at full length on this machine, as fast as a short one was."
    )


class TaskLook(Noun):
    """One task: what was found of it."""

    task: TaskId
    title: str
    kind: str
    points: float
    state: State
    where: str = Field(default="", description="Cell, or file.")
    told: str
    remedy: str = ""
    models: dict[ModelId, ModelLook] = Field(default_factory=dict)


class Selfcheck(Noun):
    """All that a check found."""

    netgrade: str = Field(description="Version; the grader's may be another.")
    assignment: str
    title: str
    ran: bool = Field(description="Whether the code was run; without that, it was only looked at.")
    isolation: str = ""
    files: list[SubmittedFile] = Field(description="What the grader reads.")
    left_out: list[LeftOut] = Field(default_factory=list)
    tasks: list[TaskLook]
    notes: list[str] = Field(default_factory=list)
    output: str = Field(default="", description="The end of what the code printed, where something is to mend.")
    seconds: float = Field(default=0.0, ge=0, description="From the start to this result.")
    report: str = Field(default="", description="The page of a short training, where there was one.")

    @property
    def ok(self) -> bool:
        """True where every task will be graded."""
        return all(task.state is State.READY for task in self.tasks)
