"""The common ground of every noun: frozen, typed, no unknown fields, no NaN, readable by a later version."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256 in hexadecimal."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]{11}$")]
"""Opaque name of one student's submission: the only name that reaches file names, logs and shells."""

TaskId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""Name of a task inside its assignment; a student's function for it is `build_<task>`."""

ModelId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}(/[0-9]{3}(@[a-z0-9_]{1,40})?)?$")]
"""Name of a model inside its assignment: its task's, or `<task>/<number>` for one of several variants."""


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC; a time without a zone is one already."""
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


class Noun(BaseModel):
    """Base of every object that stages hand to each other as JSON.

    Validators are built at first use: no command needs those of every class.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)


class Status(StrEnum):
    """How a stage ended for one thing. Only grading turns this into points."""

    OK = "ok"
    FAILED = "failed"  # the student's code or file failed
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out_of_memory"
    INVALID = "invalid"  # understood, but against a rule of the assignment
    SKIPPED = "skipped"  # nothing was handed in for it
    FAULT = "fault"  # the machine or the grader failed: never the student's loss


class Phrase(Noun):
    """How an English sentence is made up, so that a page can say it in its own language."""

    template: str = Field(description="Its name in the catalogs.")
    fields: dict[str, "str | int | float | Phrase"] = Field(default_factory=dict)


class Cause(Noun):
    """Why something did not end well."""

    what: str = Field(description="What happened, in one sentence a student understands.")
    remedy: str = Field(default="", description="What to try.")
    phrases: dict[str, Phrase] = Field(default_factory=dict, description="How these are made up, by the sentence.")


class Outcome(Noun):
    """A status with its cause; every stage result carries these two."""

    status: Status = Status.OK
    cause: Cause | None = None

    @property
    def ok(self) -> bool:
        """True when the stage ended well."""
        return self.status is Status.OK
