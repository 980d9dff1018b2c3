"""Marks: what each student is to receive in a system, whose row that is, and what an export came to."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from netgrade.documents import shown
from netgrade.lms.handin import HandIn, same_name
from netgrade.lms.table import Table
from netgrade.objects.grade import Grade

MOST_NAMED = 20


@dataclass(frozen=True)
class Mark:
    """One student's grade on its way into a system."""

    hand_in: HandIn
    grade: Grade
    titles: Mapping[str, str]
    """The tasks' titles, by id."""
    report: Path | None = None
    """The student's report as a PDF, where there is one."""
    wanted: bool = True
    """Whether this export carries it: one of what changed leaves the others out."""

    @property
    def points(self) -> float | None:
        """None while anything of the grade waits for a person: then the system's cell is empty, and never zero."""
        return self.grade.points if self.grade.complete else None

    @property
    def comment(self) -> str:
        """What the student reads beside the points: a line for each task."""
        lines = [self.grade.late_note] if self.grade.late_note else []
        for task in self.grade.tasks:
            given = "not graded yet" if task.points is None else f"{task.points:g} of {task.most_points:g} points"
            lines.append(f"{self.titles.get(task.task, task.task)}: {given}. {task.overridden or task.reason}")
        return "\n".join(" ".join(line.split()) for line in lines)


@dataclass(frozen=True)
class Target:
    """Where the marks of one assignment go."""

    title: str
    most_points: float
    sheet: Path | None = None
    """The sheet that the system exported."""
    column: str | None = None
    """The title of the column to fill in, where it cannot be found by the assignment's."""
    same_system: bool = False
    """The submissions were downloaded from this very system, so that the accounts are its own."""


@dataclass(frozen=True)
class Export:
    """The files to upload, by name, and what the instructor has to know of them."""

    files: Mapping[str, bytes]
    carried: Sequence[Mark]
    """Whose grades are in them, as far as the system will take them."""
    told: Sequence[str] = field(default_factory=list)


@dataclass(frozen=True)
class Keys:
    """How a row of a sheet names its student."""

    accounts: Sequence[str]
    names: Sequence[str]


def rows_of(
    marks: Sequence[Mark], rows: Mapping[int, Keys], same_system: bool, where: str
) -> tuple[dict[int, Mark], list[str]]:
    """Whose row each is, by its number, and sentences on whoever has none.

    Only marks that are wanted come back. Accounts decide where they are the system's own. Otherwise a name does, where
    only one row and one student have it.
    """
    by_account = {account: number for number, keys in rows.items() for account in keys.accounts if account}
    uses = Counter(name for keys in rows.values() for name in {same_name(n) for n in keys.names} - {""})
    by_name = {same_name(name): number for number, keys in rows.items() for name in keys.names}
    students = Counter(same_name(mark.hand_in.student) for mark in marks)
    found: dict[int, Mark] = {}
    lost: list[str] = []
    for mark in marks:
        name = same_name(mark.hand_in.student)
        number = by_account.get(mark.hand_in.account) if mark.hand_in.account else None
        if number is None and not (same_system and mark.hand_in.account) and uses[name] == students[name] == 1:
            number = by_name[name]
        if number is not None and number not in found:
            found[number] = mark
        elif mark.wanted:
            lost.append(mark.hand_in.student)
    told = [f"{listed(lost)} cannot be told for certain from a row of {where}, and so nothing of theirs is uploaded: "
            "enter it by hand."] if lost else []  # fmt: skip
    without = [next(filter(None, keys.names), "a row without a name") for n, keys in rows.items() if n not in found]
    if without:
        told.append(f"{where} has rows for which nothing was graded here, which are left out: {listed(without)}.")
    return {number: mark for number, mark in found.items() if mark.wanted}, told


def remarks(found: Mapping[int, Mark], table: Table, grade: int, most: float | None) -> list[str]:
    """What an instructor is told of any system's grades: who waits, and who has more than its maximum."""
    waiting = [mark.hand_in.student for mark in found.values() if mark.points is None]
    replaced = [mark.hand_in.student for n, mark in found.items() if mark.points is None and table.rows[n][grade]]
    too_many = [mark.hand_in.student for mark in found.values() if above(mark, most)]
    told = [f"These cells are empty because a person has to look first: {listed(waiting)}."] if waiting else []
    if replaced:
        told.append(
            f"The sheet has an older grade for {listed(replaced)}: check what the system made of the empty cell."
        )
    if too_many:
        told.append(f"More than the {most:g} points that the system's column has: {listed(too_many)}.")
    return told


def above(mark: Mark, most: float | None) -> bool:
    """Whether a mark is more than a system's maximum, where that is known."""
    return most is not None and mark.points is not None and mark.points > most


def listed(names: Iterable[str]) -> str:
    """Names in one sentence, of which no more than twenty are spelt out; they cannot move a terminal's cursor."""
    plain = [shown(name) for name in names]
    more = f" and {len(plain) - MOST_NAMED} more" if len(plain) > MOST_NAMED else ""
    return ", ".join(plain[:MOST_NAMED]) + more
