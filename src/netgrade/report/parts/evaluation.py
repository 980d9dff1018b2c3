"""The measured half of a classifier's section: figures and tables from a Measurement."""

from collections.abc import Callable, Sequence

import numpy as np

from netgrade.language import localised, say
from netgrade.objects.measurement import Measurement, SeedMeasure, Speed
from netgrade.objects.plan import CheckedModel
from netgrade.objects.tasks import ClassifierTask
from netgrade.report.backdrop import Backdrop
from netgrade.report.figures import ConfusionFigure, IntervalFigure, PlaneFigure, ReliabilityFigure
from netgrade.report.parts.curves import curves_figure, mean
from netgrade.report.parts.inside import inside, speed_lines
from netgrade.report.parts.worst import worst_images
from netgrade.report.text import MISSING, count, duration, line, minutes, percent, plural, scaled
from netgrade.report.view import ClassLine, ConfusionLine, Evaluation, Fact, SeedLine
from netgrade.spec import parse_threshold

MOST_CLASS_LINES = 20


def interval_text(measured: Measurement | None) -> str:
    """`64.3% (62.1 to 66.5)`, or of clocks `7.7 min (7.1 to 8.3)`; the bounds are those of the 95 % interval."""
    if measured is not None and measured.clock is not None:
        bounds = measured.clock.interval
        return _with_bounds(minutes(measured.clock.error), bounds.low, bounds.high)
    if measured is None or measured.accuracy is None:
        return MISSING
    if measured.interval is None:
        return percent(measured.accuracy)
    return _with_bounds(percent(measured.accuracy), 100 * measured.interval.low, 100 * measured.interval.high)


def _with_bounds(value: str, low: float, high: float) -> str:
    return say("{value} ({low} to {high})").format(
        value=value, low=localised(f"{low:.1f}"), high=localised(f"{high:.1f}")
    )


def evaluation(
    task: ClassifierTask,
    model: CheckedModel | None,
    measured: Measurement,
    reference: Measurement | None,
    backdrop: Backdrop,
) -> Evaluation:
    """All that the section shows of a measurement; `reference` is that of the reference model."""
    speeds = backdrop.speeds.get(measured.plan, ())
    return Evaluation(
        facts=_facts(model, measured, speeds),
        interval=_interval(task, measured, reference),
        curves=curves_figure(measured, reference, parse_threshold(task.threshold)),
        plane=_plane(measured),
        confusion=_confusion(measured),
        reliability=_reliability(measured),
        top_confusions=tuple(
            ConfusionLine(line(c.true, 30), line(c.predicted, 30), percent(c.share))
            for c in measured.top_confusions[:6]
        ),
        classes=_classes(measured),
        classes_caption=_classes_caption(measured),
        worst=worst_images(measured, backdrop.images.get(measured.dataset)),
        seeds=seed_lines(
            measured,
            speeds,
            lambda s: (percent(s.train_accuracy), percent(s.validation_accuracy), percent(s.test_accuracy)),
        ),
        speeds=speed_lines(speeds),
        inside=inside(model, measured),
    )


def _classes(measured: Measurement) -> tuple[ClassLine, ...]:
    """Every class in order, or the least recognised where there are too many for a page."""
    shown = measured.classes
    if len(shown) > MOST_CLASS_LINES:
        shown = sorted(shown, key=lambda c: c.recall)[:MOST_CLASS_LINES]
    return tuple(ClassLine(line(c.name, 20), percent(c.precision), percent(c.recall), count(c.images)) for c in shown)


def _classes_caption(measured: Measurement) -> str:
    if len(measured.classes) <= MOST_CLASS_LINES:
        return say("Precision and recall of each class")
    told = say("Precision and recall of the {shown} least recognised of {all} classes")
    return told.format(shown=MOST_CLASS_LINES, all=len(measured.classes))


def _facts(model: CheckedModel | None, measured: Measurement, speeds: Sequence[Speed]) -> tuple[Fact, ...]:
    facts = [
        Fact(say("Test accuracy"), percent(measured.accuracy)),
        Fact(say("Training accuracy"), percent(mean([s.train_accuracy for s in measured.seeds]))),
        Fact(say("Validation accuracy"), percent(mean([s.validation_accuracy for s in measured.seeds]))),
        Fact(say("Generalisation gap (training − test)"), percent(measured.gap)),
        Fact(say("Expected calibration error"), percent(measured.calibration_error)),
    ]
    if model:
        facts.append(Fact(say("Parameters"), count(model.parameters)))
        facts.append(Fact(say("Forward pass of one image"), scaled(model.flops, "FLOP")))
    if speeds:
        speed = count(mean([s.inferences_per_second for s in speeds]))
        facts.append(Fact(say("Inference"), say("{speed} images/s").format(speed=speed)))
    return tuple(facts)


