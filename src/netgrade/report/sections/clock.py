"""The section of a clock task: from a TaskGrade to what its template shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from netgrade.clockfaces import hands_on_test_image
from netgrade.dial import dial_distance
from netgrade.encodings import clock_text
from netgrade.language import localised, say
from netgrade.objects.grade import TaskGrade
from netgrade.objects.measurement import ClockMeasure, Measurement, WorstClock
from netgrade.objects.plan import CheckedModel
from netgrade.objects.tasks import ClockTask, Task
from netgrade.report.backdrop import Backdrop, Images
from netgrade.report.figures.clock import (
    Dial,
    DialsFigure,
    ErrorCurvesFigure,
    ErrorHistogramFigure,
    ErrorIntervalFigure,
)
from netgrade.report.parts.curves import guides_of, guides_told, mean, with_gaps
from netgrade.report.parts.evaluation import seed_lines
from netgrade.report.parts.inside import speed_lines
from netgrade.report.parts.layers import layer_table
from netgrade.report.sections.classifier import lines
from netgrade.report.text import MISSING, count, line, minutes, percent, plural, scaled
from netgrade.report.view import AdviceLine, Fact, LayerTable, ModelRow, Section, SeedLine
from netgrade.report.view.inside import SpeedLine
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
        Fact(say("Mean error around the dial"), minutes(clock.error)),
        Fact(say("Median error"), minutes(clock.median)),
        Fact(say("Clocks read to under 5 minutes"), percent(clock.near)),
        Fact(say("Error on training images"), minutes(mean([s.train_error for s in measured.seeds]))),
        Fact(say("Error on validation images"), minutes(mean([s.validation_error for s in measured.seeds]))),
        Fact(say("Error on test images moved by a pixel"), minutes(clock.perturbed)),
    ]
    if model:
        facts.append(Fact(say("Parameters"), count(model.parameters)))
        facts.append(Fact(say("Forward pass of one image"), scaled(model.flops, "FLOP")))
    return tuple(facts)


def _interval(task: ClockTask, clock: ClockMeasure, reference: ClockMeasure | None) -> ErrorIntervalFigure:
    threshold = parse_threshold(task.threshold).value
    alt = say(
        "Measured mean error {value}, 95% interval {low} to {high}, against the threshold of {threshold}."
    ).format(
        value=minutes(clock.error), low=minutes(clock.interval.low), high=minutes(clock.interval.high),
        threshold=localised(f"{threshold:g} min"),
    )  # fmt: skip
    if reference:
        alt += " " + say("The reference model reaches {value}.").format(value=minutes(reference.error))
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
    alt = plural(
        len(curves),
        "Learning curves of {number} training over {epochs} epochs. Mean error in the last epoch: training {training} "
        "and validation {validation}.",
        "Learning curves of {number} trainings over {epochs} epochs. Mean error in the last epoch: training {training} "
        "and validation {validation}.",
        epochs=str(max(len(c.loss) for c in curves)),
        **last,
    ) + guides_told(guides, minutes)
    values = {
        name: tuple(with_gaps(getattr(curve, name)) for curve in curves)
        for name in ("loss", "val_loss", "error", "val_error")
    }
    return ErrorCurvesFigure(alt=alt, test_error=clock.error, guides=guides, **values)


def _histogram(clock: ClockMeasure) -> ErrorHistogramFigure:
    total = max(1, sum(clock.histogram))
    shares = tuple(round(number / total, 5) for number in clock.histogram)
    alt = say(
        "Histogram of the errors: {near} of the clocks are read to under {step} minutes, {far} an hour or more beside "
        "the true time; the median error is {median}."
    ).format(near=percent(shares[0]), step=STEP, far=percent(sum(shares[6:])), median=minutes(clock.median))
    return ErrorHistogramFigure(alt, shares, STEP, clock.median)


def _worst(worst: Sequence[WorstClock], images: Images | None) -> DialsFigure | None:
    """The worst read clocks whose pictures are at hand."""
    if images is None:
        return None
    shown = [clock for clock in worst if clock.index < len(images)]
    dials = tuple(_dial(clock, images) for clock in shown)
    alt = say("The worst read test clocks: {clocks}.").format(clocks="; ".join(map(_told, dials)))
    return DialsFigure(alt, dials) if dials else None


def _told(dial: Dial) -> str:
    return say("image {number} shows {true} and was read as {predicted}, {apart} minutes beside it").format(
        number=dial.index, true=dial.shown, predicted=dial.read, apart=dial.apart
    )


def _dial(clock: WorstClock, images: Images) -> Dial:
    picture = np.ascontiguousarray(images[clock.index][..., 0])
    return Dial(
        picture=picture.tobytes(), size=len(picture), index=clock.index,
        true=hands_on_test_image(clock.index, clock.true),
        predicted=hands_on_test_image(clock.index, clock.predicted),
        shown=clock_text(clock.true), read=clock_text(clock.predicted),
        apart=int(dial_distance(np.array(clock.true), np.array(clock.predicted))),
    )  # fmt: skip
