"""Diagnosis: what ails a model is found in its training, and held against what the task asks for."""

from typing import Literal

from pydantic import Field, model_validator

from netgrade.objects.tasks.base import ModelTask

Symptom = Literal[
    "invalid_stack", "untrained", "diverges", "identical_units", "dying_relu", "saturated", "overfits", "underfits"
]
"""What may ail a model, as assignments and answers name it."""


class DiagnosisTask(ModelTask):
    """Build a model that shows a symptom, or name the symptom that one shows."""

    kind: Literal["diagnosis"]
    prompt: str = Field(default="", description="What the report repeats above the evidence.")
    expects: Symptom | None = Field(
        default=None,
        description="What the model has to show. Left out, the student names it in answers.yaml: `<task>: diverges`.",
    )
    underfits_below: float | None = Field(
        default=None, gt=0, le=1,
        description="Accuracy on training images below which a model without another symptom underfits.",
    )  # fmt: skip

    @model_validator(mode="after")
    def _underfitting_has_a_bound(self) -> "DiagnosisTask":
        if self.expects == "underfits" and self.underfits_below is None:
            raise ValueError("expects: underfits needs underfits_below, such as 0.5: what is low depends on the data")
        return self
