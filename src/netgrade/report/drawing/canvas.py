"""A canvas whose axes draw what stands along them as one path of marks and a text for each label.

matplotlib makes five artists of each tick, and some before there is any: they take half of the time of a drawing. Where
the ticks are and what they say is matplotlib's own, by the axis's locator and formatter.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from matplotlib import rcParams
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis, XAxis, YAxis
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter, FixedLocator
from matplotlib.transforms import IdentityTransform
from numpy.typing import NDArray

TOLERANCE = 0.5
"""Pixels beyond the end of an axis where a tick is still drawn, as matplotlib has it."""


Word = tuple[float, float, str, str]
"""Where it stands, what it says, and its colour."""


def name_ticks(axis: Axis, names: Sequence[str], **look: Any) -> None:
    """One tick for each name, at 0, 1 and so on; `look` is what `tick_params` takes."""
    axis.set_major_locator(FixedLocator(range(len(names))))
    axis.set_major_formatter(FixedFormatter(names))
    axis.set_tick_params(**look)


_worked_out = Text._get_layout  # type: ignore[attr-defined]
_known: dict[tuple[Any, ...], Any] = {}


@contextmanager
def known_words() -> Iterator[None]:
    """Work out once a process where words lie beside their point: the same few stand in most charts."""
    Text._get_layout = _layout  # type: ignore[attr-defined]
    try:
        yield
    finally:
        Text._get_layout = _worked_out  # type: ignore[attr-defined]


def _layout(text: Any, renderer: Any) -> Any:
    look = (text.get_text(), *text.get_fontfamily(), text.get_fontsize(), text.get_fontweight(), text.get_fontstyle(),
            text.get_rotation(), text.get_ha(), text.get_va(), text.get_figure(root=True).dpi)  # fmt: skip
    if look not in _known:
        _known[look] = _worked_out(text, renderer)
    return _known[look]


class _Words(Artist):
    """Words of one size, each centred on its point."""

    zorder = Text.zorder

    def __init__(self, words: Sequence[Word], size: float) -> None:
        super().__init__()
        self._words, self._size = words, size

    def draw(self, renderer: Any) -> None:
        """Draw them by a single text, which goes from point to point."""
        assert self.axes
        text = Text(fontsize=self._size, ha="center", va="center")
        text.set_figure(self.axes.figure)
        points = self.axes.transData.transform(np.reshape([word[:2] for word in self._words], (-1, 2)))
        for point, (_, _, word, color) in zip(points, self._words, strict=True):
            text.set_position(point)
            text.set_text(word)
            text.set_color(color)
            text.draw(renderer)


def write_centred(axes: Axes, words: Sequence[Word], size: float) -> None:
    """Write words (x, y, word, colour) of `size` points, each centred on its point: cheaper than a text for each."""
    axes.add_artist(_Words(words, size))


class _FewArtists:
    """Grid, marks, labels and the name of an axis, below the axes or left of them; there are no ticks as objects."""

    majorTicks: Any = ()
    minorTicks: Any = ()
    along: int
    """0 where it is the horizontal axis, 1 where it is the vertical one."""

    def get_major_ticks(self, numticks: int | None = None) -> list[Any]:
        """None, however many are asked for."""
        return []

    def get_minor_ticks(self, numticks: int | None = None) -> list[Any]:
        """None, however many are asked for."""
        return []

    def draw(self: Any, renderer: Any) -> None:
        """Draw them, from the locator's ticks that are in view."""
        if not self.get_visible():
            return
        look = self._look("major")
        shown = self.get_majorticklocs()
        labels = self.get_major_formatter().format_ticks(list(shown))
        places, inside = self._in_view(shown)
        if look["gridOn"]:
            self._lines(renderer, places, look["grid_color"], look["grid_linewidth"])
        self._lines(renderer, places, look["color"], look["width"], look["length"])
        minor, finer = self._look("minor"), self._in_view(self.get_minorticklocs())[0]
        self._lines(renderer, finer, minor["color"], minor["width"], minor["length"])
        written = [label for label, is_inside in zip(labels, inside, strict=True) if is_inside]
        edge = self._labels(renderer, places, written, look)
        self._name(renderer, edge)

    def _look(self: Any, which: Any) -> dict[str, Any]:
        """Parameters of the ticks, in points; those that nobody set are the style's."""
        letter = "xy"[self.along]
        style = {"length": f"{which}.size", "width": f"{which}.width", "pad": f"{which}.pad", "color": "color",
                 "labelsize": "labelsize", "labelcolor": "labelcolor"}  # fmt: skip
        defaults = {name: rcParams[f"{letter}tick.{key}"] for name, key in style.items()}
        set_by_hand: dict[str, Any] = self.get_tick_params(which)
        grid = {"gridOn": False, "grid_color": rcParams["grid.color"], "grid_linewidth": rcParams["grid.linewidth"]}
        return defaults | grid | {"rotation": 0} | set_by_hand

    def _in_view(self: Any, ticks: Any) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Pixels of the ticks in view along the axis, and which of the `ticks` they are."""
        axes = self.axes
        data = np.zeros((len(ticks), 2))
        data[:, self.along] = ticks
        pixels = (axes.get_yaxis_transform() if self.along else axes.get_xaxis_transform()).transform(data)
        low, high = axes.bbox.get_points()[:, self.along]
        places = pixels[:, self.along]
        inside = (low - TOLERANCE <= places) & (places <= high + TOLERANCE)
        return places[inside], inside

    def _lines(
        self: Any, renderer: Any, places: NDArray[np.float64], color: str, width: float, length: float | None = None
    ) -> None:
        """Lines at the places: marks outside the axes that are `length` points long, or a grid across them."""
        if not len(places) or length == 0:
            return
        start, end = self.axes.bbox.get_points()[:, 1 - self.along]
        end = end if length is None else start - renderer.points_to_pixels(length)
        vertices = np.empty((len(places), 2, 2))  # (line, its end, (x, y))
        vertices[:, :, self.along] = places[:, None]
        vertices[:, :, 1 - self.along] = start, end
        context = renderer.new_gc()
        context.set_foreground(color)
        context.set_linewidth(renderer.points_to_pixels(width))
        codes = [Path.MOVETO, Path.LINETO] * len(places)
        renderer.draw_path(context, Path(vertices.reshape(-1, 2), codes), IdentityTransform())
        context.restore()

    def _labels(
        self: Any, renderer: Any, places: NDArray[np.float64], labels: Sequence[str], look: dict[str, Any]
    ) -> float:
        """Write them; the outer edge of all of them, in pixels."""
        edge = float(self.axes.bbox.get_points()[0, 1 - self.along])
        beside = edge - renderer.points_to_pixels(look["length"] + look["pad"])
        aligned: Any = {"ha": "right", "va": "center_baseline"} if self.along else {"ha": "center", "va": "top"}
        text = Text(color=look["labelcolor"], fontsize=look["labelsize"], rotation=look["rotation"], **aligned)
        text.set_figure(self.get_figure(root=False))
        for place, label in zip(places, labels, strict=True):
            text.set_position((beside, place) if self.along else (place, beside))
            text.set_text(label)
            text.draw(renderer)
            edge = min(edge, float(text.get_window_extent(renderer).get_points()[0, 1 - self.along]))
        return edge

    def _name(self: Any, renderer: Any, edge: float) -> None:
        """The name of the axis beyond its labels, and the power of ten that they leave out."""
        name, offset = self.get_label(), self.get_offset_text()
        away = edge - renderer.points_to_pixels(self.labelpad)
        (name.set_x if self.along else name.set_y)(away)
        name.draw(renderer)
        offset.set_text(self.get_major_formatter().get_offset())
        if self.along:
            offset.set_y(self.axes.bbox.ymax + renderer.points_to_pixels(self.OFFSETTEXTPAD))
        else:
            offset.set_y(edge - renderer.points_to_pixels(self.OFFSETTEXTPAD))
        offset.draw(renderer)


class _Along(_FewArtists, XAxis):
    along = 0


class _Up(_FewArtists, YAxis):
    along = 1


class _ChartAxes(Axes):
    """Rectangular axes that are drawn with few artists."""

    def _init_axis(self) -> None:
        self.xaxis, self.yaxis = _Along(self, clear=False), _Up(self, clear=False)
        for side, axis in zip(("bottom", "top", "left", "right"), [self.xaxis] * 2 + [self.yaxis] * 2, strict=True):
            self.spines[side].register_axis(axis)
            self.spines[side].set_position(("outward", 0))  # else the first tick would place it


class Canvas(Figure):
    """A figure with such axes."""

    def add_axes(self, *place: Any, **options: Any) -> Axes:
        """Add axes, as `Figure.add_axes` does."""
        return super().add_axes(*place, axes_class=_ChartAxes, **options)

    def add_subplot(self, *place: Any, **options: Any) -> Axes:
        """Add axes in a grid, as `Figure.add_subplot` does."""
        axes: Axes = super().add_subplot(*place, axes_class=_ChartAxes, **options)
        return axes
