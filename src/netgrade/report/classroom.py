"""The class page: from everyone's Grades to what its template shows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import NormalDist, median

from netgrade.objects.assignment import Assignment
from netgrade.objects.base import Slug
from netgrade.objects.grade import Grade, TaskGrade, Verdict
from netgrade.objects.measurement import Measurement
from netgrade.objects.tasks import ClassifierTask
from netgrade.report.audits import audits
from netgrade.report.backdrop import Backdrop
from netgrade.report.figures import AccuraciesFigure, PointsFigure
from netgrade.report.student import (
    data_notices,
    needs_a_person,
    scale_notices,
    threshold_text,
)
from netgrade.report.text import MISSING, line, minutes, percent, plural, points, points_of
from netgrade.report.view import MARKS, Fact, Notice
from netgrade.report.view_class import Cell, ClassPage, MarginRow, SharedRow, StudentRow, WaitingRow
from netgrade.spec import parse_threshold


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
        accuracies=_accuracies(assignment, grades, backdrop.measured),
        margins=_margins(assignment, grades, backdrop.measured),
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


def _task_accuracies(task: ClassifierTask, grades: Sequence[Grade]) -> tuple[float, ...]:
    measured = [g.measurement for grade in grades for g in grade.tasks if g.task == task.id]
    return tuple(sorted(m.accuracy for m in measured if m and m.accuracy is not None))


def _accuracies(
    assignment: Assignment, grades: Sequence[Grade], reference: Mapping[str, Measurement]
) -> AccuraciesFigure | None:
    tasks = [task for task in assignment.classifiers if _task_accuracies(task, grades)]
    if not tasks:
        return None
    values = tuple(_task_accuracies(task, grades) for task in tasks)
    medians = (f"{t.title} {percent(median(v))}" for t, v in zip(tasks, values, strict=True))
    return AccuraciesFigure(
        alt=f"Test accuracies of everyone by task; medians: {'; '.join(medians)}.",
        tasks=tuple(line(task.title, 44) for task in tasks),
        accuracies=values,
        thresholds=tuple(parse_threshold(task.threshold).value for task in tasks),
        references=tuple(reference[t.id].accuracy if t.id in reference else None for t in tasks),
    )


def _margins(
    assignment: Assignment, grades: Sequence[Grade], reference: Mapping[str, Measurement]
) -> tuple[MarginRow, ...]:
    return tuple(_margin(task, grades, reference.get(task.id)) for task in assignment.classifiers)


def _margin(task: ClassifierTask, grades: Sequence[Grade], reference: Measurement | None) -> MarginRow:
    values = _task_accuracies(task, grades)
    reached = reference.accuracy if reference else None
    threshold = parse_threshold(task.threshold)
    margin = None if reached is None else (reached - threshold.value) * (-1 if threshold.below else 1)
    verdicts = [g.verdict for grade in grades for g in grade.tasks if g.task == task.id]
    counts = [f"{n} {MARKS[v].word}" for v in Verdict if (n := verdicts.count(v))]
    return MarginRow(
        task=task.title, threshold=threshold_text(task), reference=percent(reached),
        margin=MISSING if margin is None else f"{margin * 100:+.1f} points".replace("-", "−"),
        false_fail=_false_fail(task, reference), median=percent(median(values)) if values else MISSING,
        counts=", ".join(counts),
    )  # fmt: skip


def _false_fail(task: ClassifierTask, reference: Measurement | None) -> str:
    """How often a design as good as the reference would fail, were it measured as the reference was.

    It fails where its whole 95 % interval misses: the normal probability of lying 1.96 standard errors below
    the threshold.
    """
    if reference is None or reference.accuracy is None or reference.interval is None:
        return MISSING
    error = (reference.interval.high - reference.interval.low) / (2 * 1.96)
    if error <= 0:
        return MISSING
    threshold = parse_threshold(task.threshold)
    missing = (threshold.value - reference.accuracy) * (-1 if threshold.below else 1)
    chance = NormalDist().cdf(missing / error - 1.96)
    return "< 0.1%" if chance < 0.001 else percent(chance)


def _shared(assignment: Assignment, grades: Sequence[Grade], names: Mapping[Slug, str]) -> tuple[SharedRow, ...]:
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for grade in grades:
        for graded in grade.tasks:
            if graded.model and graded.model.plan:
                groups[graded.task, graded.model.plan].append(names[grade.slug])
    titles = {task.id: task.title for task in assignment.tasks}
    order = {task.id: place for place, task in enumerate(assignment.tasks)}
    several = (key for key, members in groups.items() if len(members) > 1 and key[0] in titles)
    found = sorted(several, key=lambda key: (order[key[0]], groups[key]))
    return tuple(SharedRow(titles[task], tuple(groups[task, plan])) for task, plan in found)
