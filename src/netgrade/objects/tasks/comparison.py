"""Comparison: the models of several tasks side by side, and what the student says about them."""

from typing import Literal

from pydantic import Field

from netgrade.objects.base import TaskId
from netgrade.objects.tasks.base import WrittenTask


class ComparisonTask(WrittenTask):
    """An answer about two or more models, marked by a person who sees what was measured."""

    kind: Literal["comparison"] = Field(description="What is graded, and how.")
    models: list[TaskId] = Field(min_length=2, max_length=20, description="Tasks whose models are compared.")
    answer: str | None = Field(default=None, description="Model answer.")
