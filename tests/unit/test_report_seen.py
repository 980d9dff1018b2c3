"""The part of a report that shows what a network sees: pictures with words that state them, escaped and tagged."""

import re
from dataclasses import replace

import numpy as np
import pytest
from factories import HOSTILE, a_backdrop, a_task_grade, an_assignment
from pypdf import PdfReader
from test_report import TEMPLATES

from netgrade.objects.assignment import Assignment
from netgrade.objects.base import Cause, Status
from netgrade.objects.grade import Grade, TaskGrade, Verdict
from netgrade.objects.sight import Filters, FilterWeights, LayerMaps, Seen, Sight
from netgrade.report import content_digest, render_student
from netgrade.report.parts.seen import seen_view
from netgrade.train.pictures import channel_strip, filter_strip, pixels_of, shaded, unit_grid

SLUG = "s" + "0" * 11
RANDOM = np.random.default_rng(4)


def a_sight(name="test image 247"):
    channels, strip = channel_strip(RANDOM.random((24, 24, 8), np.float32))
    units, cells = unit_grid(RANDOM.random(32, np.float32))
    shares = {"cat": 0.622, "dog": 0.302, HOSTILE: 0.076}
    return Sight(
        name=name, picture=pixels_of(RANDOM.integers(0, 256, (28, 28, 1), dtype=np.uint8)), taken_for=["cat", "dog"],
        probabilities=shares, saliency=shaded(np.eye(28, dtype=np.float32)[::-1] * np.arange(28), least=0.0),
        layers=[
            LayerMaps(layer=1, kind="Conv2D", shape=(24, 24, 8), channels=channels, strongest=4, picture=strip),
            LayerMaps(layer=3, kind="Dense", shape=(32,), channels=units, strongest=0, picture=cells),
        ],
    )  # fmt: skip


def a_seen(**changes):
    numbers = [FilterWeights(norm=2, least=-0.5, greatest=1, weights=[n / 26 - 0.5 for n in range(27)])] * 2
    strip = filter_strip(RANDOM.random((3, 3, 3, 2), np.float32))
    filters = Filters(shown=2, all=8, shape=(3, 3, 3), picture=strip, numbers=numbers)
    return Seen(sights=[a_sight()], filters=filters, **changes)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A classifier and a task with drawings, of which one could not be read."""
    folder = tmp_path_factory.mktemp("seen")
    rules = an_assignment().model_dump()
    confuse = {"id": "confuse", "title": "Drawings", "kind": "sees", "points": 3, "model_of": "cnn", "drawings": 2}
    rules = Assignment.model_validate(rules | {"tasks": [*rules["tasks"], confuse]})
    broken = Sight(name="drawing-2", status=Status.INVALID, cause=Cause(what="It is no PNG.", remedy="Draw it anew."))
    sights = {"cnn": a_seen(notes=[HOSTILE]), "confuse": Seen(sights=[a_sight("drawing-1"), broken])}
    answer = '{"drawing-1": {"drawn": "dog", "taken_for": "<b>cat"}}'
    tasks = [
        a_task_grade("cnn"),
        TaskGrade(task="confuse", verdict=Verdict.FAIL, points=0, most_points=3, reason="Few.", answer=answer),
    ]
    grade = Grade(slug=SLUG, submission="ab" * 32, assignment="quickstart", isolation="bubblewrap", tasks=tasks,
                  points=4, most_points=25, complete=True)  # fmt: skip
    backdrop = replace(a_backdrop(), assignment=rules, sights={SLUG: sights})
    render_student(grade, backdrop, folder, TEMPLATES)
    return folder, grade, backdrop


def test_every_picture_says_what_it_shows(pages):
    html = (pages[0] / "report.html").read_text()
    texts = re.findall(r'<img[^>]* alt="([^"]*)"', html)

    assert html.count("<img") == len(texts) and all(texts)
    assert any(text.startswith("test image 247, taken for cat 62.2%, dog 30.2%, ") for text in texts)
    assert "Conv2D: 8 of 8 channels; the greatest value is that of number 5" in texts
    assert "Dense: 32 of 32 units; the greatest value is that of number 1" in texts
    assert any("the score depends most on a pixel in the top right" in text for text in texts)
    assert any(text.startswith("Class probabilities of test image 247: cat 62.2%") for text in texts)


def test_what_was_said_of_the_drawings_is_escaped(pages):
    html = (pages[0] / "report.html").read_text()

    assert "&lt;b&gt;cat" in html and "<b>cat" not in html and "<script" not in html
    assert "It is no PNG. Draw it anew." in html
    assert "Drawing-1: taken for cat (62.2%), then dog (30.2%)" in html


def test_the_pdf_holds_it_and_is_tagged(pages):
    pdf = PdfReader(pages[0] / "report.pdf")
    text = " ".join(page.extract_text() for page in pdf.pages)

    assert "What the network sees" in text and "Test image 247: taken for cat (62.2%)" in text
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_a_page_follows_what_the_network_sees(pages):
    _, grade, backdrop = pages
    other = replace(backdrop, sights={SLUG: {"cnn": a_seen()}})

    assert content_digest(grade, backdrop, TEMPLATES) != content_digest(grade, other, TEMPLATES)


def test_trouble_is_told_and_nothing_is_shown_where_no_task_asks():
    told = seen_view(Seen(status=Status.FAULT, cause=Cause(what="No weights.", remedy="Run again.")))

    assert told and told.notes == ("No weights. Run again.",)
    assert seen_view(None) is None
