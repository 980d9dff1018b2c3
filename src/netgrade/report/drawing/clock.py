"""The figures of a task that tells the time, drawn as the other figures are."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from netgrade.clockfaces import Line
from netgrade.language import localised, say
from netgrade.report.drawing.canvas import Canvas
from netgrade.report.drawing.palette import BLUE, HANDS, INK, MET, ORANGE, PAPER, RULE
from netgrade.report.drawing.style import (
    OVER_LINES,
    axes_with,
    count_along,
    drawn,
    guide,
    interval_axes,
    loss_and_score_axes,
    seeds_and_mean,
)
from netgrade.report.figures.clock import (
    DialsFigure,
    ErrorCurvesFigure,
    ErrorHistogramFigure,
    ErrorIntervalFigure,
)

DASHES = (0, (3, 1.4))


@drawn.register
def _interval(figure: ErrorIntervalFigure) -> Figure:
    most = max(figure.threshold, figure.measured[2], *(figure.reference or ())[2:]) * 1.1
    side = "right" if figure.threshold > most / 2 else "left"
    label = localised(f"{figure.threshold:g} min")
    canvas, axes = interval_axes(figure.measured, figure.reference, figure.threshold, label, side)
    axes.axvspan(0, figure.threshold, color=MET, linewidth=0)
    axes.set_xlim(0, most)
    axes.xaxis.set_major_formatter(lambda value, _: localised(f"{value:g} min"))
    return canvas


@drawn.register
def _curves(figure: ErrorCurvesFigure) -> Figure:
    canvas, left, right = loss_and_score_axes()
    epochs = range(1, max(map(len, figure.loss), default=0) + 1)
    pairs = ((left, figure.loss, figure.val_loss), (right, figure.error, figure.val_error))
    for axes, training, validation in pairs:
        seeds_and_mean(axes, epochs, training, BLUE, "-", say("training"))
        seeds_and_mean(axes, epochs, validation, ORANGE, (0, (4, 1.5)), say("validation"))
        count_along(axes)
        axes.grid(axis="y", color=RULE, linewidth=0.4)
        axes.set_axisbelow(True)
        axes.set_xlabel(say("epoch"))
    if figure.test_error is not None:
        last = max(map(len, figure.error), default=1)
        right.plot(last, figure.test_error, "D", color=INK, markersize=4.5, label=say("test"), clip_on=False)
    left.set_ylabel(say("loss"))
    guide(left, right, figure.guides)
    right.set(ylabel=say("error in minutes"), ylim=(0, None))
    right.legend(loc="upper right", ncols=2, columnspacing=1.2, **OVER_LINES)
    return canvas


@drawn.register
def _histogram(figure: ErrorHistogramFigure) -> Figure:
    canvas, axes = axes_with(6.3, 1.7, left=0.55, bottom=0.4)
    starts = np.arange(len(figure.shares)) * figure.step
    axes.bar(starts, np.array(figure.shares) * 100, width=figure.step, align="edge", color=BLUE,
             edgecolor=PAPER, linewidth=0.4)  # fmt: skip
    axes.axvline(figure.median, color=INK, linewidth=1, linestyle=DASHES)
    median = say("dashed: median {median}").format(median=localised(f"{figure.median:g} min"))
    axes.text(0.99, 0.96, median, transform=axes.transAxes, ha="right", va="top",
              fontsize=7.5)  # fmt: skip
    axes.set(xlim=(0, 360), xlabel=say("error in minutes"), ylabel=say("% of clocks"))
    axes.set_xticks(range(0, 361, 60))
    return canvas


@drawn.register
def _dials(figure: DialsFigure) -> Figure:
    count = len(figure.dials)
    canvas = Canvas(figsize=(6.3, 2.75))
    panels = canvas.subplots(2, count, squeeze=False)
    canvas.subplots_adjust(left=0.01, right=0.99, bottom=0.16, top=0.93, wspace=0.06, hspace=0.06)
    for (above, below), dial in zip(panels.T, figure.dials, strict=True):
        pixels = np.frombuffer(dial.picture, np.uint8).reshape(dial.size, dial.size)
        for axes in (above, below):
            axes.imshow(pixels, cmap="gray", vmin=0, vmax=255, interpolation="none", extent=(-1, 1, 1, -1))
            axes.set_axis_off()
        above.set_title(say("image {number}").format(number=dial.index), fontsize=7.5, pad=2)
        # Rims first, and the predicted hands slimmer: where both lie on each other, both are seen.
        for hands in (dial.true, dial.predicted):
            _draw_hands(below, hands, PAPER, "-", 1.4)
        _draw_hands(below, dial.true, HANDS[0], "-", 0.3)
        _draw_hands(below, dial.predicted, HANDS[1], DASHES, -0.7)
        caption = say("{true}, read {predicted}").format(true=dial.shown, predicted=dial.read)
        below.text(0, 1.06, caption, ha="center", va="top", fontsize=7)
    legend = [
        Line2D([], [], color=HANDS[0], linewidth=2, label=say("true time")),
        Line2D([], [], color=HANDS[1], linewidth=2, linestyle=DASHES, label=say("as it was read")),
    ]
    canvas.legend(handles=legend, loc="lower center", ncols=2)
    return canvas


def _draw_hands(axes: Axes, hands: tuple[Line, Line], color: str, dash: Any, wider: float) -> None:
    """The hour hand thick, the minute hand thin."""
    for ((x, y), (to_x, to_y)), width in zip(hands, (3.0, 1.8), strict=True):
        axes.plot([x, to_x], [y, to_y], color=color, linewidth=width + wider, linestyle=dash, solid_capstyle="round")
