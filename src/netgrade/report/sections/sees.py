"""The section of a task with drawings: from a TaskGrade to what its template shows."""

from dataclasses import dataclass
from typing import Any

from netgrade.errors import UnreadableError
from netgrade.kinds.sees import claimed
from netgrade.objects.grade import TaskGrade
from netgrade.objects.sight import Seen, Sight
from netgrade.objects.tasks import SeesTask
from netgrade.report.backdrop import Backdrop
from netgrade.report.text import MISSING, line
from netgrade.report.view import Section


@dataclass(frozen=True)
class DrawingLine:
    """One drawing: what the student said of it, and what each training takes it for."""

    name: str
    drawn: str
    said: str
    taken_for: str


@dataclass(frozen=True)
class SeesSection(Section):
    """Drawings that a network looked at."""

    wanted: int
    model_of: str
    drawings: tuple[DrawingLine, ...]


def sees_section(
    common: dict[str, Any], task: SeesTask, graded: TaskGrade, seen: Seen | None, backdrop: Backdrop
) -> SeesSection:
    """The whole section; `common` are the fields that the sections of all kinds share."""
    try:
        said = claimed(graded.answer) if graded.answer else {}
    except UnreadableError:
        said = {}
    return SeesSection(
        **common, wanted=task.drawings,
        model_of=next((t.title for t in backdrop.assignment.tasks if t.id == task.model_of), task.model_of),
        drawings=tuple(_line(sight, said.get(sight.name)) for sight in (seen.sights if seen else ())),
    )  # fmt: skip


def _line(sight: Sight, said: tuple[str, str] | None) -> DrawingLine:
    drawn, taken_for = said or (MISSING, MISSING)
    found = ", ".join(line(name, 20) for name in sight.taken_for) or MISSING
    return DrawingLine(line(sight.name, 40), line(drawn, 20), line(taken_for, 20), found)
