"""Figures: each is a frozen data class, drawn by matplotlib as SVG; the same data gives the same bytes."""

import base64
import io
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, singledispatch

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from netgrade.report.text import percent

logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # a font of the list that is not installed

INK, MUTED, RULE = "#1c2430", "#5a6573", "#c9d0d9"
BLUE, ORANGE = "#1f4e8c", "#b4560f"
SHADES = LinearSegmentedColormap.from_list(
    "shades", ["#ffffff", "#dbdff6", "#b7c1eb", "#92a4dd", "#6d88cb", "#486db3", "#235397", "#003b77"]
)
"""White to blue in equal steps of CIELAB lightness: differences look as large as they are, also in grey."""

STYLE = {
    "font.family": ["Liberation Sans", "Arial", "DejaVu Sans"],
    "font.size": 8,
    "text.color": INK,
    "text.parse_math": False,  # a dollar sign in a name is a dollar sign
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.labelsize": 8,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "legend.frameon": False,
    "legend.fontsize": 7.5,
    "svg.fonttype": "none",
    "svg.hashsalt": "netgrade",
}

Values = tuple[float, ...]


@dataclass(frozen=True)
class IntervalFigure:
    """Measured and reference accuracy with their 95 % intervals (low, value, high) against the threshold."""

    alt: str
    threshold: float
    measured: tuple[float, float, float]
    reference: tuple[float, float, float] | None


@dataclass(frozen=True)
class CurvesFigure:
    """Learning curves, one tuple a seed, one value an epoch (NaN where not finite), and the test accuracy."""

    alt: str
    loss: tuple[Values, ...]
    val_loss: tuple[Values, ...]
    accuracy: tuple[Values, ...]
    val_accuracy: tuple[Values, ...]
    test_accuracy: float | None


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
class AccuraciesFigure:
    """Everyone's accuracy in each task, with its threshold and the reference model's accuracy."""

    alt: str
    tasks: tuple[str, ...]
    accuracies: tuple[Values, ...]
    thresholds: Values
    references: tuple[float | None, ...]


AnyFigure = IntervalFigure | CurvesFigure | ConfusionFigure | ReliabilityFigure | PointsFigure | AccuraciesFigure


@lru_cache(maxsize=512)
def svg(figure: AnyFigure) -> bytes:
    """Draw a figure. Students who share a plan share its figures, so that each is drawn once a process."""
    with matplotlib.rc_context(STYLE), io.BytesIO() as file:
        _drawn(figure).savefig(file, format="svg", metadata={"Date": None, "Creator": None})
        return file.getvalue()


