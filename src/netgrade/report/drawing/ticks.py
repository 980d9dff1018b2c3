"""Ticks: what stands along an axis, as one path of marks and a text for each label.

matplotlib makes five artists of each tick, which take half of the time of a drawing. Where the ticks are and what they
say is matplotlib's own, by the axis's locator and formatter.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import rcParams
from matplotlib.artist import Artist
from matplotlib.axis import Axis, XAxis
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter, FixedLocator
from matplotlib.transforms import IdentityTransform
from numpy.typing import NDArray

TOLERANCE = 0.5
"""Pixels beyond the end of an axis where a tick is still drawn, as matplotlib has it."""


def name_ticks(axis: Axis, names: Sequence[str], **look: Any) -> None:
    """One tick for each name, at 0, 1 and so on; `look` is what `tick_params` takes."""
    axis.set_major_locator(FixedLocator(range(len(names))))
    axis.set_major_formatter(FixedFormatter(names))
    axis.set_tick_params(**look)


def lighten_ticks(canvas: Figure) -> None:
    """Draw the ticks of a finished figure with fewer artists; the picture stays as it is."""
    for axes in canvas.axes:
        for axis in (axes.xaxis, axes.yaxis) if axes.axison else ():
            axes.add_artist(Ticks(axis, canvas))
            axis.set_visible(False)


class Ticks(Artist):
    """Grid, marks, labels and the name of one axis, below the axes or left of them."""

    def __init__(self, axis: Axis, canvas: Figure) -> None:
        super().__init__()
        self._axis, self._canvas = axis, canvas
        self._along = 0 if isinstance(axis, XAxis) else 1
        self.set_zorder(axis.get_zorder())

    def draw(self, renderer: Any) -> None:
        """Draw them, from the locator's ticks that are in view."""
        axis, look = self._axis, self._look("major")
        shown = axis.get_majorticklocs()
        labels = axis.get_major_formatter().format_ticks(list(shown))
        places, inside = self._in_view(shown)
        if look["gridOn"]:
            self._lines(renderer, places, look["grid_color"], look["grid_linewidth"])
        self._lines(renderer, places, look["color"], look["width"], look["length"])
        minor, finer = self._look("minor"), self._in_view(axis.get_minorticklocs())[0]
        self._lines(renderer, finer, minor["color"], minor["width"], minor["length"])
        written = [label for label, is_inside in zip(labels, inside, strict=True) if is_inside]
        edge = self._labels(renderer, places, written, look)
        self._name(renderer, edge)

    def _look(self, which: Any) -> dict[str, Any]:
        """Parameters of the ticks, in points; those that nobody set are the style's."""
        letter = "xy"[self._along]
        style = {"length": f"{which}.size", "width": f"{which}.width", "pad": f"{which}.pad", "color": "color",
                 "labelsize": "labelsize", "labelcolor": "labelcolor"}  # fmt: skip
        defaults = {name: rcParams[f"{letter}tick.{key}"] for name, key in style.items()}
        return defaults | {"gridOn": False, "rotation": 0} | self._axis.get_tick_params(which)

    def _in_view(self, ticks: Any) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Pixels of the ticks in view along the axis, and which of the `ticks` they are."""
        axes = self._axis.axes
        data = np.zeros((len(ticks), 2))
        data[:, self._along] = ticks
        pixels = (axes.get_yaxis_transform() if self._along else axes.get_xaxis_transform()).transform(data)
        low, high = axes.bbox.get_points()[:, self._along]
        places = pixels[:, self._along]
        inside = (low - TOLERANCE <= places) & (places <= high + TOLERANCE)
        return places[inside], inside

    def _lines(
        self, renderer: Any, places: NDArray[np.float64], color: str, width: float, length: float | None = None
    ) -> None:
        """Lines at the places: marks outside the axes that are `length` points long, or a grid across them."""
        if not len(places) or length == 0:
            return
        start, end = self._axis.axes.bbox.get_points()[:, 1 - self._along]
        end = end if length is None else start - renderer.points_to_pixels(length)
        vertices = np.empty((len(places), 2, 2))  # (line, its end, (x, y))
        vertices[:, :, self._along] = places[:, None]
        vertices[:, :, 1 - self._along] = start, end
        context = renderer.new_gc()
        context.set_foreground(color)
        context.set_linewidth(renderer.points_to_pixels(width))
        codes = [Path.MOVETO, Path.LINETO] * len(places)
        renderer.draw_path(context, Path(vertices.reshape(-1, 2), codes), IdentityTransform())
        context.restore()

    def _labels(self, renderer: Any, places: NDArray[np.float64], labels: Sequence[str], look: dict[str, Any]) -> float:
        """Write them; the outer edge of all of them, in pixels."""
        edge = float(self._axis.axes.bbox.get_points()[0, 1 - self._along])
        beside = edge - renderer.points_to_pixels(look["length"] + look["pad"])
        for place, label in zip(places, labels, strict=True):
            text = Text(0, 0, label, color=look["labelcolor"], fontsize=look["labelsize"], rotation=look["rotation"])
            if self._along:
                text.set(position=(beside, place), ha="right", va="center_baseline")
            else:
                text.set(position=(place, beside), ha="center", va="top")
            text.set_figure(self._canvas)
            text.draw(renderer)
            edge = min(edge, float(text.get_window_extent(renderer).get_points()[0, 1 - self._along]))
        return edge

    def _name(self, renderer: Any, edge: float) -> None:
        """The name of the axis beyond its labels, and the power of ten that they leave out."""
        axis = self._axis
        name, offset = axis.get_label(), axis.get_offset_text()
        away = edge - renderer.points_to_pixels(axis.labelpad)
        (name.set_x if self._along else name.set_y)(away)
        name.draw(renderer)
        offset.set_text(axis.get_major_formatter().get_offset())
        if self._along:
            offset.set_y(axis.axes.bbox.ymax + renderer.points_to_pixels(axis.OFFSETTEXTPAD))
        else:
            offset.set_y(edge - renderer.points_to_pixels(axis.OFFSETTEXTPAD))
        offset.draw(renderer)
