"""Paper: WeasyPrint's PDF of a page, without three pieces of work that take a quarter of its time here.

They reach into WeasyPrint's own modules, hence the upper bound of its version. A PDF looks the same without them, and
words of charts are found, and read out, as words.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import tinyhtml5
from cssselect2 import ElementWrapper
from weasyprint import CSS, HTML, svg
from weasyprint.css.properties import INITIAL_VALUES
from weasyprint.draw.text import draw_emojis, draw_first_line
from weasyprint.html import UA, UA_COUNTER_STYLE
from weasyprint.matrix import Matrix
from weasyprint.svg.text import Style, TextBox
from weasyprint.svg.utils import color, size
from weasyprint.text.fonts import FontConfiguration
from weasyprint.text.line_break import split_first_line
from weasyprint.urls import URLFetcher

from netgrade.report.tagging import complete_tags

NOTES = re.compile(r"^::(footnote|note)-.*$", re.MULTILINE)
"""Rules for the marks of footnotes: they give each element five more styles, and these pages have no footnotes."""

BEFORE = {"middle": 0.5, "end": 1.0}
"""The share of a text that lies before its place, by its anchor."""

_FETCHER = URLFetcher(allowed_protocols=("data",))
_RULES = NOTES.sub("", UA).replace("::marker", "li::marker")
_USER_AGENT = CSS(string=_RULES, counter_style=UA_COUNTER_STYLE, url_fetcher=_FETCHER)


def write_pdf(html: str, path: Path) -> None:
    """Write a page as a tagged PDF. It may load nothing that is not inside it."""
    document = _Document(html)
    with _text_in_runs():
        document.write_pdf(path, finisher=complete_tags, font_config=FontConfiguration(), pdf_variant="pdf/ua-1")


class _Document(HTML):  # type: ignore[misc]
    """A page that is read as XML, as our templates are, and laid out by fewer rules for HTML than WeasyPrint has."""

    def __init__(self, html: str) -> None:
        self.base_url, self.media_type, self.url_fetcher = None, "print", _FETCHER
        self.wrapper_element = ElementWrapper.from_html_root(_read(html), content_language=None)
        self.etree_element = self.wrapper_element.etree_element

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return [_USER_AGENT]


def _read(html: str) -> Element:
    """The tree of a page: by the parser of XML in a thirtieth of the time, else by that of HTML."""
    try:
        return ElementTree.fromstring(html)
    except ElementTree.ParseError:
        tree: Element = tinyhtml5.parse(html, namespace_html_elements=False)
        return tree


@contextmanager
def _text_in_runs() -> Iterator[None]:
    """Draw each text of a chart in one piece.

    WeasyPrint draws them letter by letter, because SVG allows each letter a place of its own. Ours share one.
    """
    by_letter, svg.TAGS["text"] = svg.TAGS["text"], _draw_run
    try:
        yield
    finally:
        svg.TAGS["text"] = by_letter


def _draw_run(image: Any, node: Any, font_size: float) -> None:
    """Draw one text node of an image, filled and without an outline; WeasyPrint has set its transformation already."""
    fill = node.get_paint("fill")[1]
    if not (node.text and fill):
        return
    style = _style(node, font_size, image.font_config)
    layout, _, _, width, height, baseline = split_first_line(node.text, style, image.context, inf, 0)
    x = size(node.get("x"), font_size, image.inner_width) - width * BEFORE.get(node.get("text-anchor"), 0)
    y = size(node.get("y"), font_size, image.inner_height)
    node.text_bounding_box = x, y - baseline, width, height
    image.stream.set_color(color(fill))
    image.stream.begin_text()
    layout.reactivate(style)
    emojis = draw_first_line(image.stream, TextBox(layout, style), "none", "none", Matrix(d=-1, e=x, f=y))
    image.stream.end_text()
    draw_emojis(image.stream, style, x, y, emojis)


def _style(node: Any, font_size: float, fonts: FontConfiguration) -> Style:
    """What WeasyPrint lays out text by: the font of the node, and its initial values for all else."""
    style = Style(INITIAL_VALUES)
    style.font_config = fonts
    weight = node.get("font-weight", "normal")
    style.update(
        font_family=[name.strip("\"' ") for name in node.get("font-family", "sans-serif").split(",")],
        font_style=node.get("font-style", "normal"),
        font_weight={"normal": 400, "bold": 700}.get(weight) or int(weight),
        font_size=font_size,
    )
    return style
