"""The class page: from everyone's Grades to what its template shows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import median

from netgrade.language import say
from netgrade.objects.assignment import Assignment
from netgrade.objects.base import Slug
from netgrade.objects.grade import Grade, Verdict
from netgrade.objects.tasks import DiagnosisTask
from netgrade.report.backdrop import Backdrop
from netgrade.report.classroom.audits import audits
from netgrade.report.classroom.curves import class_curves
from netgrade.report.classroom.table import late, state_options, student_rows
from netgrade.report.classroom.thresholds import close_calls, margins, reached_figures
from netgrade.report.classroom.time import time_rows, whole_time
from netgrade.report.classroom.view import ClassPage, SharedRow, WaitingRow, WaitingTask, Who
from netgrade.report.figures import PointsFigure
from netgrade.report.student import (
    data_notices,
    needs_a_person,
    scale_notices,
)
from netgrade.report.text import line, plural, points, points_of
from netgrade.report.view import Fact, Notice, mark_of

MOST_CLOSE = 100


def class_page(grades: Sequence[Grade], backdrop: Backdrop, links: Mapping[str, str]) -> ClassPage:
    """The page of one assignment; `links` are the addresses of the reports, by slug."""
    assignment, reference = backdrop.assignment, backdrop.reference
    names = _names(grades, backdrop, links)
    everyone = [*grades, reference] if reference else grades
    measured = [t.measurement for g in everyone for t in g.tasks if t.measurement]
    close = close_calls(assignment, grades, names)
    return ClassPage(
        title=say("{assignment}: the class").format(assignment=assignment.title),
        assignment=assignment.title,
        facts=_facts(grades),
        notices=(*scale_notices(assignment), *data_notices(measured), *_isolation(grades)),
        waiting=_waiting(assignment, grades, names),
        tasks=tuple(task.title for task in assignment.tasks),
        students=student_rows(assignment, grades, names),
        states=state_options(grades),
        late=sum(map(late, grades)),
        points=_points(assignment, grades),
        reached=reached_figures(assignment, grades, backdrop.measured),
        curves=class_curves(assignment, grades, backdrop.measured),
        margins=margins(assignment, grades, backdrop.measured),
        close=close[:MOST_CLOSE],
        close_left_out=max(0, len(close) - MOST_CLOSE),
        times=time_rows(assignment, grades, backdrop.speeds, backdrop.prices),
        time=whole_time(backdrop.speeds, backdrop.prices),
        shared=_shared(assignment, grades, names),
        audits=audits(grades, backdrop, names),
    )


def _names(grades: Sequence[Grade], backdrop: Backdrop, links: Mapping[str, str]) -> dict[Slug, Who]:
    """What each student is called on the page: by name, or by slug where there is none to be shown."""
    return {
        grade.slug: Who(line(backdrop.names.get(grade.slug, ""), 60) or grade.slug, links.get(grade.slug, ""))
        for grade in grades
    }


def _facts(grades: Sequence[Grade]) -> tuple[Fact, ...]:
    done = sum(grade.complete for grade in grades)
    facts = [Fact(say("Submissions"), str(len(grades))), Fact(say("Fully graded"), str(done))]
    if grades:
        facts.append(
            Fact(
                say("Median points so far"),
                points_of(median(g.points for g in grades), grades[0].most_points),
            )
        )
    return tuple(facts)


def _isolation(grades: Sequence[Grade]) -> tuple[Notice, ...]:
    bare = sum(grade.isolation == "none" for grade in grades)
    text = plural(
        bare,
        "The code of {number} submission was run unprotected; the configuration allows that.",
        "The code of {number} submissions was run unprotected; the configuration allows that.",
    )
    return (Notice(say("No isolation"), text),) if bare else ()


def _waiting(assignment: Assignment, grades: Sequence[Grade], names: Mapping[Slug, Who]) -> tuple[WaitingTask, ...]:
    """Everything that a person has to look at, task by task: the same question is best marked in one go."""
    unknown = say("Late, but by how much is not known: add it to handed_in.csv.")
    late_ones = [WaitingRow(names[g.slug], mark_of(Verdict.PERSON), unknown) for g in grades if g.late_unknown]
    found = [WaitingTask(say("Time of hand-in"), tuple(late_ones))]
    for task in assignment.tasks:
        rows = [
            WaitingRow(names[grade.slug].at(task.id), mark_of(graded.verdict), line(graded.reason, 200))
            for grade in grades
            for graded in grade.tasks
            if graded.task == task.id and needs_a_person(graded)
        ]
        found.append(WaitingTask(task.title, tuple(rows)))
    return tuple(waiting for waiting in found if waiting.rows)


def _points(assignment: Assignment, grades: Sequence[Grade]) -> PointsFigure | None:
    if not grades:
        return None
    values = tuple(sorted(grade.points for grade in grades))
    alt = plural(
        len(values),
        "Histogram of the points of {number} student: from {least} to {most}, median {median}, of {all}.",
        "Histogram of the points of {number} students: from {least} to {most}, median {median}, of {all}.",
        least=points(values[0]), most=points(values[-1]), median=points(median(values)),
        all=points(assignment.most_points),
    )  # fmt: skip
    return PointsFigure(alt, values, assignment.most_points)


def _shared(assignment: Assignment, grades: Sequence[Grade], names: Mapping[Slug, Who]) -> tuple[SharedRow, ...]:
    groups: dict[tuple[str, str], list[Who]] = defaultdict(list)
    given = {task.id for task in assignment.tasks if isinstance(task, DiagnosisTask) and task.given_model}
    for grade in grades:
        for graded in grade.tasks:
            if graded.model and graded.model.plan and graded.task not in given:
                groups[graded.task, graded.model.plan].append(names[grade.slug].at(graded.task))
    titles = {task.id: task.title for task in assignment.tasks}
    order = {task.id: place for place, task in enumerate(assignment.tasks)}
    several = (key for key, members in groups.items() if len(members) > 1 and key[0] in titles)
    found = sorted(several, key=lambda key: (order[key[0]], [who.name for who in groups[key]]))
    return tuple(SharedRow(titles[task], tuple(groups[task, plan])) for task, plan in found)
