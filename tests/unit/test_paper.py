"""A PDF that was written with less work shows what WeasyPrint alone would show."""

import io
import re
import shutil
import subprocess
from base64 import b64encode
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pydyf
import pytest
from every_kind import TEMPLATES, a_class, every_kind
from PIL import Image
from pypdf import PdfReader
from weasyprint import HTML, svg
from weasyprint.text import line_break

from netgrade.report import render, render_class, render_student
from netgrade.report.paper import write_pdf
from netgrade.report.paper.charts import Texts

TEXTS = """
<text x="5" y="15" font-family="'Liberation Sans', 'DejaVu Sans'">validation</text>
<text x="150" y="30" font-family="'Liberation Sans'" text-anchor="middle" fill="#1f4e8c">mean confidence</text>
<text x="290" y="45" font-weight="bold" text-anchor="end">25%</text>
<text x="40" y="70" font-style="italic" transform="rotate(-90 40 70)">loss</text><text x="9" y="9"/>"""


def chart(texts: str) -> str:
    """A page with one chart that has nothing but texts."""
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="300pt" height="90pt" viewBox="0 0 300 90" font-size="9">'
    source = b64encode(f"{svg}{texts}</svg>".encode()).decode()
    return f'<title>x</title><img alt="x" src="data:image/svg+xml;base64,{source}">'


def ink(pdf: Path) -> np.ndarray:
    """How dark the first page is, in [0, 255]."""
    done = subprocess.run(["pdftoppm", "-gray", "-r", "144", pdf], capture_output=True, check=True)
    return 255 - np.asarray(Image.open(io.BytesIO(done.stdout)), float)


needs_poppler = pytest.mark.skipif(not shutil.which("pdftoppm"), reason="needs poppler-utils, to look at a PDF")


def test_a_text_is_one_piece(tmp_path):
    """WeasyPrint alone shows letter after letter, and many readers find no word."""
    write_pdf(chart(TEXTS), tmp_path / "runs.pdf")
    content = PdfReader(tmp_path / "runs.pdf").pages[0].get_contents().get_data()

    assert content.count(b"BT") == 4
    assert "mean confidence" in PdfReader(tmp_path / "runs.pdf").pages[0].extract_text()


@needs_poppler
def test_it_looks_as_letter_by_letter(tmp_path):
    write_pdf(chart(TEXTS), tmp_path / "runs.pdf")
    HTML(string=chart(TEXTS)).write_pdf(tmp_path / "letters.pdf")
    runs, letters = ink(tmp_path / "runs.pdf"), ink(tmp_path / "letters.pdf")

    assert letters.sum() > 10_000  # it is no empty page
    assert np.abs(runs - letters).sum() < 0.06 * letters.sum()  # a pixel to the side would be ten times that


@needs_poppler
def test_names_from_right_to_left_and_pale_ones_are_there(tmp_path):
    """Letter by letter, the first would read backwards, and the second would be missing."""
    pale = '<text x="290" y="45" text-anchor="end" opacity="0.5">pale</text>'
    write_pdf(chart(f'<text x="9" y="30">\u063a\u064a\u0645</text>{pale}'), tmp_path / "names.pdf")
    said = subprocess.run(["pdftotext", tmp_path / "names.pdf", "-"], capture_output=True, text=True, check=True).stdout

    assert {"\u063a\u064a\u0645", "pale"} <= {re.sub("[\u202a-\u202e\u2066-\u2069]", "", word) for word in said.split()}


@pytest.fixture
def written(tmp_path, monkeypatch) -> list[str]:
    """Every page that went to paper, of a report with all that there is, and of a class."""
    pages: list[str] = []
    monkeypatch.setattr(render, "write_pdf", lambda html, path: pages.append(html) or path.touch())
    render_student(*every_kind(), tmp_path, TEMPLATES)
    grades, backdrop = a_class()
    render_class(grades, backdrop, {grade.slug: "report.html" for grade in grades}, tmp_path, TEMPLATES)
    return pages


def test_every_page_is_well_formed(written):
    """Else it would be read all the same, but slowly."""
    assert [ElementTree.fromstring(html).tag for html in written] == ["html", "html"]


def test_a_page_that_is_not_well_formed_is_read_as_html(tmp_path):
    write_pdf("<title>x</title><p>one<p>two", tmp_path / "loose.pdf")
    assert PdfReader(tmp_path / "loose.pdf").pages[0].extract_text().split() == ["one", "two"]


def test_a_page_says_what_weasyprint_alone_would_say(written, tmp_path, monkeypatch):
    monkeypatch.setitem(svg.TAGS, "text", Texts().draw)
    for html in written:
        write_pdf(html, tmp_path / "short.pdf")
        HTML(string=html).write_pdf(tmp_path / "whole.pdf", pdf_variant="pdf/ua-1")
        short, whole = ([page.extract_text() for page in PdfReader(tmp_path / name).pages]
                        for name in ("short.pdf", "whole.pdf"))  # fmt: skip

        assert "".join(short)
        assert short == whole


def test_each_page_has_its_own_stylesheet(tmp_path):
    """They are read once for all pages that have the same."""
    for shown, hidden in (("one", "two"), ("two", "one"), ("one", "two")):
        write_pdf(f"<title>x</title><style>.{hidden} {{ display: none }}</style><p class=one>one<p class=two>two",
                  tmp_path / "styled.pdf")  # fmt: skip
        assert PdfReader(tmp_path / "styled.pdf").pages[0].extract_text() == shown


def test_weasyprint_is_itself_again_after_a_page(tmp_path):
    """Also where the page could not be written."""
    before = svg.TAGS["text"], line_break.Layout, pydyf.zlib, pydyf.PDF.page_references
    with pytest.raises(FileNotFoundError):
        write_pdf(chart(TEXTS), tmp_path / "no folder" / "page.pdf")

    assert (svg.TAGS["text"], line_break.Layout, pydyf.zlib, pydyf.PDF.page_references) == before