def data_uri(figure: AnyFigure) -> str:
    """The drawn figure as a `data:` URI for an `img` element."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg(figure)).decode()


@singledispatch
def _drawn(figure: AnyFigure) -> Figure:
    raise TypeError(f"{type(figure).__name__} is no figure")


@_drawn.register
def _interval(figure: IntervalFigure) -> Figure:
    canvas = Figure(figsize=(6.3, 0.95 if figure.reference else 0.75), layout="constrained")
    axes = canvas.subplots()
    rows = [("measured", figure.measured, BLUE, "o")]
    if figure.reference:
        rows.append(("reference", figure.reference, MUTED, "D"))
    values = [figure.threshold, *(v for _, row, _, _ in rows for v in row)]
    low, high = max(0.0, min(values) - 0.04), min(1.0, max(values) + 0.04)
    axes.axvspan(figure.threshold, high, color="#e9eef6", linewidth=0)
    axes.axvline(figure.threshold, color=INK, linewidth=1.2)
    for place, (_, (least, value, most), color, marker) in enumerate(rows):
        axes.plot([least, most], [place, place], color=color, linewidth=2.2, solid_capstyle="butt")
        axes.plot(value, place, marker, color=color, markersize=5.5)
    axes.set_yticks(range(len(rows)), [name for name, *_ in rows])
    axes.set(xlim=(low, high), ylim=(len(rows) - 0.4, -0.6))
    axes.text(figure.threshold, -0.68, f"threshold {percent(figure.threshold)}", ha="center", va="bottom", fontsize=7)
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.xaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 5, 10]))
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    return canvas


@_drawn.register
def _curves(figure: CurvesFigure) -> Figure:
    canvas = Figure(figsize=(6.3, 2.15), layout="constrained")
    left, right = canvas.subplots(1, 2)
    _seeds_and_mean(left, figure.loss, BLUE, "-", "training")
    _seeds_and_mean(left, figure.val_loss, ORANGE, (0, (4, 1.5)), "validation")
    _seeds_and_mean(right, figure.accuracy, BLUE, "-", "training")
    _seeds_and_mean(right, figure.val_accuracy, ORANGE, (0, (4, 1.5)), "validation")
    if figure.test_accuracy is not None:
        last = max(map(len, figure.accuracy), default=1)
        right.plot(last, figure.test_accuracy, "D", color=INK, markersize=4.5, label="test", clip_on=False)
    left.set(xlabel="epoch", ylabel="loss")
    right.set(xlabel="epoch", ylabel="accuracy")
    right.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    for axes in (left, right):
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(axis="y", color=RULE, linewidth=0.4)
        axes.set_axisbelow(True)
    right.legend(loc="lower right")
    return canvas


def _seeds_and_mean(axes: Axes, seeds: Sequence[Values], color: str, dash: object, label: str) -> None:
    """Thin lines for the seeds, a thick one for their mean; curves may end at different epochs."""
    longest = max(map(len, seeds), default=0)
    if not longest:
        return
    padded = np.full((len(seeds), longest), np.nan)  # (seeds, epochs)
    for row, seed in zip(padded, seeds, strict=True):
        row[: len(seed)] = seed
    epochs = np.arange(1, longest + 1)
    if len(seeds) > 1:
        axes.plot(epochs, padded.T, color=color, linewidth=0.6, alpha=0.45)
    finite = np.isfinite(padded)
    total = np.where(finite, padded, 0.0).sum(axis=0)
    mean = np.divide(total, finite.sum(axis=0), out=np.full(longest, np.nan), where=finite.any(axis=0))
    axes.plot(epochs, mean, color=color, linewidth=1.7, linestyle=dash, label=label)


@_drawn.register
def _confusion(figure: ConfusionFigure) -> Figure:
    size = len(figure.classes)
    canvas = Figure(figsize=(3.6, 3.6), layout="constrained")
    axes = canvas.subplots()
    shares = np.array(figure.shares)  # (true, predicted), in [0, 1]
    axes.pcolormesh(shares, cmap=SHADES, vmin=0, vmax=1, edgecolors="#ffffff", linewidth=0.5)
    centres = np.arange(size) + 0.5
    if size <= 20:
        _annotate(axes, shares)
        axes.set_xticks(centres, figure.classes, rotation=90)
        axes.set_yticks(centres, figure.classes)
    axes.set(xlabel="predicted class", ylabel="true class", aspect="equal")
    axes.invert_yaxis()
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return canvas


def _annotate(axes: Axes, shares: np.ndarray) -> None:
    """Per cent in each cell; what rounds to none is left empty, so that the mistakes stand out."""
    size = 6.5 if len(shares) <= 12 else 4.5
    for (row, column), share in np.ndenumerate(shares):
        if share >= 0.005:
            color = "#ffffff" if share > 0.5 else INK
            axes.text(column + 0.5, row + 0.5, f"{share * 100:.0f}", ha="center", va="center",
                      color=color, fontsize=size)  # fmt: skip


@_drawn.register
def _reliability(figure: ReliabilityFigure) -> Figure:
    canvas = Figure(figsize=(2.5, 2.35), layout="constrained")
    axes = canvas.subplots()
    axes.plot([0, 1], [0, 1], color=MUTED, linewidth=0.8, linestyle=(0, (1, 2)))
    axes.plot(figure.confidence, figure.accuracy, color=BLUE, linewidth=1.2)
    most = max(figure.images, default=1)
    axes.scatter(figure.confidence, figure.accuracy, s=[6 + 50 * n / most for n in figure.images], color=BLUE, zorder=3)
    axes.set(xlim=(0, 1.02), ylim=(0, 1.02), xlabel="mean confidence", ylabel="accuracy", aspect="equal")
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    return canvas


@_drawn.register
def _points(figure: PointsFigure) -> Figure:
    canvas = Figure(figsize=(3.6, 2.3), layout="constrained")
    axes = canvas.subplots()
    bins = np.linspace(0, figure.most, 11)
    axes.hist(figure.points, bins=bins, color=BLUE, edgecolor="#ffffff", linewidth=0.8)
    axes.set(xlabel=f"points of {figure.most:g}", ylabel="students", xlim=(0, figure.most))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    return canvas


@_drawn.register
def _accuracies(figure: AccuraciesFigure) -> Figure:
    canvas = Figure(figsize=(6.3, 0.7 + 0.42 * len(figure.tasks)), layout="constrained")
    axes = canvas.subplots()
    rows = zip(figure.accuracies, figure.thresholds, figure.references, strict=True)
    for place, (values, threshold, reference) in enumerate(rows):
        spread = ((np.arange(len(values)) * 0.618) % 1 - 0.5) * 0.5  # golden ratio: even, and the same every time
        axes.plot(values, place + spread, "o", color=BLUE, markersize=3.5, alpha=0.6, markeredgewidth=0)
        axes.plot([threshold] * 2, [place - 0.42, place + 0.42], color=INK, linewidth=1.5)
        if reference is not None:
            axes.plot(reference, place, "D", color=ORANGE, markersize=5, markeredgecolor="#ffffff")
    axes.set_yticks(range(len(figure.tasks)), figure.tasks)
    axes.set(ylim=(len(figure.tasks) - 0.5, -0.5), xlabel="test accuracy")
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.grid(axis="x", color=RULE, linewidth=0.4)
    axes.set_axisbelow(True)
    return canvas
