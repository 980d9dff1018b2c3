"""What to do next: for each task that did not earn all of its points, the first thing that would help."""

from collections.abc import Sequence

from netgrade.objects.grade import Grade, TaskGrade, Verdict
from netgrade.objects.tasks import Task
from netgrade.report.text import line
from netgrade.report.view import NextStep, Outcome, mark_of

_DONE = (Verdict.MARKED, Verdict.UNDECIDED, Verdict.PERSON)
"""A person has spoken or will, or further trainings will: nothing is the student's to do."""


def next_steps(tasks: Sequence[Task], grade: Grade) -> tuple[NextStep, ...]:
    """One step for each task with points left, what was not passed first, in the order of the assignment."""
    titles = {task.id: task.title for task in tasks}
    left = [graded for graded in grade.tasks if graded.task in titles and _has_points_left(graded)]
    left.sort(key=lambda graded: graded.verdict is Verdict.PASS)
    return tuple(
        NextStep(graded.task, titles[graded.task], mark_of(graded.verdict), text)
        for graded in left
        if (text := _step(graded))
    )


def outcomes(grade: Grade) -> tuple[Outcome, ...]:
    """How many tasks came to which verdict, without those that nobody's did."""
    found = [graded.verdict for graded in grade.tasks]
    return tuple(Outcome(mark_of(verdict), found.count(verdict)) for verdict in Verdict if verdict in found)


def _has_points_left(graded: TaskGrade) -> bool:
    full = graded.points is not None and graded.points >= graded.most_points
    return not full and graded.verdict not in _DONE and not graded.overridden


def _step(graded: TaskGrade) -> str:
    """The remedy of what failed, else the first advice, else the reason itself."""
    advice = graded.advice[0].what if graded.advice else ""
    return line(graded.remedy or advice or graded.reason, 300)
