"""Drawings of several models: their curves in one figure, and a grid of two factors."""

import numpy as np
from matplotlib.figure import Figure

from netgrade.language import say
from netgrade.report.drawing.canvas import name_ticks, write_centred
from netgrade.report.drawing.cells import shade_cells
from netgrade.report.drawing.palette import LINES, RULE, ink_on_shade
from netgrade.report.drawing.style import axes_with, count_along, drawn, percent_up
from netgrade.report.figures import HeatFigure, VariantCurvesFigure
from netgrade.report.text import percent

DASHES = ("-", (0, (5, 1.5)), (0, (1, 1.2)), (0, (5, 1.5, 1, 1.5)))
"""With the colours, 32 lines that differ; each colour stands out from white, and the dashes from each other in grey."""


@drawn.register
def _curves(figure: VariantCurvesFigure) -> Figure:
    rows = len(figure.names)
    canvas, axes = axes_with(6.3, max(2.1, 0.5 + 0.16 * rows), left=0.58, bottom=0.4, right=2.3)
    for number, (name, curve, step) in enumerate(zip(figure.names, figure.curves, figure.steps, strict=True)):
        dash = DASHES[(number // len(LINES) + number) % len(DASHES)]
        places = np.arange(1, len(curve) + 1) * step
        axes.plot(places, curve, color=LINES[number % len(LINES)], linestyle=dash, linewidth=1.3, label=name)
    axes.set(xlabel=figure.axis, ylabel=say("validation accuracy"))
    percent_up(axes)
    count_along(axes)
    axes.grid(axis="y", color=RULE, linewidth=0.4)
    axes.set_axisbelow(True)
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.03), fontsize=7, handlelength=2.6, labelspacing=0.35)
    return canvas


@drawn.register
def _heat(figure: HeatFigure) -> Figure:
    values = np.array(figure.values)  # (rows, columns), in [0, 1] or NaN
    names = 0.45 + 0.06 * max(map(len, figure.rows))
    canvas, axes = axes_with(names + 0.55 * len(figure.columns) + 0.3, 0.6 + 0.3 * len(figure.rows),
                             left=names, bottom=0.5)  # fmt: skip
    low, high = np.nanmin(values), np.nanmax(values)
    span = max(high - low, 1e-9)
    shades = (values - low + 0.1 * span) / (1.1 * span)
    shade_cells(axes, shades, aspect="auto")
    words = [
        (column, row, percent(value) if np.isfinite(value) else "–", ink_on_shade(shades[row, column]))
        for (row, column), value in np.ndenumerate(values)
    ]
    write_centred(axes, words, 7)
    name_ticks(axes.xaxis, figure.columns, length=0)
    name_ticks(axes.yaxis, figure.rows, length=0)
    axes.set(xlabel=figure.factors[1], ylabel=figure.factors[0])
    axes.spines[:].set_visible(False)
    return canvas
