"""Shortcuts: what takes the place of pieces of WeasyPrint, and of the PDF writer below it, while a page is written."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import pydyf
from weasyprint import svg
from weasyprint.text import line_break
from weasyprint.text.ffi import pango
from weasyprint.text.line_break import Layout

from netgrade.report.paper.charts import Texts


@contextmanager
def shortcuts() -> Iterator[None]:
    """Take them for the time of one page."""
    theirs = svg.TAGS["text"], line_break.Layout, pydyf.zlib, pydyf.PDF.page_references
    _put(Texts().draw, _Kept, _Zlib, _references)
    try:
        yield
    finally:
        _put(*theirs)


def _put(text: Any, layout: Any, compression: Any, references: Any) -> None:
    svg.TAGS["text"], line_break.Layout, pydyf.zlib, pydyf.PDF.page_references = text, layout, compression, references


class _Kept(Layout):  # type: ignore[misc]
    """A line of text that stays from its measuring to its drawing; WeasyPrint gives it up and sets it twice."""

    drawn = False

    def set_text(self, text: str, justify: bool = False) -> None:
        """Set it as a single paragraph if it is one, as drawing will ask for: else it would be shaped anew."""
        super().set_text(text, justify)
        if text.isprintable():
            pango.pango_layout_set_single_paragraph_mode(self.layout, True)

    def deactivate(self) -> None:
        """Give it up when it was drawn."""
        if self.drawn:
            super().deactivate()

    def reactivate(self, style: Any) -> None:
        """Make ready for drawing; justified text is wider than it was when it was measured."""
        self.drawn = True
        if self.justification_spacing:
            super().reactivate(style)


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
