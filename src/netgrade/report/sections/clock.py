"""The section of a clock task: from a TaskGrade to what its template shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from netgrade.clockfaces import hands_on_test_image
from netgrade.dial import dial_distance
from netgrade.encodings import clock_text
from netgrade.objects.grade import TaskGrade
from netgrade.objects.measurement import ClockMeasure, Measurement, WorstClock
from netgrade.objects.plan import CheckedModel
from netgrade.objects.tasks import ClockTask, Task
from netgrade.report.backdrop import Backdrop, Images
from netgrade.report.curves import guides_of, guides_told, mean, with_gaps
from netgrade.report.evaluation import seed_lines
from netgrade.report.figures_clock import (
    Dial,
    DialsFigure,
    ErrorCurvesFigure,
    ErrorHistogramFigure,
    ErrorIntervalFigure,
)
from netgrade.report.inside import speed_lines
from netgrade.report.layers import layer_table
from netgrade.report.sections.classifier import lines
from netgrade.report.text import MISSING, count, line, minutes, percent, plural, scaled
from netgrade.report.view import AdviceLine, Fact, LayerTable, ModelRow, Section, SeedLine
from netgrade.report.view_inside import SpeedLine
from netgrade.spec import parse_threshold

STEP = 10
"""Minutes in one bar of the histogram, as it was measured."""


@dataclass(frozen=True)
class ClockEvaluation:
    """The measured half of the section."""

    facts: tuple[Fact, ...]
    interval: ErrorIntervalFigure
    curves: ErrorCurvesFigure | None
    histogram: ErrorHistogramFigure
    worst: DialsFigure | None
    seeds: tuple[SeedLine, ...]
    speeds: tuple[SpeedLine, ...]


@dataclass(frozen=True)
class ClockSection(Section):
    """A model that tells the time."""

    layers: LayerTable | None
    evaluation: ClockEvaluation | None
    advice: tuple[AdviceLine, ...]
    findings: tuple[str, ...]


def clock_section(common: dict[str, Any], task: ClockTask, graded: TaskGrade, backdrop: Backdrop) -> ClockSection:
    """The whole section; `common` are the fields that the sections of all kinds share."""
    model, measured = graded.model, graded.measurement
    clock = measured.clock if measured else None
    return ClockSection(
        **common,
        layers=layer_table(model) if model and model.rows else None,
        evaluation=_evaluation(task, model, measured, clock, backdrop) if measured and clock else None,
        advice=tuple(AdviceLine(line(a.what, 400), line(a.why, 400)) for a in graded.advice),
        findings=lines(model.findings) if model else (),
    )


def clock_row(task: Task, graded: TaskGrade, measured: Measurement, clock: ClockMeasure) -> ModelRow:
    """The model beside the others, with errors where they have accuracies."""
    train = mean([s.train_error for s in measured.seeds])
    return ModelRow(
        anchor=task.id, title=task.title,
        parameters=count(graded.model.parameters) if graded.model else MISSING,
        epochs=str(max((s.epochs_run for s in measured.seeds), default=MISSING)),
        train=minutes(train), validation=minutes(mean([s.validation_error for s in measured.seeds])),
        test=minutes(clock.error), gap=MISSING if train is None else minutes(train - clock.error).replace("-", "−"),
    )  # fmt: skip


def _evaluation(
    task: ClockTask, model: CheckedModel | None, measured: Measurement, clock: ClockMeasure, backdrop: Backdrop
) -> ClockEvaluation:
    reference = backdrop.measured.get(task.id)
    speeds = backdrop.speeds.get(measured.plan, ())
    return ClockEvaluation(
        facts=_facts(model, measured, clock),
        interval=_interval(task, clock, reference.clock if reference else None),
        curves=_curves(task, measured, clock, reference),
        histogram=_histogram(clock),
        worst=_worst(clock.worst, backdrop.images.get(measured.dataset)),
        seeds=seed_lines(
            measured, speeds, lambda s: (minutes(s.train_error), minutes(s.validation_error), minutes(s.test_error))
        ),
        speeds=speed_lines(speeds),
    )


def _facts(model: CheckedModel | None, measured: Measurement, clock: ClockMeasure) -> tuple[Fact, ...]:
    facts = [
        Fact("Mean error around the dial", minutes(clock.error)),
        Fact("Median error", minutes(clock.median)),
        Fact("Clocks read to under 5 minutes", percent(clock.near)),
        Fact("Error on training images", minutes(mean([s.train_error for s in measured.seeds]))),
        Fact("Error on validation images", minutes(mean([s.validation_error for s in measured.seeds]))),
        Fact("Error on test images moved by a pixel", minutes(clock.perturbed)),
    ]
    if model:
        facts.append(Fact("Parameters", count(model.parameters)))
        facts.append(Fact("Forward pass of one image", scaled(model.flops, "FLOP")))
    return tuple(facts)


def _interval(task: ClockTask, clock: ClockMeasure, reference: ClockMeasure | None) -> ErrorIntervalFigure:
    threshold = parse_threshold(task.threshold).value
    beside = f" The reference model reaches {minutes(reference.error)}." if reference else ""
    alt = (
        f"Measured mean error {minutes(clock.error)}, 95% interval {minutes(clock.interval.low)} to "
        f"{minutes(clock.interval.high)}, against the threshold of {threshold:g} min.{beside}"
    )
    return ErrorIntervalFigure(alt, threshold, _bounds(clock), _bounds(reference) if reference else None)


def _bounds(clock: ClockMeasure) -> tuple[float, float, float]:
    return clock.interval.low, clock.error, clock.interval.high


def _curves(
    task: ClockTask, measured: Measurement, clock: ClockMeasure, reference: Measurement | None
) -> ErrorCurvesFigure | None:
    curves = [curve for curve in measured.curves if curve.loss]
    if not curves:
        return None
    last = {
        name: minutes(mean([values[-1] for values in found if values]))
        for name, found in (("training", [c.error for c in curves]), ("validation", [c.val_error for c in curves]))
    }
    others = [curve.val_error for curve in reference.curves] if reference else []
    guides = guides_of([curve.val_error for curve in curves], others, parse_threshold(task.threshold), errors=True)
    alt = (
        f"Learning curves of {plural(len(curves), 'training')} over {max(len(c.loss) for c in curves)} epochs. Mean "
        f"error in the last epoch: training {last['training']} and validation {last['validation']}."
        f"{guides_told(guides, minutes)}"
    )
    values = {
        name: tuple(with_gaps(getattr(curve, name)) for curve in curves)
        for name in ("loss", "val_loss", "error", "val_error")
    }
    return ErrorCurvesFigure(alt=alt, test_error=clock.error, guides=guides, **values)


def _histogram(clock: ClockMeasure) -> ErrorHistogramFigure:
    total = max(1, sum(clock.histogram))
    shares = tuple(round(number / total, 5) for number in clock.histogram)
    alt = (
        f"Histogram of the errors: {percent(shares[0])} of the clocks are read to under {STEP} minutes, "
        f"{percent(sum(shares[6:]))} an hour or more beside the true time; the median error is {minutes(clock.median)}."
    )
    return ErrorHistogramFigure(alt, shares, STEP, clock.median)


def _worst(worst: Sequence[WorstClock], images: Images | None) -> DialsFigure | None:
    """The worst read clocks whose pictures are at hand."""
    if images is None:
        return None
    shown = [clock for clock in worst if clock.index < len(images)]
    dials = tuple(_dial(clock, images) for clock in shown)
    told = [
        f"image {c.index} shows {clock_text(c.true)} and was read as {clock_text(c.predicted)}, "
        f"{int(dial_distance(np.array(c.true), np.array(c.predicted)))} minutes beside it"
        for c in shown
    ]
    return DialsFigure(f"The worst read test clocks: {'; '.join(told)}.", dials) if dials else None


def _dial(clock: WorstClock, images: Images) -> Dial:
    picture = np.ascontiguousarray(images[clock.index][..., 0])
    return Dial(
        picture=picture.tobytes(), size=len(picture), index=clock.index,
        true=hands_on_test_image(clock.index, clock.true),
        predicted=hands_on_test_image(clock.index, clock.predicted),
        caption=f"{clock_text(clock.true)}, read {clock_text(clock.predicted)}",
    )  # fmt: skip
