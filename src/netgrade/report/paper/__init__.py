"""Paper: WeasyPrint's PDF of a page, without the pieces of its work that these pages do not need.

They take a third of its time. A PDF looks the same without them, and words of charts are found, and read out, as words.
Leaving them out reaches into WeasyPrint's own modules, hence the upper bound of its version.
"""

import re
from functools import lru_cache
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import tinyhtml5
from cssselect2 import ElementWrapper
from weasyprint import CSS, HTML
from weasyprint.html import UA, UA_COUNTER_STYLE
from weasyprint.images import SVGImage
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from netgrade.garbage import take_apart
from netgrade.report.paper.shortcuts import shortcuts
from netgrade.report.paper.tagging import complete_tags

NOTES = re.compile(r"^::(footnote|note)-.*$", re.MULTILINE)
"""Rules for the marks of footnotes: they give each element five more styles, and these pages have no footnotes."""

_FETCHER = URLFetcher(allowed_protocols=("data",))
_RULES = NOTES.sub("", UA).replace("::marker", "li::marker")
_USER_AGENT = CSS(string=_RULES, counter_style=UA_COUNTER_STYLE, url_fetcher=_FETCHER)


def write_pdf(html: str, path: Path) -> None:
    """Write a page as a tagged PDF. It may load nothing that is not inside it."""
    document, images = _Document(html), dict[str, object]()
    with shortcuts():
        document.write_pdf(
            path, finisher=complete_tags, font_config=FontConfiguration(), pdf_variant="pdf/ua-1",
            stylesheets=document.stylesheets, cache=images,
        )  # fmt: skip
    # A chart keeps itself, and the layout of the whole page, which keeps all charts.
    charts = [image for image in images.values() if isinstance(image, SVGImage)]
    take_apart({chart._context for chart in charts} | {chart._svg for chart in charts})


class _Document(HTML):  # type: ignore[misc]
    """A page that is read as XML, as our templates are, and laid out by fewer rules for HTML than WeasyPrint has."""

    def __init__(self, html: str) -> None:
        self.base_url, self.media_type, self.url_fetcher = None, "print", _FETCHER
        self.etree_element = _read(html)
        self.stylesheets = [_stylesheet(style) for style in self.etree_element.iter("style")]
        self.wrapper_element = ElementWrapper.from_html_root(self.etree_element, content_language=None)

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return [_USER_AGENT]


def _read(html: str) -> Element:
    """The tree of a page: by the parser of XML in a thirtieth of the time, else by that of HTML."""
    try:
        return ElementTree.fromstring(html)
    except ElementTree.ParseError:
        tree: Element = tinyhtml5.parse(html, namespace_html_elements=False)
        return tree


def _stylesheet(style: Element) -> CSS:
    """The rules of an element, which has none afterwards."""
    css, style.text = style.text or "", ""
    return _rules(css)


@lru_cache(maxsize=4)
def _rules(css: str) -> CSS:
    """All pages of a class have the same, and reading them takes as long as a third of a page does."""
    return CSS(string=css, url_fetcher=_FETCHER)
