"""Tasks: what an assignment may ask for, one module a kind."""

from typing import Annotated

from pydantic import Field

from netgrade.objects.tasks.base import DatasetName, Difference, Limits, ModelTask, PartialCredit, TaskBase, Threshold
from netgrade.objects.tasks.classifier import ClassifierTask
from netgrade.objects.tasks.question import QuestionTask

__all__ = [
    "ClassifierTask",
    "DatasetName",
    "Difference",
    "Limits",
    "ModelTask",
    "PartialCredit",
    "QuestionTask",
    "Task",
    "TaskBase",
    "Threshold",
]

Task = Annotated[ClassifierTask | QuestionTask, Field(discriminator="kind")]
