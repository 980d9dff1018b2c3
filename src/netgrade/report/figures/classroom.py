"""Figures of the class page alone."""

from dataclasses import dataclass

from netgrade.report.figures import Values


@dataclass(frozen=True)
class ClassCurvesFigure:
    """How everyone's network learned one task: validation by epoch, a curve a design (mean over seeds).

    Values are accuracies, or mean errors in minutes where `metric` says so; NaN where not finite.
    """

    alt: str
    task: str
    metric: str
    curves: tuple[Values, ...]
    reference: Values
    threshold: float | None
