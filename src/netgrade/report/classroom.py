"""The class page: from everyone's Grades to what its template shows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import median

from netgrade.objects.assignment import Assignment
from netgrade.objects.base import Slug
from netgrade.objects.grade import Grade, TaskGrade, Verdict
from netgrade.objects.tasks import DiagnosisTask
from netgrade.report.audits import audits
from netgrade.report.backdrop import Backdrop
from netgrade.report.figures import PointsFigure
from netgrade.report.student import (
    data_notices,
    needs_a_person,
    scale_notices,
)
from netgrade.report.text import MISSING, line, minutes, percent, plural, points, points_of
from netgrade.report.thresholds import margins, reached_figures
from netgrade.report.view import MARKS, Fact, Notice
from netgrade.report.view_class import Cell, ClassPage, SharedRow, StudentRow, WaitingRow


def class_page(grades: Sequence[Grade], backdrop: Backdrop, links: Mapping[str, str]) -> ClassPage:
    """The page of one assignment; `links` are the addresses of the reports, by slug."""
    assignment, reference, names = backdrop.assignment, backdrop.reference, _names(grades, backdrop)
    everyone = [*grades, reference] if reference else grades
    measured = [t.measurement for g in everyone for t in g.tasks if t.measurement]
    return ClassPage(
        title=f"{assignment.title}: the class",
        assignment=assignment.title,
        facts=_facts(grades),
        notices=(*scale_notices(assignment), *data_notices(measured), *_isolation(grades)),
        waiting=_waiting(assignment, grades, names, links),
        tasks=tuple(task.title for task in assignment.tasks),
        students=tuple(_student_row(assignment, grade, names, links) for grade in grades),
        points=_points(assignment, grades),
        reached=reached_figures(assignment, grades, backdrop.measured),
        margins=margins(assignment, grades, backdrop.measured),
        shared=_shared(assignment, grades, names),
        audits=audits(grades, backdrop, names),
    )


def _names(grades: Sequence[Grade], backdrop: Backdrop) -> dict[Slug, str]:
    """What each student is called on the page: by name, or by slug where there is none to be shown."""
    return {grade.slug: line(backdrop.names.get(grade.slug, ""), 60) or grade.slug for grade in grades}


def _facts(grades: Sequence[Grade]) -> tuple[Fact, ...]:
    done = sum(grade.complete for grade in grades)
    facts = [Fact("Submissions", str(len(grades))), Fact("Fully graded", str(done))]
    if grades:
        facts.append(
            Fact(
                "Median points so far",
                f"{points(median(g.points for g in grades))} of {points(grades[0].most_points)}",
            )
        )
    return tuple(facts)


def _isolation(grades: Sequence[Grade]) -> tuple[Notice, ...]:
    bare = sum(grade.isolation == "none" for grade in grades)
    text = f"The code of {plural(bare, 'submission')} was run unprotected; the configuration allows that."
    return (Notice("No isolation", text),) if bare else ()


def _waiting(
    assignment: Assignment, grades: Sequence[Grade], names: Mapping[Slug, str], links: Mapping[str, str]
) -> tuple[WaitingRow, ...]:
    """Everything that a person has to look at, task by task: the same question is best marked in one go."""
    late = tuple(
        WaitingRow(student=names[grade.slug], link=links.get(grade.slug, ""), task="Time of hand-in",
                   mark=MARKS[Verdict.PERSON], reason="Late, but by how much is not known: add it to handed_in.csv.")
        for grade in grades
        if grade.late_unknown
    )  # fmt: skip
    return late + tuple(
        WaitingRow(
            student=names[grade.slug], link=f"{links[grade.slug]}#{graded.task}" if grade.slug in links else "",
            task=task.title, mark=MARKS[graded.verdict], reason=line(graded.reason, 200),
        )
        for task in assignment.tasks
        for grade in grades
        for graded in grade.tasks
        if graded.task == task.id and needs_a_person(graded)
    )  # fmt: skip


def _student_row(
    assignment: Assignment, grade: Grade, names: Mapping[Slug, str], links: Mapping[str, str]
) -> StudentRow:
    found = {graded.task: graded for graded in grade.tasks}
    return StudentRow(
        student=names[grade.slug], link=links.get(grade.slug, ""), total=points(grade.points),
        complete=grade.complete,
        cells=tuple(_cell(found.get(task.id)) for task in assignment.tasks),
    )  # fmt: skip


def _cell(graded: TaskGrade | None) -> Cell:
    if graded is None:
        return Cell(MARKS[Verdict.NOTHING], MISSING, "")
    accuracy = graded.measurement.accuracy if graded.measurement else None
    clock = graded.measurement.clock if graded.measurement else None
    return Cell(
        MARKS[graded.verdict],
        points_of(graded.points, graded.most_points),
        minutes(clock.error) if clock else "" if accuracy is None else percent(accuracy),
    )


def _points(assignment: Assignment, grades: Sequence[Grade]) -> PointsFigure | None:
    if not grades:
        return None
    values = tuple(sorted(grade.points for grade in grades))
    alt = (
        f"Histogram of the points of {plural(len(values), 'student')}: from {points(values[0])} to "
        f"{points(values[-1])}, median {points(median(values))}, of {points(assignment.most_points)}."
    )
    return PointsFigure(alt, values, assignment.most_points)


def _shared(assignment: Assignment, grades: Sequence[Grade], names: Mapping[Slug, str]) -> tuple[SharedRow, ...]:
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    given = {task.id for task in assignment.tasks if isinstance(task, DiagnosisTask) and task.given_model}
    for grade in grades:
        for graded in grade.tasks:
            if graded.model and graded.model.plan and graded.task not in given:
                groups[graded.task, graded.model.plan].append(names[grade.slug])
    titles = {task.id: task.title for task in assignment.tasks}
    order = {task.id: place for place, task in enumerate(assignment.tasks)}
    several = (key for key, members in groups.items() if len(members) > 1 and key[0] in titles)
    found = sorted(several, key=lambda key: (order[key[0]], groups[key]))
    return tuple(SharedRow(titles[task], tuple(groups[task, plan])) for task, plan in found)
