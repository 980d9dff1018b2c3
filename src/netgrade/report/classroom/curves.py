"""Everyone's learning curves, one figure a task."""

import math
from collections.abc import Mapping, Sequence

from netgrade.language import say
from netgrade.objects.assignment import Assignment
from netgrade.objects.grade import Grade
from netgrade.objects.measurement import Measurement
from netgrade.objects.tasks import ClockTask
from netgrade.report.classroom.thresholds import TrainedTask, threshold_of, trained_tasks
from netgrade.report.figures import Values
from netgrade.report.figures.classroom import ClassCurvesFigure
from netgrade.report.parts.curves import mean_curve
from netgrade.report.text import line, minutes, percent, plural


def class_curves(
    assignment: Assignment, grades: Sequence[Grade], reference: Mapping[str, Measurement]
) -> tuple[ClassCurvesFigure, ...]:
    """The tasks in which some training lasted two epochs; of a sweep, the curves of the best variants."""
    figures = [_figure(task, grades, reference.get(task.id)) for task in trained_tasks(assignment)]
    return tuple(figure for figure in figures if figure)


def _figure(task: TrainedTask, grades: Sequence[Grade], reference: Measurement | None) -> ClassCurvesFigure | None:
    """One curve a design: students who share one share its curve."""
    metric = "error" if isinstance(task, ClockTask) else "accuracy"
    found = {
        graded.measurement.plan: _validation(graded.measurement, metric)
        for grade in grades
        for graded in grade.tasks
        if graded.task == task.id and graded.measurement and _by_epoch(graded.measurement)
    }
    curves = tuple(curve for curve in found.values() if len(curve) > 1)
    if not curves:
        return None
    ends = sorted(curve[-1] for curve in curves if math.isfinite(curve[-1]))
    told = minutes if metric == "error" else percent
    title = line(task.title, 80)
    alt = _told(metric, len(curves), title)
    if ends:
        between = say("At the end they lie between {least} and {most}.")
        alt += " " + between.format(least=told(ends[0]), most=told(ends[-1]))
    threshold = threshold_of(task)
    return ClassCurvesFigure(
        alt=alt, task=title, metric=metric, curves=curves,
        reference=_validation(reference, metric) if reference and _by_epoch(reference) else (),
        threshold=threshold.value if threshold else None,
    )  # fmt: skip


def _told(metric: str, designs: int, task: str) -> str:
    if metric == "error":
        return plural(
            designs,
            "Validation error by epoch of {number} design for {task}.",
            "Validation error by epoch of {number} designs for {task}.",
            task=task,
        )
    return plural(
        designs,
        "Validation accuracy by epoch of {number} design for {task}.",
        "Validation accuracy by epoch of {number} designs for {task}.",
        task=task,
    )


def _validation(measured: Measurement, metric: str) -> Values:
    return mean_curve([curve.val_error if metric == "error" else curve.val_accuracy for curve in measured.curves])


def _by_epoch(measured: Measurement) -> bool:
    """Not where values belong to some of the epochs, or to batches: they would not stand over one another."""
    return not any(curve.epochs or curve.span for curve in measured.curves)
