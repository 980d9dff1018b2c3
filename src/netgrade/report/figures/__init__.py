"""Figures: the data of each as a frozen, hashable class, with the alternative text that states it."""

from dataclasses import dataclass

Values = tuple[float, ...]


@dataclass(frozen=True)
class IntervalFigure:
    """Measured and reference accuracy with their 95 % intervals (low, value, high) against the threshold."""

    alt: str
    threshold: float
    measured: tuple[float, float, float]
    reference: tuple[float, float, float] | None
    below: bool = False


@dataclass(frozen=True)
class Guides:
    """What validation curves are held against; accuracies, or errors in minutes.

    `least` and `greatest` are those of the reference model's trainings, by epoch; `best` is an epoch, counted from 1.
    """

    threshold: float | None = None
    least: Values = ()
    greatest: Values = ()
    best: int | None = None


NO_GUIDES = Guides()


@dataclass(frozen=True)
class CurvesFigure:
    """Learning curves, one tuple a seed, one value an epoch (NaN where not finite), and the test accuracy.

    Where `epochs` are given, the values belong to these, and are drawn over their logarithm.
    """

    alt: str
    loss: tuple[Values, ...]
    val_loss: tuple[Values, ...]
    accuracy: tuple[Values, ...]
    val_accuracy: tuple[Values, ...]
    test_accuracy: float | None
    epochs: tuple[int, ...] = ()
    guides: Guides = NO_GUIDES


@dataclass(frozen=True)
class ConfusionFigure:
    """Shares of each true class (row) that were predicted as each class (column)."""

    alt: str
    classes: tuple[str, ...]
    shares: tuple[Values, ...]


@dataclass(frozen=True)
class ReliabilityFigure:
    """Mean confidence, accuracy and number of images of each bin of confidence."""

    alt: str
    confidence: Values
    accuracy: Values
    images: tuple[int, ...]


@dataclass(frozen=True)
class PointsFigure:
    """The points of everyone in a class."""

    alt: str
    points: Values
    most: float


@dataclass(frozen=True)
class ReachedFigure:
    """What everyone reached in each task: accuracies, or errors in minutes; with threshold and reference model."""

    alt: str
    metric: str
    tasks: tuple[str, ...]
    values: tuple[Values, ...]
    thresholds: tuple[float | None, ...]
    references: tuple[float | None, ...]


@dataclass(frozen=True)
class BoundaryFigure:
    """What a network answers over the plane: positive values are 1, rows from below; points with what they should be.

    The box is (left, right, bottom, top).
    """

    alt: str
    box: tuple[float, float, float, float]
    values: tuple[Values, ...]
    points: tuple[tuple[float, float, int], ...]


@dataclass(frozen=True)
class PlaneFigure:
    """What a network answers over the plane after some epochs: per cent of the second class, rows from below."""

    alt: str
    classes: tuple[str, str]
    box: tuple[float, float, float, float]
    epochs: tuple[int, ...]
    errors: Values
    percent: tuple[tuple[tuple[int, ...], ...], ...]
    points: tuple[tuple[float, float, int], ...]


@dataclass(frozen=True)
class VariantCurvesFigure:
    """The validation accuracy of several models (mean over seeds), the best first; `steps` lie between two values."""

    alt: str
    names: tuple[str, ...]
    curves: tuple[Values, ...]
    steps: tuple[int, ...]
    axis: str


@dataclass(frozen=True)
class HeatFigure:
    """The validation accuracy for two factors: one row a value of the first, one column a value of the second."""

    alt: str
    factors: tuple[str, str]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[Values, ...]


@dataclass(frozen=True)
class UnitsFigure:
    """Shares of a layer's units that take no part, one row a layer, one value an epoch (NaN where not known)."""

    alt: str
    layers: tuple[str, ...]
    shares: tuple[Values, ...]
    final: Values


@dataclass(frozen=True)
class NormsFigure:
    """Norms of the gradients of the last steps, of the whole network and by layer (NaN where not finite)."""

    alt: str
    steps: tuple[int, ...]
    whole: Values
    layers: tuple[tuple[str, Values], ...]


@dataclass(frozen=True)
class ProbabilitiesFigure:
    """The probability of each class for one image."""

    alt: str
    classes: tuple[str, ...]
    values: Values


AnyFigure = (
    IntervalFigure
    | CurvesFigure
    | ConfusionFigure
    | ReliabilityFigure
    | PointsFigure
    | ReachedFigure
    | BoundaryFigure
    | PlaneFigure
    | VariantCurvesFigure
    | HeatFigure
    | UnitsFigure
    | NormsFigure
    | ProbabilitiesFigure
)