def _interval(task: ClassifierTask, measured: Measurement, reference: Measurement | None) -> IntervalFigure | None:
    own = _bounds(measured)
    if own is None:
        return None
    threshold = parse_threshold(task.threshold)
    other = _bounds(reference)
    alt = say(
        "Measured test accuracy {value}, 95% interval {low} to {high}, against the threshold of {threshold}."
    ).format(low=percent(own[0]), value=percent(own[1]), high=percent(own[2]), threshold=percent(threshold.value))
    if other:
        alt += " " + say("The reference model reaches {value}.").format(value=percent(other[1]))
    return IntervalFigure(alt, threshold.value, own, other, threshold.below)


def _bounds(measured: Measurement | None) -> tuple[float, float, float] | None:
    if measured is None or measured.accuracy is None or measured.interval is None:
        return None
    return measured.interval.low, measured.accuracy, measured.interval.high


def _plane(measured: Measurement) -> PlaneFigure | None:
    plane = measured.plane
    if plane is None or not plane.looks:
        return None
    names = [line(c.name, 20) for c in measured.classes] or ["0", "1"]
    steps = ", ".join(
        plural(
            look.epoch,
            "{error} after {number} epoch",
            "{error} after {number} epochs",
            error=percent(1 - look.accuracy),
        )
        for look in plane.looks
    )
    share = float((np.array(plane.looks[-1].percent) > 50).mean())
    alt = say(
        "What the network with seed {seed} answers over the plane while it learns. Test error {steps}. In the end it "
        "answers {one} on {share} of the plane shown, and {other} on the rest."
    ).format(seed=plane.seed, steps=steps, one=names[-1], share=percent(share, 0), other=names[0])
    return PlaneFigure(
        alt, (names[0], names[-1]), plane.box, tuple(look.epoch for look in plane.looks),
        tuple(1 - look.accuracy for look in plane.looks),
        tuple(tuple(map(tuple, look.percent)) for look in plane.looks), tuple(plane.points),
    )  # fmt: skip


def _confusion(measured: Measurement) -> ConfusionFigure | None:
    if not measured.confusion:
        return None
    counts = np.array(measured.confusion, dtype=float)  # (true, predicted)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    names = tuple(line(c.name, 14) for c in measured.classes) or tuple(map(str, range(len(counts))))
    recall = shares.diagonal()
    alt = say(
        "Confusion matrix of {number} classes: recognised best is {best} with {most}, worst {worst} with {least}."
    ).format(
        number=len(names), best=names[recall.argmax()], most=percent(recall.max()),
        worst=names[recall.argmin()], least=percent(recall.min()),
    )  # fmt: skip
    return ConfusionFigure(alt, names, tuple(map(tuple, shares.round(4).tolist())))


def _reliability(measured: Measurement) -> ReliabilityFigure | None:
    bins = [b for b in measured.calibration if b.images]
    if not bins:
        return None
    surest = bins[-1]
    alt = say(
        "Reliability diagram: expected calibration error {error}. Where the mean confidence is {confidence}, {right} "
        "are right."
    ).format(
        error=percent(measured.calibration_error), confidence=percent(surest.confidence),
        right=percent(surest.accuracy),
    )  # fmt: skip
    return ReliabilityFigure(
        alt, tuple(b.confidence for b in bins), tuple(b.accuracy for b in bins), tuple(b.images for b in bins)
    )


def seed_lines(
    measured: Measurement, speeds: Sequence[Speed], scores: Callable[[SeedMeasure], tuple[str, str, str]]
) -> tuple[SeedLine, ...]:
    """The trainings, one line each; `scores` are those of training, validation and test."""
    fast, lines = {speed.seed: speed for speed in speeds}, []
    for s in measured.seeds:
        train, validation, test = scores(s)
        time = duration(fast[s.seed].train_seconds) if s.seed in fast else MISSING
        epochs = str(s.epochs_run)
        if s.best_epoch is not None:
            epochs = say("{epochs} (best {best})").format(epochs=s.epochs_run, best=s.best_epoch)
        lines.append(
            SeedLine(seed=str(s.seed), train=train, validation=validation, test=test, time=time, epochs=epochs)
        )
    return tuple(lines)
