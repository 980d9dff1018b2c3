"""Drawing of decisions over a plane: of a network by hand, and of one that learns, over time."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from netgrade.language import say
from netgrade.report.drawing.canvas import Canvas
from netgrade.report.drawing.palette import BLUE, INK, MUTED, PAPER, SIDE
from netgrade.report.drawing.style import drawn
from netgrade.report.figures import BoundaryFigure, PlaneFigure
from netgrade.report.text import percent, plural


@drawn.register
def _boundary(figure: BoundaryFigure) -> Figure:
    canvas = Canvas(figsize=(2.7, 2.6))
    axes = canvas.add_axes((0.16, 0.16, 0.8, 0.8))
    shade(axes, np.array(figure.values), figure.box)
    for x, y, label in figure.points:
        axes.plot(x, y, "s" if label else "o", color=BLUE if label else PAPER, markeredgecolor=INK, markersize=9)
        axes.annotate(str(label), (x, y), (8, 6), textcoords="offset points", fontsize=8, weight="bold")
    axes.set(xlabel=say("input {number}").format(number=1), ylabel=say("input {number}").format(number=2))
    if {p[0] for p in figure.points} <= {0, 1}:
        axes.set(xticks=[0, 1], yticks=[0, 1])
    return canvas


@drawn.register
def _plane(figure: PlaneFigure) -> Figure:
    count = len(figure.epochs)
    canvas = Canvas(figsize=(6.3, 6.3 / max(count, 5) + 0.42))
    row = canvas.subplots(1, count, squeeze=False)[0]
    canvas.subplots_adjust(left=0.005, right=0.995 * count / max(count, 5), bottom=0.13, top=0.86, wspace=0.08)
    points = np.array(figure.points).reshape(-1, 3)  # x, y, class
    for axes, epoch, error, answers in zip(row, figure.epochs, figure.errors, figure.percent, strict=True):
        shade(axes, np.array(answers) - 50.0, figure.box)
        for label, mark, color in ((0, "o", PAPER), (1, "s", BLUE)):
            shown = points[points[:, 2] == label]
            axes.plot(shown[:, 0], shown[:, 1], mark, color=color, markeredgecolor=MUTED, markeredgewidth=0.3,
                      markersize=2)  # fmt: skip
        axes.set_title(plural(epoch, "{number} epoch", "{number} epochs"), fontsize=7.5, pad=3)
        axes.set_xlabel(say("error {error}").format(error=percent(error)), fontsize=7.5, labelpad=3)
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(True)
    return canvas


def shade(axes: Axes, values: np.ndarray, box: tuple[float, float, float, float]) -> None:
    """Shade where `values`, (rows from below, columns), are positive, and draw the line between."""
    across, up = np.linspace(*box[:2], values.shape[1]), np.linspace(*box[2:], values.shape[0])
    axes.contourf(across, up, values, levels=[-np.inf, 0, np.inf], colors=[PAPER, SIDE])
    if (values > 0).any() and (values <= 0).any():
        axes.contour(across, up, values, levels=[0], colors=[INK], linewidths=1.0)
    axes.set(xlim=box[:2], ylim=box[2:])
