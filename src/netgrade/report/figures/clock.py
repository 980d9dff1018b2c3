"""Figures of a task that tells the time: the data of each, as in `figures`."""

from dataclasses import dataclass

from netgrade.clockfaces import Line
from netgrade.report.figures import NO_GUIDES, Guides, Values


@dataclass(frozen=True)
class ErrorIntervalFigure:
    """Measured and reference error with their 95 % intervals (low, value, high), in minutes, against the threshold."""

    alt: str
    threshold: float
    measured: tuple[float, float, float]
    reference: tuple[float, float, float] | None


@dataclass(frozen=True)
class ErrorCurvesFigure:
    """Learning curves, one tuple a seed, one value an epoch (NaN where not finite), and the test error in minutes."""

    alt: str
    loss: tuple[Values, ...]
    val_loss: tuple[Values, ...]
    error: tuple[Values, ...]
    val_error: tuple[Values, ...]
    test_error: float | None
    guides: Guides = NO_GUIDES


@dataclass(frozen=True)
class ErrorHistogramFigure:
    """Shares of clocks with an error of 0 to 9 minutes, 10 to 19, and so on."""

    alt: str
    shares: Values
    step: int
    median: float


@dataclass(frozen=True)
class Dial:
    """One clock: its picture, grey uint8 `(size, size)` as bytes, and the hour and minute hands to be laid over it.

    `shown` and `read` are times in words, `apart` minutes.
    """

    picture: bytes
    size: int
    index: int
    true: tuple[Line, Line]
    predicted: tuple[Line, Line]
    shown: str
    read: str
    apart: int


@dataclass(frozen=True)
class DialsFigure:
    """Pictures of clocks, and again with the hands of what each tells and of what was read."""

    alt: str
    dials: tuple[Dial, ...]
