"""Thresholds: everyone's figures in each trained task, against its threshold and what the reference model reaches.

A figure is a test accuracy, of a sweep that of its best variant; of clocks it is the mean error in minutes.
"""

from collections.abc import Mapping, Sequence
from statistics import NormalDist, median

from netgrade.language import later, localised, say
from netgrade.objects.assignment import Assignment
from netgrade.objects.base import Slug
from netgrade.objects.grade import Grade, TaskGrade, Verdict
from netgrade.objects.measurement import Interval, Measurement
from netgrade.objects.tasks import ClassifierTask, ClockTask, SweepTask, Threshold
from netgrade.report.classroom.view import CloseRow, MarginRow, Who
from netgrade.report.figures import ReachedFigure
from netgrade.report.parts.evaluation import interval_text
from netgrade.report.student import threshold_text
from netgrade.report.text import MISSING, line, minutes, percent
from netgrade.report.view import mark_of
from netgrade.spec import parse_threshold

TrainedTask = ClassifierTask | ClockTask | SweepTask

_SAID = {
    "accuracy": later("Test accuracies of everyone by task; medians: {medians}."),
    "error": later("Mean errors of everyone by task; medians: {medians}."),
}


def reached_figures(
    assignment: Assignment, grades: Sequence[Grade], reference: Mapping[str, Measurement]
) -> tuple[ReachedFigure, ...]:
    """One figure for accuracies and one for errors, with the tasks in which anybody has any."""
    measured = [(task, values) for task in trained_tasks(assignment) if (values := _everyones(task, grades))]
    figures = []
    for metric, told in _SAID.items():
        shown = [(task, values) for task, values in measured if _metric(task) == metric]
        if shown:
            medians = "; ".join(f"{task.title} {_text(task, median(values))}" for task, values in shown)
            bounds = [threshold_of(task) for task, _ in shown]
            figures.append(ReachedFigure(
                alt=say(told).format(medians=medians),
                metric=metric,
                tasks=tuple(line(task.title, 44) for task, _ in shown),
                values=tuple(values for _, values in shown),
                thresholds=tuple(bound.value if bound else None for bound in bounds),
                references=tuple(_figure(reference.get(task.id)) for task, _ in shown),
            ))  # fmt: skip
    return tuple(figures)


def margins(
    assignment: Assignment, grades: Sequence[Grade], reference: Mapping[str, Measurement]
) -> tuple[MarginRow, ...]:
    """How far each threshold lies from what the reference model and the class reach."""
    return tuple(_margin(task, grades, reference.get(task.id)) for task in trained_tasks(assignment))


def close_calls(assignment: Assignment, grades: Sequence[Grade], names: Mapping[Slug, Who]) -> tuple[CloseRow, ...]:
    """Everything that is borderline, and whatever a threshold lies in the interval of; the closest first."""
    found = [
        (abs(value - threshold.value), task, threshold, grade, graded)
        for task in trained_tasks(assignment)
        if (threshold := threshold_of(task))
        for grade in grades
        for graded in grade.tasks
        if graded.task == task.id and _is_close(graded, threshold)
        if (value := _figure(graded.measurement)) is not None
    ]
    # Minutes and accuracies do not compare: each in shares of its threshold.
    found.sort(key=lambda one: one[0] / (abs(one[2].value) or 1))
    return tuple(
        CloseRow(names[grade.slug].at(task.id), task.title, mark_of(graded.verdict), interval_text(graded.measurement),
                 threshold_text(task), _distance(task, threshold, _figure(graded.measurement)))
        for _, task, threshold, grade, graded in found
    )  # fmt: skip


def _is_close(graded: TaskGrade, threshold: Threshold) -> bool:
    bounds = _interval(graded.measurement)
    inside = bounds is not None and bounds.low <= threshold.value <= bounds.high
    return inside or graded.verdict in (Verdict.BORDERLINE, Verdict.UNDECIDED)


def _margin(task: TrainedTask, grades: Sequence[Grade], reference: Measurement | None) -> MarginRow:
    values, reached, threshold = _everyones(task, grades), _figure(reference), threshold_of(task)
    verdicts = [g.verdict for grade in grades for g in grade.tasks if g.task == task.id]
    counts = [f"{n} {mark_of(v).word}" for v in Verdict if (n := verdicts.count(v))]
    return MarginRow(
        task=task.title, threshold=threshold_text(task), reference=_text(task, reached),
        margin=_distance(task, threshold, reached), false_fail=_false_fail(threshold, reference),
        median=_text(task, median(values)) if values else MISSING, counts=", ".join(counts),
    )  # fmt: skip


def _distance(task: TrainedTask, threshold: Threshold | None, reached: float | None) -> str:
    """On which side of the threshold a figure lies, and how far: `+3.9 points`, `−1.2 min`."""
    if threshold is None or reached is None:
        return MISSING
    margin = (reached - threshold.value) * (-1 if threshold.below else 1)
    if _metric(task) == "error":
        text = f"{margin:+.1f} min"
    else:
        text = say("{number} points").format(number=f"{margin * 100:+.1f}")
    return localised(text).replace("-", "−")


def _false_fail(threshold: Threshold | None, reference: Measurement | None) -> str:
    """How often a design as good as the reference would fail, were it measured as the reference was.

    It fails where its whole 95 % interval misses: the normal probability of lying 1.96 standard errors on the wrong
    side of the threshold.
    """
    reached, interval = _figure(reference), _interval(reference)
    if threshold is None or reached is None or interval is None:
        return MISSING
    error = (interval.high - interval.low) / (2 * 1.96)
    if error <= 0:
        return MISSING
    missing = (threshold.value - reached) * (-1 if threshold.below else 1)
    chance = NormalDist().cdf(missing / error - 1.96)
    return localised("< 0.1%") if chance < 0.001 else percent(chance)


def trained_tasks(assignment: Assignment) -> list[TrainedTask]:
    """The tasks whose models are held against a threshold, or may be."""
    return [task for task in assignment.tasks if isinstance(task, TrainedTask)]


def _everyones(task: TrainedTask, grades: Sequence[Grade]) -> tuple[float, ...]:
    found = (_figure(g.measurement) for grade in grades for g in grade.tasks if g.task == task.id)
    return tuple(sorted(value for value in found if value is not None))


def _figure(measured: Measurement | None) -> float | None:
    if measured is None:
        return None
    return measured.clock.error if measured.clock else measured.accuracy


def _interval(measured: Measurement | None) -> Interval | None:
    if measured is None:
        return None
    return measured.clock.interval if measured.clock else measured.interval


def threshold_of(task: TrainedTask) -> Threshold | None:
    """The threshold of a task that has one."""
    return parse_threshold(task.threshold) if task.threshold else None


def _metric(task: TrainedTask) -> str:
    return "error" if isinstance(task, ClockTask) else "accuracy"


def _text(task: TrainedTask, value: float | None) -> str:
    return minutes(value) if _metric(task) == "error" else percent(value)
