"""View models of the class page, made first like those of a report; the template only renders them."""

from dataclasses import dataclass

from netgrade.report.figures import PointsFigure, ReachedFigure
from netgrade.report.view import Fact, Mark, Notice


@dataclass(frozen=True)
class WaitingRow:
    """One task of one student that a person has to look at."""

    student: str
    link: str
    task: str
    mark: Mark
    reason: str


@dataclass(frozen=True)
class Cell:
    """One task of one student in the class table."""

    mark: Mark
    points: str
    accuracy: str


@dataclass(frozen=True)
class StudentRow:
    """One student in the class table."""

    student: str
    link: str
    total: str
    complete: bool
    cells: tuple[Cell, ...]


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
    students: tuple[str, ...]


@dataclass(frozen=True)
class FlaggedRow:
    """A design that a person should look at, and why."""

    student: str
    task: str
    why: str


@dataclass(frozen=True)
class SourceRow:
    """Two submissions that share code."""

    first: str
    second: str
    shares: str
    sample: str


@dataclass(frozen=True)
class NearRow:
    """Two designs that differ in a single thing."""

    task: str
    first: str
    second: str
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
    waiting: tuple[WaitingRow, ...]
    tasks: tuple[str, ...]
    students: tuple[StudentRow, ...]
    points: PointsFigure | None
    reached: tuple[ReachedFigure, ...]
    margins: tuple[MarginRow, ...]
    shared: tuple[SharedRow, ...]
    audits: Audits
