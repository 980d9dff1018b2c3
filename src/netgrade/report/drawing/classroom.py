"""Drawings of the class page alone."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from netgrade.language import say
from netgrade.report.drawing.canvas import name_ticks
from netgrade.report.drawing.palette import BLUE, INK, ORANGE, PALE, PAPER, RULE
from netgrade.report.drawing.style import DOTS, axes_with, count_along, drawn, percent_along, percent_up
from netgrade.report.figures import PointsFigure, ReachedFigure, Values
from netgrade.report.figures.classroom import ClassCurvesFigure
from netgrade.report.text import points

RIM = [withStroke(linewidth=3.6, foreground=PAPER)]
"""So that a line stands out from the many that it crosses."""

MOST_DOTS = 60
"""So many students have a dot each in a row; of more, the row is a histogram."""


@drawn.register
def _points(figure: PointsFigure) -> Figure:
    canvas, axes = axes_with(3.4, 2.3, left=0.45, bottom=0.4)
    bins = np.linspace(0, figure.most, 11).tolist()
    axes.hist(figure.points, bins=bins, color=BLUE, edgecolor=PAPER, linewidth=0.8)
    axes.set(
        xlabel=say("points of {most}").format(most=points(figure.most)), ylabel=say("students"), xlim=(0, figure.most)
    )
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(integer=True))
    return canvas


@drawn.register
def _reached(figure: ReachedFigure) -> Figure:
    names = 0.15 + 0.06 * max(map(len, figure.tasks))
    canvas, axes = axes_with(3.6 + names, 0.6 + 0.42 * len(figure.tasks), left=names, bottom=0.42)
    rows = zip(figure.values, figure.thresholds, figure.references, strict=True)
    for place, (values, threshold, reference) in enumerate(rows):
        (_dots if len(values) <= MOST_DOTS else _humps)(axes, place, values)
        if threshold is not None:
            axes.plot([threshold] * 2, [place - 0.42, place + 0.42], color=INK, linewidth=1.5)
        if reference is not None:
            axes.plot(reference, place, "D", color=ORANGE, markersize=5, markeredgecolor=PAPER)
    name_ticks(axes.yaxis, figure.tasks)
    axes.set(ylim=(len(figure.tasks) - 0.5, -0.5))
    if figure.metric == "error":
        axes.set(xlabel=say("mean error in minutes"), xlim=(0, None))
    else:
        axes.set_xlabel(say("test accuracy"))
        percent_along(axes)
    axes.grid(axis="x", color=RULE, linewidth=0.4)
    axes.set_axisbelow(True)
    return canvas


def _dots(axes: Axes, place: int, values: Values) -> None:
    spread = ((np.arange(len(values)) * 0.618) % 1 - 0.5) * 0.5  # golden ratio: even, and the same every time
    axes.plot(values, place + spread, "o", color=BLUE, markersize=3.5, alpha=0.6, markeredgewidth=0)


def _humps(axes: Axes, place: int, values: Values) -> None:
    counts, edges = np.histogram(values, bins=30)
    low = place + 0.4
    axes.fill_between(edges, low, low - 0.8 * np.append(counts, 0) / counts.max(), step="post", color=PALE, linewidth=0)


@drawn.register
def _curves(figure: ClassCurvesFigure) -> Figure:
    canvas, axes = axes_with(3.4, 2.3, left=0.58, bottom=0.4, top=0.3)
    longest = max(map(len, figure.curves))
    table = np.full((len(figure.curves), longest + 1), np.nan)  # (designs, epochs and a gap)
    for row, curve in zip(table, figure.curves, strict=True):
        row[: len(curve)] = curve
    epochs = np.arange(1, longest + 2)
    # One line with gaps: a thousand lines of their own would be ten times the page.
    axes.plot(np.tile(epochs, len(table)), table.ravel(), color=PALE, linewidth=0.5, label=say("designs"))
    middle = np.array([np.median(known) if len(known := column[np.isfinite(column)]) else np.nan for column in table.T])
    axes.plot(epochs, middle, color=BLUE, linewidth=1.8, label=say("median"), path_effects=RIM)
    if figure.reference:
        axes.plot(range(1, len(figure.reference) + 1), figure.reference, color=ORANGE, linewidth=1.5,
                  linestyle=(0, (4, 1.5)), label=say("reference"), path_effects=RIM)  # fmt: skip
    if figure.threshold is not None:
        axes.axhline(figure.threshold, color=INK, linewidth=1, linestyle=DOTS, label=say("threshold"))
    axes.set(xlabel=say("epoch"), xlim=(1, max(longest, len(figure.reference), 2)))
    if figure.metric == "error":
        axes.set(ylabel=say("validation error in minutes"), ylim=(0, None))
    else:
        axes.set(ylabel=say("validation accuracy"))
        percent_up(axes)
    count_along(axes)
    axes.grid(axis="y", color=RULE, linewidth=0.4)
    axes.set_axisbelow(True)
    axes.legend(loc="lower left", bbox_to_anchor=(-0.12, 0.98), ncols=4, handlelength=1.5, columnspacing=0.9)
    return canvas
