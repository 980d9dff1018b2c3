"""The PDFs conform to PDF/UA-1, as far as a machine can tell.

`page-validation` tests what the Matterhorn protocol calls machine-checkable, in 104 rules, and says of itself that it
agrees with the corpus of veraPDF, which it is not. Whether an alternative text says the right thing, or an order of
reading makes sense, no machine can tell.
"""

import re
import shutil
import subprocess
from itertools import combinations
from pathlib import Path

import page
import pytest
from every_kind import TEMPLATES, a_class, every_kind
from pypdf import PdfReader
from weasyprint import HTML

from netgrade.report import render_class, render_student


@pytest.fixture(scope="module")
def pdfs(tmp_path_factory):
    """A report with a task of every kind, and the page of a class."""
    folder = tmp_path_factory.mktemp("pdfs")
    render_student(*every_kind(), folder, TEMPLATES)
    grades, backdrop = a_class()
    render_class(grades, backdrop, {grade.slug: f"{grade.slug}/report.html" for grade in grades}, folder, TEMPLATES)
    return folder


def failures(pdf: Path) -> dict[str, str]:
    found = page.validate_pdf(pdf, profile=page.ValidationProfile.PDF_UA_1)
    assert found.rules.total > 100
    return {failure.rule_id: failure.message for failure in found.failures}


def structure(node, found):
    """All structure elements below a node, in the order of reading."""
    node = node.get_object()
    if isinstance(node, list):
        for kid in node:
            structure(kid, found)
    elif hasattr(node, "get") and "/S" in node:
        found.append(node)
        structure(node.get("/K", []), found)
    return found


@pytest.mark.parametrize("name", ["report.pdf", "class.pdf"])
def test_a_pdf_conforms(pdfs, name):
    assert failures(pdfs / name) == {}


def test_what_does_not_conform_is_found(pdfs, tmp_path):
    """The same page, tagged by WeasyPrint alone, without its language."""
    html = (pdfs / "class.html").read_text().replace('lang="en"', "")
    HTML(string=html).write_pdf(tmp_path / "bare.pdf", pdf_variant="pdf/ua-1")

    assert {"PDFUA1-L-KIDS-001", "PDFUA1-LI-PARENT-001"} < {*failures(tmp_path / "bare.pdf")}


def test_headers_of_tables_say_what_they_head(pdfs):
    root = PdfReader(pdfs / "report.pdf").trailer["/Root"]["/StructTreeRoot"]
    heads = [tag for tag in structure(root["/K"], []) if tag["/S"] == "/TH"]

    assert {tag["/A"]["/Scope"] for tag in heads} == {"/Column", "/Row"}


def test_labelled_values_are_items_of_a_label_and_a_value(pdfs):
    root = PdfReader(pdfs / "report.pdf").trailer["/Root"]["/StructTreeRoot"]
    lists = [tag for tag in structure(root["/K"], []) if tag["/S"] == "/L"]
    items = [[part.get_object()["/S"] for part in kid.get_object()["/K"]] for kid in lists[0]["/K"]]

    assert items == [["/Lbl", "/LBody"]] * 3


def test_running_heads_and_page_numbers_are_artifacts(pdfs):
    """Nobody wants them read out on every page."""
    page = PdfReader(pdfs / "report.pdf").pages[2]
    content = page.get_contents().get_data()

    assert content.count(b"/Pagination") >= 3
    assert "3 / " in page.extract_text()


def test_a_caption_stays_with_its_chart_wherever_a_page_ends(tmp_path):
    heights = range(150, 250, 10)  # millimetres of a page of 263 that are taken already
    svg = "<svg xmlns='http://www.w3.org/2000/svg' width='280' height='280'><text y='9'>chart</text></svg>"
    chart = f'<figure><img src="data:image/svg+xml,{svg}" alt=""><figcaption>caption</figcaption></figure>'
    beside = f'<div class="beside">{chart}<div class="beside-right"><p>{"words " * 20}</p></div></div>'
    sheet = "".join(f'<div style="break-before: page; height: {height}mm"></div>{beside}' for height in heights)
    style = (TEMPLATES / "style.css").read_text(encoding="utf-8")
    HTML(string=f"<style>{style}</style>{sheet}").write_pdf(tmp_path / "charts.pdf")
    texts = [page.extract_text() for page in PdfReader(tmp_path / "charts.pdf").pages]

    assert sum(text.count("chart") for text in texts) == len(heights)
    assert all(text.count("chart") == text.count("caption") for text in texts)


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs pdftotext, of Debian's poppler-utils")
@pytest.mark.parametrize("name", ["report.pdf", "class.pdf"])
def test_no_word_lies_on_another(pdfs, name):
    assert overlapping(pdfs / name) == []


def overlapping(pdf: Path) -> list[tuple[str, str]]:
    """Pairs of words on a page of which one covers a third of the other."""
    done = subprocess.run(["pdftotext", "-bbox", pdf, "-"], capture_output=True, text=True, check=True)
    found = []
    for sheet in done.stdout.split("<page ")[1:]:
        words = re.findall(r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)</word>', sheet)
        boxes = [(*map(float, box), word) for *box, word in words]
        for (left, top, right, bottom, word), (west, north, east, south, other) in combinations(boxes, 2):
            shared = max(0, min(right, east) - max(left, west)) * max(0, min(bottom, south) - max(top, north))
            if 3 * shared > min((right - left) * (bottom - top), (east - west) * (south - north)):
                found.append((word, other))
    return found
