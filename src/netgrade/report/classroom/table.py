"""The table of everyone on the class page: a row a student, a cell a task, and what rows are sorted and filtered by."""

from collections import Counter
from collections.abc import Mapping, Sequence

from netgrade.objects.assignment import Assignment
from netgrade.objects.base import Slug
from netgrade.objects.grade import Grade, TaskGrade, Verdict
from netgrade.report.classroom.view import Cell, StateOption, StudentRow, Who
from netgrade.report.text import MISSING, minutes, percent, points, points_of
from netgrade.report.view import mark_of

STATES = {
    Verdict.PASS: "p", Verdict.FAIL: "f", Verdict.BORDERLINE: "b", Verdict.UNDECIDED: "u", Verdict.PERSON: "q",
    Verdict.NOTHING: "n", Verdict.MARKED: "m",
}  # fmt: skip
"""A letter for each verdict: a row names the states of all its tasks in one short word."""


def student_rows(assignment: Assignment, grades: Sequence[Grade], names: Mapping[Slug, Who]) -> tuple[StudentRow, ...]:
    """One row a student, in the order of the grades."""
    return tuple(_row(assignment, grade, names[grade.slug]) for grade in grades)


def state_options(grades: Sequence[Grade]) -> tuple[StateOption, ...]:
    """The states that occur, in the order of verdicts."""
    found = Counter(task.verdict for grade in grades for task in grade.tasks)
    return tuple(StateOption(STATES[v], mark_of(v).word, found[v]) for v in Verdict if found[v])


def late(grade: Grade) -> bool:
    """Whether it was handed in after it was due, by however much."""
    return bool(grade.late_note) or grade.late_unknown


def _row(assignment: Assignment, grade: Grade, student: Who) -> StudentRow:
    found = {graded.task: graded for graded in grade.tasks}
    in_order = [found.get(task.id) for task in assignment.tasks]
    return StudentRow(
        student=student, total=points(grade.points), order=f"{grade.points:.6g}",
        complete=grade.complete, late=late(grade),
        states="".join(STATES[graded.verdict if graded else Verdict.NOTHING] for graded in in_order),
        cells=tuple(map(_cell, in_order)),
    )  # fmt: skip


def _cell(graded: TaskGrade | None) -> Cell:
    """Measured tasks are sorted by what was measured, all others by their points."""
    if graded is None:
        return Cell(mark_of(Verdict.NOTHING), MISSING, "", "")
    accuracy = graded.measurement.accuracy if graded.measurement else None
    clock = graded.measurement.clock if graded.measurement else None
    measured = clock.error if clock else accuracy
    order = graded.points if measured is None else measured
    return Cell(
        mark_of(graded.verdict),
        points_of(graded.points, graded.most_points),
        minutes(clock.error) if clock else "" if accuracy is None else percent(accuracy),
        "" if order is None else f"{order:.6g}",
    )
