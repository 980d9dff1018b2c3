"""Texts of charts on paper, each in one piece.

WeasyPrint draws them letter by letter, because SVG allows each letter a place of its own. Ours share one.
"""

from math import inf
from typing import Any, NamedTuple

from weasyprint.css.properties import INITIAL_VALUES
from weasyprint.draw.text import draw_emojis, draw_first_line
from weasyprint.matrix import Matrix
from weasyprint.svg.text import Style, TextBox
from weasyprint.svg.utils import color, size
from weasyprint.text.line_break import Layout, split_first_line

BEFORE = {"middle": 0.5, "end": 1.0}
"""The share of a text that lies before its place, by its anchor."""

FONT = {"font-family": "sans-serif", "font-style": "normal", "font-weight": "normal"}
"""What a text is set in if it says nothing else."""

WEIGHTS = {"normal": 400, "bold": 700}


class _SetText(NamedTuple):
    """A text, laid out; lengths are in pixels of CSS."""

    layout: Layout
    style: Style
    width: float
    height: float
    baseline: float


class Texts:
    """Texts of the charts of one page: the same few stand in most of them, and are laid out once."""

    def __init__(self) -> None:
        self._set: dict[tuple[Any, ...], _SetText] = {}

    def draw(self, image: Any, node: Any, font_size: float) -> None:
        """Draw one text node of an image, filled and without an outline; its transformation is in force already."""
        fill = node.get_paint("fill")[1]
        if not (node.text and fill):
            return
        text = self._laid_out(image, node, font_size)
        x = size(node.get("x"), font_size, image.inner_width) - text.width * BEFORE.get(node.get("text-anchor"), 0)
        y = size(node.get("y"), font_size, image.inner_height)
        node.text_bounding_box = x, y - text.baseline, text.width, text.height
        image.stream.set_color(color(fill))
        image.stream.begin_text()
        text.layout.reactivate(text.style)
        box = TextBox(text.layout, text.style)
        emojis = draw_first_line(image.stream, box, "none", "none", Matrix(d=-1, e=x, f=y))
        image.stream.end_text()
        draw_emojis(image.stream, text.style, x, y, emojis)

    def _laid_out(self, image: Any, node: Any, font_size: float) -> _SetText:
        look = (node.text, font_size, *(node.get(name, value) for name, value in FONT.items()))
        if look not in self._set:
            style = _style(image.font_config, *look[1:])
            layout, _, _, *measures = split_first_line(node.text, style, image.context, inf, 0)
            self._set[look] = _SetText(layout, style, *measures)
        return self._set[look]


def _style(fonts: Any, font_size: float, family: str, slant: str, weight: str) -> Style:
    """What WeasyPrint lays out text by: the font, and initial values for all else."""
    style = Style(INITIAL_VALUES)
    style.font_config = fonts
    style.update(
        font_family=[name.strip("\"' ") for name in family.split(",")],
        font_style=slant,
        font_weight=WEIGHTS.get(weight) or int(weight),
        font_size=font_size,
    )
    return style
