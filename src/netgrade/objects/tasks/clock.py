"""Clock: a model tells the time, and its mean error around the dial is held against a threshold."""

from typing import Literal

from pydantic import Field, field_validator

from netgrade.encodings import ENCODINGS, read_encoding
from netgrade.objects.base import Noun
from netgrade.objects.tasks.base import ModelTask


class ErrorCredit(Noun):
    """Points above the threshold: none from an error of `zero_at` minutes on, rising linearly to all of them."""

    zero_at: float = Field(gt=0, le=360, description="Mean error in minutes that earns nothing.")


class ClockTask(ModelTask):
    """Train a model that tells the time; its mean common-sense error is held against the threshold."""

    kind: Literal["clock"] = Field(description="What is graded, and how.")
    threshold: str = Field(description="e.g. `error <= 10 min`: the mean distance around the dial of 12 hours.")
    encodings: list[str] | None = Field(
        default=None, min_length=1, description="How the model may state the time; any way where it is left out."
    )
    partial_credit: ErrorCredit | None = Field(default=None, description="Points for errors above the threshold.")
    borderline: Literal["pass", "fail", "person"] = Field(
        default="person", description="What a borderline result earns, once no seeds are left."
    )

    @field_validator("encodings")
    @classmethod
    def _encodings_are_known(cls, value: list[str] | None) -> list[str] | None:
        for text in value or []:
            if read_encoding(text) is None:
                raise ValueError(f"`{text[:60]}` is no encoding; there are {', '.join(ENCODINGS)}")
        return value
