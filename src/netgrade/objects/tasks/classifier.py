"""Classifier: a model is trained, and its test accuracy is held against a threshold."""

from typing import Literal

from pydantic import Field

from netgrade.objects.tasks.base import Difference, ModelTask, PartialCredit


class ClassifierTask(ModelTask):
    """Train a classifier; its test accuracy is held against the threshold."""

    kind: Literal["classifier"]
    threshold: str = Field(description="e.g. `accuracy > 45 %` or `accuracy >= 0.62`.")
    difference: Difference | None = None
    partial_credit: PartialCredit | None = None
    borderline: Literal["pass", "fail", "person"] = Field(
        default="person", description="What a borderline result earns, once no seeds are left."
    )
