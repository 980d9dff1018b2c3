"""Assignment and Course: what the instructor wrote. `netgrade.spec` reads them from YAML with line numbers."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from netgrade.objects.base import Noun, TaskId, in_utc

AssignmentId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
"""Name of an assignment and of its folder."""


class Threshold(Noun):
    """A bound on a metric, as a fraction: `accuracy > 45 %` is `value=0.45, strict=True`."""

    metric: Literal["accuracy"] = "accuracy"
    strict: bool = Field(description="True for `>`, False for `>=`.")
    value: float = Field(ge=0, le=1)

    def met_by(self, value: float) -> bool:
        """Whether a measured fraction meets the bound."""
        return value > self.value if self.strict else value >= self.value

    def __str__(self) -> str:
        """As a person writes it."""
        return f"{self.metric} {'>' if self.strict else '≥'} {self.value * 100:g}%"


class Limits(Noun):
    """What a model may be. Everything left out is unlimited."""

    epochs: int | None = Field(default=None, ge=1, le=10**6, description="Most epochs, over all fits.")
    parameters: int | None = Field(default=None, ge=1, le=10**12, description="Most parameters.")
    fewer_parameters_than: TaskId | None = Field(default=None, description="A task whose model must be larger.")
    required_layers: list[str] = Field(default_factory=list, description="Keras layer names that must occur.")
    forbidden_layers: list[str] = Field(default_factory=list)
    only_layers: list[str] | None = Field(default=None, description="Nothing but these (Input is always allowed).")


class Difference(Noun):
    """`compared_with: cnn, may_add: [Dropout]`: the same network but for added layers of these kinds."""

    compared_with: TaskId
    may_add: list[str] = Field(min_length=1)
    must_add: bool = Field(default=True, description="At least one such layer has to be added.")


class PartialCredit(Noun):
    """Points below the threshold: none at `zero_at`, rising linearly to all of them at the threshold."""

    zero_at: float = Field(ge=0, le=1, description="Accuracy that earns nothing, as a fraction.")


class TaskBase(Noun):
    """What every task has."""

    id: TaskId
    title: str
    points: float = Field(gt=0, le=1000)
    headings: list[str] = Field(
        default_factory=list, description="Notebook headings of this task; numbers and case do not matter."
    )


class ClassifierTask(TaskBase):
    """Train a classifier; its test accuracy is held against the threshold."""

    kind: Literal["classifier"]
    threshold: str = Field(description="e.g. `accuracy > 45 %` or `accuracy >= 0.62`.")
    limits: Limits = Limits()
    difference: Difference | None = None
    partial_credit: PartialCredit | None = None
    borderline: Literal["pass", "fail", "person"] = Field(
        default="person", description="What a borderline result earns, once no seeds are left."
    )


class QuestionTask(TaskBase):
    """A question: a number, a shape, or free text that a person marks."""

    kind: Literal["question"]
    answer_type: Literal["number", "shape", "text"]
    prompt: str
    answer: float | list[int | str] | str | None = Field(
        default=None, description="Number, shape (null or a word stands for any size), or the model answer of a text."
    )
    tolerance: float = Field(default=0.0, ge=0, description="Absolute, for numbers.")

    @field_validator("answer", mode="before")
    @classmethod
    def _answer_is_of_its_type(cls, value: Any, info: ValidationInfo) -> Any:
        """An answer of another type would make every student's wrong."""
        kind = info.data.get("answer_type")
        if isinstance(value, list) and kind == "shape":
            value = ["none" if size is None else size for size in value]
        expected = {
            "number": ("a number such as 0.5", _is_number(value)),
            "shape": ("a list of sizes such as [32, 32, 3]", isinstance(value, list) and all(map(_is_size, value))),
            "text": ("a text", isinstance(value, str) or _is_number(value)),
        }
        if value is not None and kind in expected and not expected[kind][1]:
            raise ValueError(f"expected {expected[kind][0]}, because answer_type is {kind}; found {str(value)[:60]!r}")
        return value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300


def _is_size(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63)


Task = Annotated[ClassifierTask | QuestionTask, Field(discriminator="kind")]


