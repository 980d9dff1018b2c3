"""What tasks of every kind have, and what tasks that train a model share."""

from typing import Annotated, Literal

from pydantic import Field

from netgrade.language import say
from netgrade.objects.base import Noun, TaskId

DatasetName = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
"""Name of a data set, and of its folder."""


Order = Literal["shuffled", "as_given", "by_class"]
"""In which order an epoch goes over the training samples."""


class Threshold(Noun):
    """A bound on a metric: `accuracy > 45 %` is `value=0.45, strict=True`.

    With `below` it bounds from above: an error, `error <= 10 min`, or the accuracy of networks that must not learn.
    """

    metric: Literal["accuracy", "error"] = Field(default="accuracy", description="What it bounds.")
    strict: bool = Field(description="True for `>` and `<`, False for `>=` and `<=`.")
    below: bool = Field(default=False, description="True for `<` and `<=`.")
    value: float = Field(ge=0, description="An accuracy as a fraction, or an error in minutes.")

    def met_by(self, value: float) -> bool:
        """Whether a measured value meets the bound."""
        if value == self.value:
            return not self.strict
        return (value < self.value) == self.below

    def __str__(self) -> str:
        """As a person writes it."""
        sign = ("<" if self.strict else "≤") if self.below else (">" if self.strict else "≥")
        bound = f"{self.value:g} min" if self.metric == "error" else f"{self.value * 100:g}%"
        return f"{self.metric} {sign} {bound}"


class Limits(Noun):
    """What a model may be. Everything left out is unlimited."""

    epochs: int | None = Field(default=None, ge=1, le=10**6, description="Most epochs, over all fits.")
    parameters: int | None = Field(default=None, ge=1, le=10**12, description="Most parameters.")
    hidden_units: int | None = Field(
        default=None, ge=1, le=10**9, description="Most units in Dense layers, the output layer not counted."
    )
    fewer_parameters_than: TaskId | None = Field(default=None, description="A task whose model must be larger.")
    required_layers: list[str] = Field(default_factory=list, description="Keras layer names that must occur.")
    forbidden_layers: list[str] = Field(default_factory=list, description="Keras layer names that must not occur.")
    only_layers: list[str] | None = Field(default=None, description="Nothing but these (Input is always allowed).")


class Difference(Noun):
    """`compared_with: cnn, may_add: [Dropout]`: the same network but for added layers of these kinds."""

    compared_with: TaskId = Field(description="The classifier task whose network it has to be.")
    may_add: list[str] = Field(
        min_length=1, description="Keras layer names that may be added; nothing else may differ."
    )
    must_add: bool = Field(default=True, description="At least one such layer has to be added.")


class PartialCredit(Noun):
    """Points below the threshold: none at `zero_at`, rising linearly to all of them at the threshold."""

    zero_at: float = Field(ge=0, le=1, description="Accuracy that earns nothing, as a fraction.")


class TaskBase(Noun):
    """What every task has."""

    id: TaskId = Field(description="Its name in files and code: students define `build_<id>()`.")
    title: str = Field(description="Its heading in the report.")
    points: float = Field(gt=0, le=1000, description="What it is worth.")
    headings: list[str] = Field(
        default_factory=list, description="Notebook headings of this task; numbers and case do not matter."
    )


class WrittenTask(TaskBase):
    """A task that is answered in words, which a person may have to mark."""

    prompt: str = Field(description="The question, as the report repeats it.")
    label: str | None = Field(
        default=None, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,19}$",
        description="How a notebook may mark the answer: `3B` for `**3B:** 608`. The id can always be used.",
    )  # fmt: skip
    rubric: list[str] = Field(default_factory=list, description="What a person looks for, and what it is worth.")

    @property
    def marker(self) -> str:
        """What marks this task's answer in a notebook."""
        return self.label or self.id

    @property
    def where_to_answer(self) -> str:
        """What to do where no answer was found."""
        told = say("Write it into answers.yaml as {line}, or into the notebook as {mark}.")
        return told.format(line=f"`{self.id}: ...`", mark=f"`**{self.marker}:** ...`")


class ModelTask(TaskBase):
    """A task that trains models."""

    dataset: DatasetName | None = Field(
        default=None, description="Data set of this task; the assignment's where it is left out."
    )
    limits: Limits = Field(default=Limits(), description="What the model may be.")
    order: Order | None = Field(
        default=None, description="Of the training samples; as the submission says where it is left out."
    )

    @property
    def further_datasets(self) -> list[DatasetName]:
        """Data sets that its models are trained on besides."""
        return []
