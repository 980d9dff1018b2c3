"""Diagnosis: what ails a model is found in its training, and held against what the task asks for."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from netgrade.objects.base import Noun
from netgrade.objects.tasks.base import ModelTask

Symptom = Literal[
    "invalid_stack", "untrained", "diverges", "identical_units", "dying_relu", "saturated", "overfits", "underfits"
]
"""What may ail a model, as assignments and answers name it."""


def _with_arguments(value: Any) -> Any:
    """`Flatten` alone has no arguments."""
    return {value: {}} if isinstance(value, str) else value


_WithArguments = Annotated[dict[str, dict[str, Any]], Field(min_length=1, max_length=1)]
Configured = Annotated[_WithArguments, BeforeValidator(_with_arguments, json_schema_input_type=str | _WithArguments)]
"""`Flatten`, or `Dense: {units: 10}`: a Keras name with its arguments."""


class GivenModel(Noun):
    """A model that the assignment sets, for students to find what ails it."""

    layers: list[Configured] = Field(
        min_length=1, max_length=100, description="From the first after the input to the output."
    )
    optimizer: Configured = Field(default={"SGD": {"learning_rate": 0.01}}, description="A Keras optimizer.")
    loss: str = Field(default="categorical_crossentropy", description="Keras name of the loss, snake case.")
    epochs: int = Field(default=1, ge=1, le=1000, description="How long it is trained.")
    batch_size: int = Field(default=64, ge=1, le=10_000, description="Images a step.")


class DiagnosisTask(ModelTask):
    """Build a model that shows a symptom, or name the symptom that one shows."""

    kind: Literal["diagnosis"] = Field(description="What is graded, and how.")
    prompt: str = Field(default="", description="What the report repeats above the evidence.")
    expects: Symptom | None = Field(
        default=None,
        description="What the model has to show. Left out, the student names it in answers.yaml: `<task>: diverges`.",
    )
    underfits_below: float | None = Field(
        default=None, gt=0, le=1,
        description="Accuracy on training images below which a model without another symptom underfits.",
    )  # fmt: skip

    given_model: GivenModel | None = Field(
        default=None, description="The ill model itself, the same for everyone; the student names the symptom."
    )

    @model_validator(mode="after")
    def _what_is_given_is_not_asked_for(self) -> "DiagnosisTask":
        if self.given_model and self.expects:
            raise ValueError("`given_model` sets the model, whose symptom the student names: leave `expects` out")
        return self

    @model_validator(mode="after")
    def _underfitting_has_a_bound(self) -> "DiagnosisTask":
        if self.expects == "underfits" and self.underfits_below is None:
            raise ValueError("expects: underfits needs underfits_below, such as 0.5: what is low depends on the data")
        return self
