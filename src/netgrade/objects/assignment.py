"""Assignment and Course: what the instructor wrote. `netgrade.spec` reads them from YAML with line numbers."""

from datetime import datetime
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import Field, field_validator, model_validator

from netgrade.language import Language
from netgrade.objects.base import Noun, in_utc
from netgrade.objects.dataset import CLOCKS
from netgrade.objects.scale import Scale
from netgrade.objects.tasks import (
    ClassifierTask,
    ClockTask,
    ComparisonTask,
    DatasetName,
    DiagnosisTask,
    ModelTask,
    SeesTask,
    StyleTask,
    SweepTask,
    Task,
    WrittenTask,
)

AssignmentId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
"""Name of an assignment and of its folder."""


class Seeds(Noun):
    """How often a plan is trained: `first` times, then `step` more while undecided, at most `most`."""

    first: int = Field(default=1, ge=1, le=20, description="Trainings that every design gets.")
    step: int = Field(default=2, ge=1, le=20, description="Further trainings while its interval holds the threshold.")
    most: int = Field(default=5, ge=1, le=50, description="Trainings of one design, at most.")
    base: int = Field(default=2026, ge=0, lt=2**31, description="The first seed; the others follow.")

    @property
    def rounds(self) -> int:
        """How many rounds of training there can be."""
        return 1 + max(0, -(-(self.most - self.first) // self.step))

    def after(self, trained: int) -> list[int]:
        """The seeds that come next for a plan that was trained so many times."""
        wanted = self.first if trained == 0 else trained + self.step
        return [self.base + i for i in range(trained, min(self.most, wanted))]


class Late(Noun):
    """Late rule: each day begun takes `per_day` of the points, and after `days` nothing counts."""

    per_day: float = Field(default=0.1, ge=0, le=1, description="Share of the points that each day begun takes.")
    days: int = Field(default=7, ge=0, le=3660, description="After so many days nothing counts.")


class Split(Noun):
    """How the training images are divided where the student does not say."""

    validation: float = Field(default=0.2, gt=0, lt=1, description="Share of the training images that is held out.")


class ExtractLimits(Noun):
    """What one run of a submission may use."""

    wall_seconds: int = Field(default=300, ge=5, le=86_400, description="Time on the clock.")
    cpu_seconds: int = Field(default=300, ge=5, le=86_400, description="Time of processors.")
    memory_mb: int = Field(default=4096, ge=512, le=2**20, description="Memory, in units of 2^20 bytes.")
    processes: int = Field(default=64, ge=4, le=2**15, description="Processes and threads at the same time.")
    output_mb: int = Field(default=64, ge=1, le=2**12, description="Files it writes, and what it prints.")


class Assignment(Noun):
    """One assignment: `assignments/<id>/assignment.yaml`."""

    id: AssignmentId = Field(description="Name of its folder below `assignments/`.")
    title: str = Field(description="Heads the reports.")
    dataset: DatasetName = Field(description="What models are trained on, where a task does not name its own.")
    scale: Scale = Field(default="full", description="How much is trained; only at `full` are thresholds judged.")
    language: Language = Field(
        default="en", description="Of the reports and the class page: English, Swedish, Dutch or German."
    )
    split: Split = Field(default=Split(), description="How training images are divided.")
    seeds: Seeds = Field(default=Seeds(), description="How often a design is trained.")
    due: datetime | None = Field(default=None, description="Deadline, e.g. `2027-03-14T23:59:00Z`; without zone, UTC.")
    late: Late | None = Field(default=None, description="What lateness costs; nothing where it is left out.")
    sandbox: ExtractLimits = Field(default=ExtractLimits(), description="What the code of one submission may use.")
    closing_headings: list[str] = Field(
        default_factory=list, description="Notebook headings that belong to no task: they end the one before."
    )
    tasks: list[Task] = Field(min_length=1, description="What is asked for, one entry a task.")

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
        for task in self.model_tasks:
            difference = task.difference if isinstance(task, ClassifierTask) else None
            others = [task.limits.fewer_parameters_than, difference and difference.compared_with]
            for other in filter(None, others):
                if other not in {t.id for t in self.classifiers} or other == task.id:
                    raise ValueError(f"task `{task.id}` refers to `{other}`, which is no other classifier task")
        for comparison in (task for task in self.tasks if isinstance(task, ComparisonTask)):
            for other in comparison.models:
                if other not in {t.id for t in self.classifiers}:
                    raise ValueError(f"task `{comparison.id}` refers to `{other}`, which is no classifier task")
        for sees in self.sees_tasks:
            if sees.model_of not in {t.id for t in self.classifiers}:
                raise ValueError(f"task `{sees.id}` refers to `{sees.model_of}`, which is no classifier task")
        return self

    @model_validator(mode="after")
    def _clocks_have_pictures_of_clocks(self) -> "Assignment":
        for task in self.tasks:
            if isinstance(task, ClockTask) and self.dataset_of(task) not in CLOCKS:
                raise ValueError(f"task `{task.id}` tells the time, so its dataset must be {' or '.join(CLOCKS)}")
        return self

    @property
    def classifiers(self) -> list[ClassifierTask]:
        """The tasks that train a model."""
        return [task for task in self.tasks if isinstance(task, ClassifierTask)]

    @property
    def rounds(self) -> int:
        """How many rounds of training there can be: one more where variants are carried over to other data."""
        return self.seeds.rounds + any(isinstance(task, SweepTask) and task.carry for task in self.tasks)

    @property
    def model_tasks(self) -> list[ModelTask]:
        """The tasks that train models, of whatever kind."""
        return [task for task in self.tasks if isinstance(task, ModelTask)]

    @property
    def style_tasks(self) -> list[StyleTask]:
        """The tasks that ask for images."""
        return [task for task in self.tasks if isinstance(task, StyleTask)]

    @property
    def datasets(self) -> list[str]:
        """The names of all data sets that its tasks need; the assignment's own comes first."""
        named = [name for task in self.model_tasks for name in (self.dataset_of(task), *task.further_datasets)]
        return list(dict.fromkeys([self.dataset, *named]))

    def dataset_of(self, task: ModelTask) -> str:
        """The name of the data set that a task's models are trained on."""
        return task.dataset or self.dataset

    @property
    def markers(self) -> dict[str, str]:
        """What may mark the answer in a notebook, for each task that is answered in words."""
        written = {task.id: task.marker for task in self.tasks if isinstance(task, WrittenTask)}
        named = [task.id for task in self.tasks if isinstance(task, DiagnosisTask) and task.expects is None]
        return written | {task: task for task in named}

    @property
    def sees_tasks(self) -> list[SeesTask]:
        """The tasks that ask for drawings."""
        return [task for task in self.tasks if isinstance(task, SeesTask)]

    @property
    def drawn_for(self) -> list[str]:
        """The ids of the tasks for which drawings may be handed in."""
        shown = [task.id for task in self.classifiers if task.sees and task.sees.drawings]
        return shown + [task.id for task in self.sees_tasks]

    @property
    def looks(self) -> bool:
        """Whether any task asks what a network sees."""
        return bool(self.sees_tasks) or any(task.sees for task in self.classifiers)

    @property
    def looked_at(self) -> list[str]:
        """The ids of the tasks whose trained networks are looked at, so that their weights have to be kept."""
        return [*(task.id for task in self.classifiers if task.sees), *(task.model_of for task in self.sees_tasks)]

    @property
    def most_points(self) -> float:
        """The sum of all tasks' points."""
        return sum(task.points for task in self.tasks)


class Lms(Noun):
    """The learning management system that the submissions were downloaded from, and which attempt counts."""

    system: Literal["folders", "moodle", "canvas", "blackboard", "brightspace", "github"] = Field(
        default="folders", description="Whose way of naming files it is; `folders`: one folder or zip a student."
    )
    attempt: Literal["first", "last"] = Field(default="last", description="Which of a student's attempts is graded.")
    zone: str = Field(default="UTC", description="Zone of the times that the system writes, as `Europe/Stockholm`.")

    @field_validator("zone")
    @classmethod
    def _zone_is_known(cls, value: str) -> str:
        # Elsewhere than in this list, a name is looked up as a path.
        if value not in available_timezones():
            raise ValueError("expected a time zone such as UTC or Europe/Stockholm")
        return value


class CourseAssignment(Noun):
    """One assignment of a course and where its submissions lie."""

    id: AssignmentId = Field(description="Folder below `assignments/`.")
    submissions: str = Field(description="Folder with one folder (or zip) for each student, or a system's download.")
    lms: Lms = Field(default=Lms(), description="Where the submissions were downloaded from.")
    overrides: str | None = Field(default=None, description="CSV with columns student, task, points, comment.")


class Prices(Noun):
    """What an hour of training costs, for the class page to count: `prices: {cpu: 0.05, gpu: 2.5, currency: EUR}`."""

    cpu: float = Field(default=0.0, ge=0, le=1e6, description="Of an hour on a processor.")
    gpu: float = Field(default=0.0, ge=0, le=1e6, description="Of an hour on a GPU.")
    currency: str = Field(pattern=r"^\S{1,5}$", description="Stands behind the sum, as `EUR`.")


class Course(Noun):
    """config.yaml: what to grade, and how."""

    title: str = Field(description="Name of the course.")
    assignments: list[CourseAssignment] = Field(min_length=1, description="What is graded.")
    data: str | None = Field(default=None, description="Folder with data sets, looked into first.")
    download: bool = Field(default=True, description="Data sets that are missing may be downloaded.")
    isolation: Literal["bubblewrap", "podman", "none"] = Field(
        default="bubblewrap", description="`none` runs student code unprotected; every report then says so."
    )
    anonymous: bool = Field(
        default=False, description="Pages and the grade book show pseudonyms, until this is false again."
    )
    prices: Prices | None = Field(default=None, description="Of an hour of training, for the class page.")
