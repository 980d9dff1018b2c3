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


@contextmanager
def shortcuts() -> Iterator[None]:
    """Take them for the time of one page."""
    theirs = svg.TAGS["text"], line_break.Layout, inline.split_first_line, pydyf.zlib, pydyf.PDF.page_references
    _put(Texts().draw, KeptLayout, Lines().split_first_line, _Zlib, _references)
    try:
        yield
    finally:
        _put(*theirs)


def _put(text: Any, layout: Any, split_first_line: Any, compression: Any, references: Any) -> None:
    svg.TAGS["text"] = text
    line_break.Layout = layout
    inline.split_first_line = preferred.split_first_line = split_first_line
    pydyf.zlib = compression
    pydyf.PDF.page_references = references


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
