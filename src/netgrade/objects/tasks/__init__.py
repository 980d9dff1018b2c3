"""Tasks: what an assignment may ask for, one module a kind."""

from typing import Annotated

from pydantic import Field

from netgrade.objects.tasks.base import Difference, Limits, PartialCredit, TaskBase, Threshold
from netgrade.objects.tasks.classifier import ClassifierTask
from netgrade.objects.tasks.question import QuestionTask

__all__ = [
    "ClassifierTask",
    "Difference",
    "Limits",
    "PartialCredit",
    "QuestionTask",
    "Task",
    "TaskBase",
    "Threshold",
]

Task = Annotated[ClassifierTask | QuestionTask, Field(discriminator="kind")]
