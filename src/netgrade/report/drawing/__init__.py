"""Drawing: matplotlib makes each figure an SVG in one style; the same data gives the same bytes.

Each module registers how its classes of figures are drawn.
"""

import base64
import io
from functools import lru_cache

import matplotlib
from matplotlib.figure import Figure
from matplotlib.ticker import ScalarFormatter

from netgrade.garbage import take_apart
from netgrade.language import Language, in_force, localised
from netgrade.report.drawing import (  # noqa: F401 - they register their drawings
    classroom,
    clock,
    confusion,
    inside,
    measured,
    planes,
    probabilities,
    variants,
)
from netgrade.report.drawing.canvas import known_words
from netgrade.report.drawing.compact import compact
from netgrade.report.drawing.style import STYLE, drawn
from netgrade.report.figures import AnyFigure


def svg(figure: AnyFigure) -> bytes:
    """Draw a figure, with its words in the language of the page."""
    return _svg(figure, in_force())


@lru_cache(maxsize=512)
def _svg(figure: AnyFigure, language: Language) -> bytes:
    """Students who share a plan share its figures: each is drawn once a process, in each language."""
    with matplotlib.rc_context(STYLE), known_words(), io.BytesIO() as file:
        canvas = drawn(figure)
        _localise(canvas)
        canvas.savefig(file, format="svg", dpi=144, metadata={"Date": None, "Creator": None})
        for axes in canvas.axes:
            take_apart([*axes.get_children(), axes])
        take_apart([canvas])
        return compact(file.getvalue())


class _Numbers(ScalarFormatter):
    """matplotlib's own numbers along an axis, in the way of the language."""

    def __call__(self, value: float, position: int | None = None) -> str:
        """The label of one tick."""
        return localised(super().__call__(value, position))


def _localise(canvas: Figure) -> None:
    """Axes that no drawing gave numbers of its own would have a point in every language."""
    for axes in canvas.axes:
        for axis in (axes.xaxis, axes.yaxis):
            if type(axis.get_major_formatter()) is ScalarFormatter:
                axis.set_major_formatter(_Numbers())


def data_uri(figure: AnyFigure) -> str:
    """The drawn figure as a `data:` URI for an `img` element."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg(figure)).decode()
