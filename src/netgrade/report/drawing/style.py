"""The style of all drawings: lines, letters, axes, and what curves are held against."""

import logging
from collections.abc import Sequence
from functools import singledispatch
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.ticker import FuncFormatter, MaxNLocator

from netgrade.language import localised, say
from netgrade.report.drawing.canvas import Canvas, name_ticks
from netgrade.report.drawing.palette import BAND, BLUE, INK, MUTED, PAPER, SEED_OPACITY
from netgrade.report.figures import Guides, Values

# It would name every font of the list that is not installed.
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)

Interval = tuple[float, float, float]

DOTS: Any = (0, (1, 1.5))
OVER_LINES: Any = {"frameon": True, "facecolor": PAPER, "edgecolor": "none", "framealpha": 0.85}
"""For a legend that lies over lines."""

FONTS = ["Liberation Sans", "Arial", "DejaVu Sans"]
"""From the first that a machine has; the first two have the same widths."""

STYLE: Any = {
    # matplotlib looks for each of them at each text.
    "font.family": [name for name in FONTS if name in fontManager.get_font_names()] or FONTS,
    "font.size": 8,
    "text.color": INK,
    "text.parse_math": False,  # a dollar sign in a name is a dollar sign
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.labelsize": 8,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titley": 1.0,  # else each drawing would look whether ticks are in the way of a title
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


def axes_with(
    width: float, height: float, left: float, bottom: float, top: float = 0.08, right: float = 0.12
) -> tuple[Figure, Axes]:
    """One pair of axes with the given margins, all in inches: matplotlib's own layout is half as fast."""
    canvas = Canvas(figsize=(width, height))
    box = (left / width, bottom / height, 1 - (left + right) / width, 1 - (bottom + top) / height)
    return canvas, canvas.add_axes(box)


def count_along(axes: Axes, most: int = 9) -> None:
    """Whole numbers below the horizontal axis, also where there is only one."""
    axes.xaxis.set_major_locator(MaxNLocator(most, integer=True, min_n_ticks=1))


def percent_up(axes: Axes) -> None:
    """Percent beside the vertical axis."""
    axes.yaxis.set_major_formatter(FuncFormatter(_percent))


def percent_along(axes: Axes) -> None:
    """Percent below the horizontal axis."""
    axes.xaxis.set_major_formatter(FuncFormatter(_percent))


def _percent(value: float, _: object) -> str:
    """As many digits as tell neighbouring ticks apart."""
    return localised(f"{100 * value:.3g}%")


@singledispatch
def drawn(figure: Any) -> Figure:
    """Draw one figure; each class of figures registers how."""
    raise TypeError(f"{type(figure).__name__} is no figure")


def loss_and_score_axes() -> tuple[Figure, Axes, Axes]:
    """Two panels of learning curves beside each other: the loss at the left, accuracy or error at the right."""
    canvas = Canvas(figsize=(6.3, 1.95))
    left, right = canvas.subplots(1, 2)
    canvas.subplots_adjust(left=0.09, right=0.985, bottom=0.19, top=0.96, wspace=0.26)
    return canvas, left, right


def interval_axes(
    measured: Interval, reference: Interval | None, threshold: float, label: str, side: str
) -> tuple[Figure, Axes]:
    """Intervals (low, value, high) against a threshold, which is written over its line on the given side."""
    # At the right is room for half of "100 %", which may stand at the end of the axis.
    canvas, axes = axes_with(6.3, 1.0 if reference else 0.8, left=0.75, bottom=0.25, top=0.22, right=0.16)
    rows = [(say("measured"), measured, BLUE, "o")]
    if reference:
        rows.append((say("reference"), reference, MUTED, "D"))
    axes.axvline(threshold, color=INK, linewidth=1.2)
    for place, (_, (least, value, most), color, marker) in enumerate(rows):
        axes.plot([least, most], [place, place], color=color, linewidth=2.2, solid_capstyle="butt")
        axes.plot(value, place, marker, color=color, markersize=5.5)
    name_ticks(axes.yaxis, [name for name, *_ in rows], length=0)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    told = say("threshold {threshold}").format(threshold=label)
    axes.text(threshold, -0.68, told, ha=side, va="bottom", fontsize=7)
    axes.xaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 5, 10]))
    axes.spines["left"].set_visible(False)
    return canvas, axes


def guide(left: Axes, right: Axes, guides: Guides) -> None:
    """What the curves are held against: the best epoch at the left and the right, all else at the right alone."""
    if guides.least:
        epochs = range(1, len(guides.least) + 1)
        right.fill_between(
            epochs, guides.least, guides.greatest, color=BAND, linewidth=2.5, label=say("reference"), zorder=0
        )
    if guides.threshold is not None:
        right.axhline(guides.threshold, color=INK, linewidth=1, linestyle=DOTS, label=say("threshold"))
    if guides.best is not None:
        for axes in (left, right):
            axes.axvline(guides.best, color=MUTED, linewidth=0.9, linestyle=(0, (6, 3)), zorder=0.5,
                         label=say("best epoch") if axes is right else None)  # fmt: skip


def seeds_and_mean(
    axes: Axes, every: Sequence[int], seeds: Sequence[Values], color: str, dash: object, label: str
) -> None:
    """Thin lines for the seeds, a thick one for their mean; curves may end at different epochs."""
    longest = max(map(len, seeds), default=0)
    if not longest:
        return
    padded = np.full((len(seeds), longest), np.nan)  # (seeds, epochs)
    for row, seed in zip(padded, seeds, strict=True):
        row[: len(seed)] = seed
    epochs = every[:longest]
    if len(seeds) > 1:
        axes.plot(epochs, padded.T, color=color, linewidth=0.6, alpha=SEED_OPACITY)
    finite = np.isfinite(padded)
    total = np.where(finite, padded, 0.0).sum(axis=0)
    mean = np.divide(total, finite.sum(axis=0), out=np.full(longest, np.nan), where=finite.any(axis=0))
    mark = "o" if longest == 1 else None  # one epoch makes no line
    axes.plot(epochs, mean, color=color, linewidth=1.7, linestyle=dash, label=label, marker=mark, markersize=4.5)
