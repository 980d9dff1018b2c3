"""Drawings of what was measured of one model: its interval, its learning curves, its calibration."""

from matplotlib.figure import Figure

from netgrade.language import say
from netgrade.report.drawing.palette import BLUE, INK, MET, MUTED, ORANGE, RULE
from netgrade.report.drawing.style import (
    OVER_LINES,
    axes_with,
    count_along,
    drawn,
    guide,
    interval_axes,
    loss_and_score_axes,
    percent_along,
    percent_up,
    seeds_and_mean,
)
from netgrade.report.figures import CurvesFigure, IntervalFigure, ReliabilityFigure
from netgrade.report.text import count, percent


@drawn.register
def _interval(figure: IntervalFigure) -> Figure:
    label = percent(figure.threshold)
    canvas, axes = interval_axes(figure.measured, figure.reference, figure.threshold, label, "center")
    values = [figure.threshold, *figure.measured, *(figure.reference or ())]
    low, high = max(0.0, min(values) - 0.04), min(1.0, max(values) + 0.04)
    axes.axvspan(figure.threshold, low if figure.below else high, color=MET, linewidth=0)
    axes.set_xlim(low, high)
    percent_along(axes)
    return canvas


@drawn.register
def _curves(figure: CurvesFigure) -> Figure:
    canvas, left, right = loss_and_score_axes()
    epochs = figure.epochs or range(1, max(map(len, figure.loss), default=0) + 1)
    seeds_and_mean(left, epochs, figure.loss, BLUE, "-", say("training"))
    seeds_and_mean(left, epochs, figure.val_loss, ORANGE, (0, (4, 1.5)), say("validation"))
    seeds_and_mean(right, epochs, figure.accuracy, BLUE, "-", say("training"))
    seeds_and_mean(right, epochs, figure.val_accuracy, ORANGE, (0, (4, 1.5)), say("validation"))
    if figure.test_accuracy is not None:
        last = epochs[-1] if epochs else 1
        right.plot(last, figure.test_accuracy, "D", color=INK, markersize=4.5, label=say("test"), clip_on=False)
    left.set(xlabel=say("epoch"), ylabel=say("loss"))
    right.set(xlabel=say("epoch"), ylabel=say("accuracy"))
    percent_up(right)
    for axes in (left, right):
        if figure.epochs:
            axes.set_xscale("log")
            axes.xaxis.set_major_formatter(lambda value, _: count(value))
        else:
            count_along(axes)
        axes.grid(axis="y", color=RULE, linewidth=0.4)
        axes.set_axisbelow(True)
    guide(left, right, figure.guides)
    right.legend(loc="best" if figure.epochs else "lower right", ncols=2, columnspacing=1.2, **OVER_LINES)
    return canvas


@drawn.register
def _reliability(figure: ReliabilityFigure) -> Figure:
    canvas, axes = axes_with(2.4, 2.2, left=0.6, bottom=0.4)
    axes.plot([0, 1], [0, 1], color=MUTED, linewidth=0.8, linestyle=(0, (1, 2)))
    axes.plot(figure.confidence, figure.accuracy, color=BLUE, linewidth=1.2)
    most = max(figure.images, default=1)
    axes.scatter(figure.confidence, figure.accuracy, s=[6 + 50 * n / most for n in figure.images], color=BLUE, zorder=3)
    axes.set(xlim=(0, 1.02), ylim=(0, 1.02), xlabel=say("mean confidence"), ylabel=say("accuracy"), aspect="equal")
    percent_along(axes)
    percent_up(axes)
    return canvas
