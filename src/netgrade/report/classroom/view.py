"""View models of the class page, made first like those of a report; the template only renders them."""

from dataclasses import dataclass

from netgrade.report.figures import PointsFigure, ReachedFigure
from netgrade.report.figures.classroom import ClassCurvesFigure
from netgrade.report.view import Fact, Mark, Notice


@dataclass(frozen=True)
class Who:
    """A student as the page calls them, and where the report lies; no link where there is none."""

    name: str
    link: str = ""

    def at(self, task: str) -> "Who":
        """The same student, with a link to one task of the report."""
        return Who(self.name, f"{self.link}#{task}" if self.link else "")


@dataclass(frozen=True)
class WaitingRow:
    """One student of a task who has no points there before a person has looked."""

    student: Who
    mark: Mark
    reason: str


@dataclass(frozen=True)
class WaitingTask:
    """A task that a person has to look at, with everyone who waits."""

    task: str
    rows: tuple[WaitingRow, ...]


@dataclass(frozen=True)
class Cell:
    """One task of one student in the class table; `order` is the number that it is sorted by, or empty."""

    mark: Mark
    points: str
    accuracy: str
    order: str


@dataclass(frozen=True)
class StudentRow:
    """One student in the class table: `order` is what points are sorted by, `states` what tasks are filtered by."""

    student: Who
    total: str
    order: str
    complete: bool
    late: bool
    states: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class StateOption:
    """A state that the table can be filtered by, and how many tasks are in it."""

    value: str
    word: str
    tasks: int


@dataclass(frozen=True)
class CloseRow:
    """One task of one student whose figure lies so near to the threshold that luck may have decided."""

    student: Who
    task: str
    mark: Mark
    measured: str
    threshold: str
    margin: str


@dataclass(frozen=True)
class TimeRow:
    """What a task's trainings took."""

    task: str
    designs: str
    trainings: str
    time: str
    longest: str
    devices: str
    cost: str


@dataclass(frozen=True)
class MarginRow:
    """How far a task's threshold lies from what was measured."""

    task: str
    threshold: str
    reference: str
    margin: str
    false_fail: str
    median: str
    counts: str


@dataclass(frozen=True)
class SharedRow:
    """Students whose plans for a task are the same."""

    task: str
    students: tuple[Who, ...]


@dataclass(frozen=True)
class FlaggedRow:
    """A design that a person should look at, and why."""

    student: Who
    task: str
    why: str


@dataclass(frozen=True)
class SourceRow:
    """Two submissions that share code."""

    first: Who
    second: Who
    shares: str
    sample: str


@dataclass(frozen=True)
class NearRow:
    """Two designs that differ in a single thing."""

    task: str
    first: Who
    second: Who
    shared: str
    differs: str


@dataclass(frozen=True)
class Audits:
    """What speaks for the figures of the page, and what a person should look at."""

    control: str
    flagged: tuple[FlaggedRow, ...]
    sources: tuple[SourceRow, ...]
    near: tuple[NearRow, ...]
    left_out: str


@dataclass(frozen=True)
class ClassPage:
    """One assignment for the whole class."""

    title: str
    assignment: str
    facts: tuple[Fact, ...]
    notices: tuple[Notice, ...]
    waiting: tuple[WaitingTask, ...]
    tasks: tuple[str, ...]
    students: tuple[StudentRow, ...]
    states: tuple[StateOption, ...]
    late: int
    points: PointsFigure | None
    reached: tuple[ReachedFigure, ...]
    curves: tuple[ClassCurvesFigure, ...]
    margins: tuple[MarginRow, ...]
    close: tuple[CloseRow, ...]
    close_left_out: int
    times: tuple[TimeRow, ...]
    time: str
    shared: tuple[SharedRow, ...]
    audits: Audits
