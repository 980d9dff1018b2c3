"""Classifier: a model is trained, and its test accuracy is held against a threshold."""

from typing import Any, Literal

from pydantic import Field, field_validator

from netgrade.objects.tasks.base import Difference, ModelTask, PartialCredit
from netgrade.objects.tasks.sees import Sees


class ClassifierTask(ModelTask):
    """Train a classifier; its test accuracy is held against the threshold."""

    kind: Literal["classifier"] = Field(description="What is graded, and how.")
    threshold: str = Field(description="e.g. `accuracy > 45 %` or `accuracy >= 0.62`.")
    difference: Difference | None = Field(default=None, description="Another task's network, with layers added.")
    partial_credit: PartialCredit | None = Field(default=None, description="Points below the threshold.")
    dead_units: float | None = Field(
        default=None, ge=0, le=1, description="Share of the units of some ReLU layer that must have died."
    )
    borderline: Literal["pass", "fail", "person"] = Field(
        default="person", description="What a borderline result earns, once no seeds are left."
    )
    sees: Sees | None = Field(
        default=None, description="`true`, or which images: the report shows what each layer makes of them."
    )

    @field_validator("sees", mode="before", json_schema_input_type=bool | Sees | None)
    @classmethod
    def _sees_may_be_a_word(cls, value: Any) -> Any:
        """`true` asks for what is usual, `false` for nothing."""
        return (Sees() if value else None) if isinstance(value, bool) else value