class Seeds(Noun):
    """How often a plan is trained: `first` times, then `step` more while undecided, at most `most`."""

    first: int = Field(default=1, ge=1, le=20)
    step: int = Field(default=2, ge=1, le=20)
    most: int = Field(default=5, ge=1, le=50)
    base: int = Field(default=2026, ge=0, lt=2**31, description="The first seed; the others follow.")

    @property
    def rounds(self) -> int:
        """How many rounds of training there can be."""
        return 1 + max(0, -(-(self.most - self.first) // self.step))

    def of_round(self, number: int) -> list[int]:
        """The seeds added in a round, which count from 1."""
        counts = [min(self.most, self.first + self.step * r) for r in range(-1, number)]
        start = 0 if number == 1 else counts[-2]
        return [self.base + i for i in range(start, counts[-1])]


class Late(Noun):
    """Late rule: each day begun takes `per_day` of the points, and after `days` nothing counts."""

    per_day: float = Field(default=0.1, ge=0, le=1)
    days: int = Field(default=7, ge=0, le=3660)


class Split(Noun):
    """How the training images are divided where the student does not say."""

    validation: float = Field(default=0.2, gt=0, lt=1)


class ExtractLimits(Noun):
    """What one run of a submission may use."""

    wall_seconds: int = Field(default=300, ge=5, le=86_400)
    cpu_seconds: int = Field(default=300, ge=5, le=86_400)
    memory_mb: int = Field(default=4096, ge=512, le=2**20)
    processes: int = Field(default=64, ge=4, le=2**15)
    output_mb: int = Field(default=64, ge=1, le=2**12, description="Files it writes, and what it prints.")


class Assignment(Noun):
    """One assignment: `assignments/<id>/assignment.yaml`."""

    id: AssignmentId
    title: str
    dataset: str
    split: Split = Split()
    seeds: Seeds = Seeds()
    due: datetime | None = None
    late: Late | None = None
    sandbox: ExtractLimits = ExtractLimits()
    closing_headings: list[str] = Field(
        default_factory=list, description="Notebook headings that belong to no task: they end the one before."
    )
    tasks: list[Task] = Field(min_length=1)

    @field_validator("due", mode="before")
    @classmethod
    def _due_is_a_time(cls, value: Any) -> Any:
        """A number would be seconds since 1970, and a day alone its first minute."""
        if value is not None and not isinstance(value, datetime | str):
            raise ValueError(f"expected a day and a time such as 2026-03-14T23:59:00Z; found {str(value)[:60]!r}")
        return value

    @field_validator("due")
    @classmethod
    def _due_has_a_zone(cls, value: datetime | None) -> datetime | None:
        try:
            return in_utc(value) if value else None
        except OverflowError as error:
            raise ValueError("expected a time between the years 1 and 9999") from error

    @model_validator(mode="after")
    def _tasks_refer_to_each_other(self) -> "Assignment":
        seen = [task.id for task in self.tasks]
        if doubled := {t for t in seen if seen.count(t) > 1}:
            raise ValueError(f"task ids must differ; {sorted(doubled)} occur twice")
        for task in self.classifiers:
            others = [task.limits.fewer_parameters_than, task.difference and task.difference.compared_with]
            for other in filter(None, others):
                if other not in {t.id for t in self.classifiers} or other == task.id:
                    raise ValueError(f"task `{task.id}` refers to `{other}`, which is no other classifier task")
        return self

    @property
    def classifiers(self) -> list[ClassifierTask]:
        """The tasks that train a model."""
        return [task for task in self.tasks if isinstance(task, ClassifierTask)]

    @property
    def most_points(self) -> float:
        """The sum of all tasks' points."""
        return sum(task.points for task in self.tasks)


class CourseAssignment(Noun):
    """One assignment of a course and where its submissions lie."""

    id: AssignmentId = Field(description="Folder below `assignments/`.")
    submissions: str = Field(description="Folder with one folder (or zip) for each student.")
    overrides: str | None = Field(default=None, description="CSV with columns student, task, points, comment.")


class Course(Noun):
    """config.yaml: what to grade, and how."""

    title: str
    assignments: list[CourseAssignment] = Field(min_length=1)
    data: str | None = Field(default=None, description="Folder with data sets, looked into first.")
    download: bool = Field(default=True, description="Data sets that are missing may be downloaded.")
    isolation: Literal["bubblewrap", "podman", "none"] = Field(
        default="bubblewrap", description="`none` runs student code unprotected; every report then says so."
    )
    anonymous: bool = Field(
        default=False, description="Pages and the grade book show pseudonyms, until this is false again."
    )
