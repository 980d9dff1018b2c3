"""Drawings of what was seen inside a model: units that take no part, and gradients before a divergence."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from netgrade.language import localised, say
from netgrade.report.drawing.canvas import name_ticks
from netgrade.report.drawing.cells import shade_cells
from netgrade.report.drawing.palette import BEHIND_OPACITY, BLUE, INK, MUTED, ORANGE, PAPER, RULE
from netgrade.report.drawing.style import axes_with, count_along, drawn
from netgrade.report.figures import NormsFigure, UnitsFigure
from netgrade.report.text import percent

LINES = (("-", "o", BLUE), ((0, (4, 1.5)), "s", ORANGE), ((0, (1, 1)), "^", MUTED), ((0, (6, 1, 1, 1)), "D", INK))
"""Dash, marker and colour of a layer's line: told apart without colour."""


@drawn.register
def _units(figure: UnitsFigure) -> Figure:
    """One row a layer; what it comes to at the end stands beside it, so that no shade has to be read."""
    rows, longest = len(figure.layers), max(map(len, figure.shares))
    names = 0.2 + 0.058 * max(map(len, figure.layers))
    canvas, axes = axes_with(6.3, 0.5 + 0.2 * rows, left=names, bottom=0.36, right=0.5)
    shares = np.full((rows, longest), np.nan)  # (layers, epochs)
    for row, values in zip(shares, figure.shares, strict=True):
        row[: len(values)] = values
    shade_cells(axes, shares, first=1, aspect="auto")
    for place, final in enumerate(figure.final):
        axes.text(1.01, place, percent(final, 0), transform=axes.get_yaxis_transform(), va="center", fontsize=7.5)
    name_ticks(axes.yaxis, figure.layers, length=0)
    axes.set_xlabel(say("epoch"))
    count_along(axes, min(10, longest))
    axes.hlines(np.arange(rows - 1) + 0.5, 0.5, longest + 0.5, color=PAPER, linewidth=1.5)
    axes.spines[:].set_visible(True)
    axes.spines[:].set_color(RULE)
    return canvas


@drawn.register
def _norms(figure: NormsFigure) -> Figure:
    """Norms by step on a logarithmic axis; the step whose loss was not finite is a line across."""
    canvas, axes = axes_with(6.3, 2.0, left=0.65, bottom=0.36, top=0.2, right=1.5)
    axes.plot(figure.steps, figure.whole, color=INK, linewidth=2.4, alpha=BEHIND_OPACITY, label=say("whole network"))
    for (name, values), (dash, marker, color) in zip(figure.layers, LINES, strict=False):
        axes.plot(figure.steps, values, linestyle=dash, marker=marker, color=color, linewidth=1.2, markersize=3,
                  label=name)  # fmt: skip
    axes.set_yscale("log")
    # matplotlib would write powers as formulas, which are switched off.
    axes.yaxis.set_major_formatter(lambda value, _: localised(f"{value:g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.axvline(figure.steps[-1], color=INK, linewidth=0.8, linestyle=(0, (1, 2)))
    last = say("step {number}").format(number=figure.steps[-1])
    axes.text(figure.steps[-1], 1.01, last, transform=axes.get_xaxis_transform(), ha="center",
              va="bottom", fontsize=7)  # fmt: skip
    axes.set(xlabel=say("training step"), ylabel=say("norm of the gradient"))
    count_along(axes, 10)
    axes.grid(axis="y", color=RULE, linewidth=0.4)
    axes.set_axisbelow(True)
    axes.legend(loc="center left", bbox_to_anchor=(1.02, 0.5))
    return canvas
