"""Tasks: what an assignment may ask for, one module a kind."""

from typing import Annotated

from pydantic import Field

from netgrade.objects.tasks.base import (
    DatasetName,
    Difference,
    Limits,
    ModelTask,
    PartialCredit,
    TaskBase,
    Threshold,
    WrittenTask,
)
from netgrade.objects.tasks.byhand import ByHandTask, TruthTable
from netgrade.objects.tasks.classifier import ClassifierTask
from netgrade.objects.tasks.clock import ClockTask, ErrorCredit
from netgrade.objects.tasks.comparison import ComparisonTask
from netgrade.objects.tasks.diagnosis import DiagnosisTask, Symptom
from netgrade.objects.tasks.question import QuestionTask
from netgrade.objects.tasks.sees import Sees, SeesTask
from netgrade.objects.tasks.style import StyleCheck, StyleTask
from netgrade.objects.tasks.sweep import SweepTask

__all__ = [
    "ByHandTask",
    "ClassifierTask",
    "ClockTask",
    "ComparisonTask",
    "DatasetName",
    "DiagnosisTask",
    "Difference",
    "ErrorCredit",
    "Limits",
    "ModelTask",
    "PartialCredit",
    "QuestionTask",
    "Sees",
    "SeesTask",
    "StyleCheck",
    "StyleTask",
    "SweepTask",
    "Symptom",
    "Task",
    "TaskBase",
    "Threshold",
    "TruthTable",
    "WrittenTask",
]

Task = Annotated[
    ByHandTask
    | ClassifierTask
    | ClockTask
    | ComparisonTask
    | DiagnosisTask
    | QuestionTask
    | SeesTask
    | StyleTask
    | SweepTask,
    Field(discriminator="kind"),
]
