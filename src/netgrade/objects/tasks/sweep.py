"""Sweep: variants of one design side by side, declared by the instructor or found in what was handed in."""

from itertools import product
from typing import Literal

from pydantic import Field, model_validator

from netgrade.objects.base import ModelId, Noun, TaskId
from netgrade.objects.tasks.base import DatasetName, ModelTask

MOST_VARIANTS = 200

Setting = bool | int | float | str
Combination = dict[str, Setting]
"""One variant: a value for each factor."""


class Carry(Noun):
    """The best variants are trained once more, on a second data set."""

    best: int = Field(ge=1, le=20, description="How many, by validation accuracy.")
    dataset: DatasetName = Field(description="The second data set.")


class SweepTask(ModelTask):
    """Train variants of a design, and rank them by their validation accuracy."""

    kind: Literal["sweep"] = Field(description="What is graded, and how.")
    factors: dict[str, list[Setting]] = Field(
        default_factory=dict, description="A grid: `build_<task>(...)` is called with every combination."
    )
    variants: list[Combination] = Field(default_factory=list, description="A list instead of a grid.")
    least: int = Field(
        default=2,
        ge=1,
        le=MOST_VARIANTS,
        description="Variants to hand in, where neither is given.",
    )
    datasets: list[DatasetName] = Field(
        default_factory=list, description="Further data sets: every variant is trained on each of them as well."
    )
    carry: Carry | None = Field(default=None, description="The best go on to a second data set.")
    target: str | None = Field(
        default=None, description="The table tells when validation reached it, e.g. `accuracy >= 95 %`."
    )
    threshold: str | None = Field(default=None, description="For the best variant, e.g. `accuracy >= 62 %`.")

    @model_validator(mode="after")
    def _one_way_to_declare(self) -> "SweepTask":
        if self.factors and self.variants:
            raise ValueError("expected `factors` or `variants`, not both")
        if not all(self.factors.values()):
            raise ValueError("expected at least one value for each factor")
        if len(self.combinations) > MOST_VARIANTS:
            raise ValueError(f"expected at most {MOST_VARIANTS} variants; found {len(self.combinations)}")
        return self

    @property
    def combinations(self) -> list[Combination]:
        """The declared variants, in order; none where they are to be found in the submission."""
        if not self.factors:
            return self.variants
        return [dict(zip(self.factors, values, strict=True)) for values in product(*self.factors.values())]

    @property
    def wanted(self) -> int:
        """How many variants there must be."""
        return len(self.combinations) or self.least

    @property
    def further_datasets(self) -> list[DatasetName]:
        """All data sets that variants are trained on besides the task's own."""
        return [*self.datasets, *([self.carry.dataset] if self.carry else [])]


def variant_id(task: TaskId, number: int, dataset: str = "") -> ModelId:
    """Name of a variant's model: `rates/003`, and `rates/003@cifar10` for its copy on another data set."""
    return f"{task}/{number:03d}{f'@{dataset}' if dataset else ''}"


def split_id(model: ModelId) -> tuple[TaskId, int | None, str]:
    """Task, number of the variant or None, and the other data set or nothing: the inverse of `variant_id`."""
    task, _, variant = model.partition("/")
    number, _, dataset = variant.partition("@")
    return task, int(number) if number else None, dataset
