"""Shortcuts: what takes the place of pieces of WeasyPrint, and of the PDF writer below it, while a page is written."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import pydyf
from weasyprint import svg
from weasyprint.layout import inline, preferred
from weasyprint.text import line_break

from netgrade.report.paper.charts import Texts
from netgrade.report.paper.lines import KeptLayout, Lines

Places = list[tuple[Any, str, Any]]
"""Modules and classes, the name of an attribute of each, and what it is."""


@contextmanager
def shortcuts() -> Iterator[None]:
    """Take them for the time of one page."""
    lines = Lines().split_first_line
    ours: Places = [
        (line_break, "Layout", KeptLayout),
        (inline, "split_first_line", lines),
        (preferred, "split_first_line", lines),
        (pydyf, "zlib", _Zlib),
        (pydyf.PDF, "page_references", _references),
    ]
    theirs: Places = [(place, name, getattr(place, name)) for place, name, _ in ours]
    by_letter = svg.TAGS["text"]
    _put(ours, Texts().draw)
    try:
        yield
    finally:
        _put(theirs, by_letter)


def _put(places: Places, draw_text: Any) -> None:
    for place, name, value in places:
        setattr(place, name, value)
    svg.TAGS["text"] = draw_text


class _Zlib:
    """What the PDF writer uses of zlib. It asks for the highest level: four times the time, for a thirtieth less."""

    @staticmethod
    def compressobj(level: int) -> object:
        """A compressor of zlib's own level."""
        return zlib.compressobj()


@lru_cache(maxsize=1)
def _named(pages: tuple[int, ...]) -> tuple[bytes, ...]:
    return tuple(b"%d 0 R" % number for number in pages)


_references = property(lambda pdf: _named(tuple(pdf.pages["Kids"][::3])))
"""The references of all pages: each tag of a file asks for them, and they would be written anew for each."""
