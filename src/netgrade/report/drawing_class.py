"""Drawings of the class page alone."""

import numpy as np
from matplotlib.figure import Figure

from netgrade.report.drawing import BLUE, INK, ORANGE, RULE, axes_with, count_along, drawn, percent_up
from netgrade.report.figures_class import ClassCurvesFigure

PALE = "#9db7dd"


@drawn.register
def _curves(figure: ClassCurvesFigure) -> Figure:
    canvas, axes = axes_with(3.4, 2.3, left=0.5, bottom=0.4, top=0.3)
    longest = max(map(len, figure.curves))
    table = np.full((len(figure.curves), longest + 1), np.nan)  # (designs, epochs and a gap)
    for row, curve in zip(table, figure.curves, strict=True):
        row[: len(curve)] = curve
    epochs = np.arange(1, longest + 2)
    # One line with gaps: a thousand lines of their own would be ten times the page.
    axes.plot(np.tile(epochs, len(table)), table.ravel(), color=PALE, linewidth=0.5, label="designs")
    middle = np.array([np.median(known) if len(known := column[np.isfinite(column)]) else np.nan for column in table.T])
    axes.plot(epochs, middle, color=BLUE, linewidth=1.8, label="median")
    if figure.reference:
        axes.plot(epochs[: len(figure.reference)], figure.reference, color=ORANGE, linewidth=1.5,
                  linestyle=(0, (4, 1.5)), label="reference")  # fmt: skip
    if figure.threshold is not None:
        axes.axhline(figure.threshold, color=INK, linewidth=1, linestyle=(0, (1, 1.5)), label="threshold")
    axes.set(xlabel="epoch", xlim=(1, max(longest, 2)))
    if figure.metric == "error":
        axes.set(ylabel="validation error in minutes", ylim=(0, None))
    else:
        axes.set(ylabel="validation accuracy")
        percent_up(axes)
    count_along(axes)
    axes.grid(axis="y", color=RULE, linewidth=0.4)
    axes.set_axisbelow(True)
    axes.legend(loc="lower left", bbox_to_anchor=(-0.12, 0.98), ncols=4, handlelength=1.5, columnspacing=0.9)
    return canvas
