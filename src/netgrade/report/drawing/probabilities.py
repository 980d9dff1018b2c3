"""The bars of class probabilities, drawn as the other figures are."""

from matplotlib.figure import Figure

from netgrade.report.drawing.canvas import Canvas, name_ticks
from netgrade.report.drawing.palette import BLUE, INK
from netgrade.report.drawing.style import drawn
from netgrade.report.figures import ProbabilitiesFigure
from netgrade.report.text import percent


@drawn.register
def _probabilities(figure: ProbabilitiesFigure) -> Figure:
    canvas = Canvas(figsize=(4.7, 0.85))
    axes = canvas.add_axes((0.01, 0.22, 0.98, 0.62))
    places = range(len(figure.classes))
    axes.bar(places, figure.values, color=BLUE, width=0.7)
    axes.set(ylim=(0, 1), xlim=(-0.6, len(figure.classes) - 0.4))
    for place, value in zip(places, figure.values, strict=True):
        axes.text(place, value + 0.03, percent(value, 0), ha="center", va="bottom", fontsize=6.5, color=INK)
    name_ticks(axes.xaxis, figure.classes, length=0, labelsize=7)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    return canvas
