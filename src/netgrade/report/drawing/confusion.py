"""Confusion matrices: with numbers in the cells, or of many classes with a name at each row and column."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure

from netgrade.language import say
from netgrade.report.drawing.canvas import name_ticks, write_centred
from netgrade.report.drawing.cells import shade_cells
from netgrade.report.drawing.palette import RULE, ink_on_shade
from netgrade.report.drawing.style import axes_with, drawn
from netgrade.report.figures import ConfusionFigure

NUMBERED = 20
"""Up to so many classes, cells have room for numbers."""

SIDE = 5.6
"""Inches of the matrix where there are more."""


@drawn.register
def _confusion(figure: ConfusionFigure) -> Figure:
    shares = np.array(figure.shares)  # (true, predicted), in [0, 1]
    canvas, axes = _numbered(figure, shares) if len(shares) <= NUMBERED else _named(figure, shares)
    axes.set(xlabel=say("predicted class"), ylabel=say("true class"))
    axes.spines[:].set_visible(False)
    return canvas


def _numbered(figure: ConfusionFigure, shares: np.ndarray) -> tuple[Figure, Axes]:
    names = 0.3 + 0.053 * max(map(len, figure.classes), default=1)
    canvas, axes = axes_with(3.0 + names, 3.0 + names, left=names, bottom=names)
    shade_cells(axes, shares)
    _annotate(axes, shares)
    name_ticks(axes.xaxis, figure.classes, length=0, labelrotation=90)
    name_ticks(axes.yaxis, figure.classes, length=0)
    return canvas, axes


def _named(figure: ConfusionFigure, shares: np.ndarray) -> tuple[Figure, Axes]:
    """Names as large as a cell allows, rules between every ten classes, and shades in which 1 % can be seen."""
    size = len(shares)
    point = min(7.0, 0.85 * 72 * SIDE / size)
    names = 0.25 + point / 72 * 0.6 * max(map(len, figure.classes), default=1)
    canvas, axes = axes_with(SIDE + names, SIDE + names, left=names, bottom=names, top=0.05, right=0.05)
    shade_cells(axes, shares, norm=PowerNorm(0.5, vmin=0, vmax=1))
    name_ticks(axes.xaxis, figure.classes, length=0, labelsize=point, labelrotation=90)
    name_ticks(axes.yaxis, figure.classes, length=0, labelsize=point)
    for place in range(10, size, 10):
        axes.axhline(place - 0.5, color=RULE, linewidth=0.4)
        axes.axvline(place - 0.5, color=RULE, linewidth=0.4)
    return canvas, axes


def _annotate(axes: Axes, shares: np.ndarray) -> None:
    """Per cent in each cell; what rounds to none is left empty, so that the mistakes stand out."""
    words = [
        (column, row, f"{share * 100:.0f}", ink_on_shade(share))
        for (row, column), share in np.ndenumerate(shares)
        if share >= 0.005
    ]
    write_centred(axes, words, 6.5 if len(shares) <= 12 else 4.5)
