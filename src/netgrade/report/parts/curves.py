"""Learning curves: from what was measured of the trainings of a plan to figures."""

import math
from collections.abc import Callable, Sequence

from netgrade.language import say
from netgrade.objects.measurement import Curve, Measurement
from netgrade.objects.tasks import Threshold
from netgrade.report.figures import CurvesFigure, Guides, Values
from netgrade.report.text import percent, plural

LONG = 30
"""Epochs from which the curves of points are drawn over their logarithm."""


def mean(values: Sequence[float | None]) -> float | None:
    """Mean of what is known, or None."""
    known = [v for v in values if v is not None]
    return sum(known) / len(known) if known else None


def mean_curve(rows: Sequence[Sequence[float | None]]) -> Values:
    """The mean over trainings, one row each, value by value; NaN where nothing finite is known."""
    longest = max(map(len, rows), default=0)
    known = ([row[place] for row in rows if place < len(row)] for place in range(longest))
    return tuple(math.nan if (value := mean(values)) is None else value for values in known)


def curves_figure(
    measured: Measurement, reference: Measurement | None = None, threshold: Threshold | None = None
) -> CurvesFigure | None:
    """Learning curves of all trainings against the reference model's and the threshold; None where there are none."""
    curves = [c for c in measured.curves if c.loss or c.accuracy]
    if not curves:
        return None
    epochs = _log_epochs(measured, curves)
    last = epochs[-1] if epochs else max(len(c.loss) for c in curves)
    others = [c.val_accuracy for c in reference.curves] if reference and not epochs else []
    guides = guides_of([c.val_accuracy for c in curves], others, threshold, epochs)
    alt = plural(
        len(curves),
        "Learning curves of {number} training over {epochs} epochs. Accuracy after the last epoch: training {training} "
        "and validation {validation}.",
        "Learning curves of {number} trainings over {epochs} epochs. Accuracy after the last epoch: training "
        "{training} and validation {validation}.",
        epochs=str(last),
        training=percent(mean([_last(c.accuracy) for c in curves])),
        validation=percent(mean([_last(c.val_accuracy) for c in curves])),
    ) + guides_told(guides, percent)
    names = ("loss", "val_loss", "accuracy", "val_accuracy")
    values = {name: tuple(with_gaps(getattr(c, name)) for c in curves) for name in names}
    return CurvesFigure(alt=alt, test_accuracy=measured.accuracy, epochs=epochs, guides=guides, **values)


def guides_of(
    validation: Sequence[Sequence[float | None]],
    reference: Sequence[Sequence[float | None]],
    threshold: Threshold | None,
    epochs: Sequence[int] = (),
    errors: bool = False,
) -> Guides:
    """What validation curves, one row a training, are held against; less is better of `errors`, more of accuracies."""
    own = mean_curve(validation)
    finite = [place for place, value in enumerate(own) if math.isfinite(value)]
    best = (min if errors else max)(finite, key=lambda place: own[place]) if len(finite) > 1 else None
    columns = [[row[n] for row in reference if n < len(row)] for n in range(max(map(len, reference), default=0))]
    known = [[value for value in column if value is not None] for column in columns]
    band = tuple(tuple(edge(column) if column else math.nan for column in known) for edge in (min, max))
    return Guides(
        threshold=threshold.value if threshold else None, least=band[0], greatest=band[1],
        best=None if best is None else epochs[best] if epochs else best + 1,
    )  # fmt: skip


def guides_told(guides: Guides, number: Callable[[float], str]) -> str:
    """The end of an alternative text that says what the curves are held against."""
    told = []
    if guides.best is not None:
        told.append(say("The best epoch is number {epoch}").format(epoch=guides.best))
    if guides.threshold is not None:
        told.append(say("the threshold is {threshold}").format(threshold=number(guides.threshold)))
    if guides.least and math.isfinite(guides.least[-1]):
        end = number((guides.least[-1] + guides.greatest[-1]) / 2)
        told.append(say("the reference model ends at {end} in validation").format(end=end))
    text = "; ".join(told)
    return f" {text[:1].upper()}{text[1:]}." if text else ""


def with_gaps(values: Sequence[float | None]) -> Values:
    """NaN where a value is not known, which leaves a gap in a line."""
    return tuple(math.nan if v is None else v for v in values)


def _log_epochs(measured: Measurement, curves: Sequence[Curve]) -> tuple[int, ...]:
    """The epochs of the curves, where so many were trained that the first would be lost on an even axis."""
    longest = max(curves, key=lambda c: len(c.loss))
    if longest.epochs:
        return tuple(longest.epochs)
    several = measured.plane is not None and len(longest.loss) > LONG
    return tuple(range(1, len(longest.loss) + 1)) if several else ()


def _last(values: Sequence[float | None]) -> float | None:
    return next((v for v in reversed(values) if v is not None), None)
