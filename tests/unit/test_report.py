"""The pages are self-contained, escaped, tagged and repeatable, and say what matters first."""

import base64
import hashlib
import math
import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from counting import counting
from factories import CLASSES, HOSTILE, a_backdrop, a_grade, a_measurement, a_task_grade
from pypdf import PdfReader
from weasyprint import HTML

from netgrade.objects.grade import Verdict
from netgrade.objects.measurement import ClassMeasure
from netgrade.report import content_digest, render_class, render_student
from netgrade.report.classroom import class_page
from netgrade.report.classroom.view import Who
from netgrade.report.student import student_page

TEMPLATES = Path(__file__).parents[2] / "templates"
CLASSMATES = {f"s{number:011d}": name for number, name in enumerate(["Ada", HOSTILE, "محمد"])}


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """One student's rendered pages."""
    folder = tmp_path_factory.mktemp("report")
    images = np.zeros((200, 32, 32, 3), dtype=np.uint8)
    render_student(a_grade(), a_backdrop(images={"shapes10": images}), folder, TEMPLATES)
    return folder


@pytest.fixture(scope="module")
def classroom(tmp_path_factory):
    """A class of three, two of whom sent the same designs."""
    folder = tmp_path_factory.mktemp("class")
    grades = _a_class()
    links = {grade.slug: f"{grade.slug}/report.html" for grade in grades}
    render_class(grades, a_backdrop(CLASSMATES), links, folder, TEMPLATES)
    return folder


def _a_class():
    grades = [a_grade(number) for number in range(3)]
    return [
        grades[0],
        grades[1].model_copy(update={"tasks": grades[0].tasks}),
        grades[2],
    ]


class _Elements(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def _elements(path):
    return _Elements(path.read_text()).found


def test_page_needs_nothing_else(report):
    """No element loads, runs or sends anything: every image is inside the file, and there is no script."""
    elements = _elements(report / "report.html")

    assert all(attrs["src"].startswith("data:image/") for _, attrs in elements if "src" in attrs)
    assert all(attrs["href"].startswith("#") for _, attrs in elements if "href" in attrs)
    assert {"script", "link", "iframe", "form", "object"}.isdisjoint({tag for tag, _ in elements})
    assert not [attrs for _, attrs in elements if any(n == "style" or n.startswith("on") for n in attrs)]


def test_policy_admits_the_one_stylesheet(report):
    """The Content-Security-Policy forbids everything but data images and this very stylesheet."""
    html = (report / "report.html").read_text()
    style = re.search(r"<style>(.*)</style>", html, re.S)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = next(a["content"] for t, a in _elements(report / "report.html") if "http-equiv" in a)

    assert f"style-src 'sha256-{digest}'" in policy
    assert "default-src 'none'; img-src data:;" in policy


def test_student_text_is_escaped(report):
    """A name and an answer with markup are shown as they were written."""
    html = (report / "report.html").read_text()

    assert "O&#39;Neill, Jörg &lt;script&gt;" in html
    assert "&lt;b&gt;estimates&lt;/b&gt;" in html
    assert "\x1b" not in html and "Epoch 1/15" not in html  # the progress bar's last state is kept


def test_hostile_characters_never_reach_the_page(tmp_path):
    """Bidi overrides and control characters are removed wherever they stand."""
    nasty = "a\u202eb\x00c\x1b[31md\ud800"
    task = a_task_grade("dense").model_copy(update={"reason": nasty, "remedy": nasty, "overridden": nasty})
    grade = a_grade().model_copy(update={"tasks": [task], "findings": [nasty], "late_note": nasty})
    render_student(grade, a_backdrop({grade.slug: nasty}), tmp_path, TEMPLATES)
    html = (tmp_path / "report.html").read_text()

    assert "abcd" in html
    assert not re.search("[\u202e\x00\x1b]", html)


def test_first_page_says_what_matters(report):
    """Points, verdicts, stand-in data, missing isolation, lateness and who is needed stand on page one."""
    text = " ".join(PdfReader(report / "report.pdf").pages[0].extract_text().split())

    for expected in (
        "11.7 of 22 points so far",
        "Stand-in data.",
        "No isolation.",
        "1 day late",
        "A person has to look",
    ):
        assert expected in text
    for word in ("passed", "not passed", "borderline", "needs a person"):
        assert word in text


def test_pdf_is_tagged(report):
    """The PDF has language, title, structure, bookmarks, and a text for every figure."""
    pdf = PdfReader(report / "report.pdf")
    root = pdf.trailer["/Root"]
    figures = [tag for tag in _tags(root["/StructTreeRoot"]) if tag.get("/S") == "/Figure"]

    assert root["/Lang"] == "en" and root["/MarkInfo"]["/Marked"]
    assert pdf.metadata.title == f"{HOSTILE}: Deep learning, quickstart"
    assert len(figures) >= 16 and all(figure.get("/Alt") for figure in figures)
    assert HOSTILE in pdf.outline[0].title


def _tags(node):
    node = node.get_object()
    if isinstance(node, list):
        return [tag for child in node for tag in _tags(child)]
    if not isinstance(node, dict):
        return []
    return [node, *(_tags(node["/K"]) if "/K" in node else [])]


def test_rendering_repeats_itself(report, tmp_path):
    """The same grade gives the same bytes, in HTML and in PDF."""
    images = np.zeros((200, 32, 32, 3), dtype=np.uint8)
    render_student(a_grade(), a_backdrop(images={"shapes10": images}), tmp_path, TEMPLATES)

    for name in ("report.html", "report.pdf"):
        assert (tmp_path / name).read_bytes() == (report / name).read_bytes()


SMUGGLED = """
<link rel="stylesheet" href="SECRET"><link rel="attachment" href="SECRET"><img src="ADDRESS/image">
<link rel="stylesheet" href="ADDRESS/style"><link rel="attachment" href="ADDRESS/attachment">
<style>@import url(ADDRESS/import); h1 { background: url(ADDRESS/background) }
@font-face { font-family: smuggled; src: url(ADDRESS/font) }</style>
<img src="data:image/svg+xml;base64,DRAWING"><object data="ADDRESS/object"></object><embed src="ADDRESS/embed">
"""
DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">
<image href="ADDRESS/drawing" width="9" height="9"/></svg>"""
FETCHED = {"image", "style", "attachment", "import", "background", "font", "drawing", "object", "embed"}


def _smuggle(templates, secret, address):
    """Templates whose pages ask for a file of this machine, and for what a server has."""
    shutil.copytree(TEMPLATES, templates)
    secret.write_text("h1::after { content: 'LEAKED' }")
    drawing = base64.b64encode(DRAWING.replace("ADDRESS", address).encode()).decode()
    wanted = SMUGGLED.replace("ADDRESS", address).replace("DRAWING", drawing).replace("SECRET", secret.as_uri())
    base = templates / "base.html"
    base.write_text(base.read_text().replace("<main", f"{wanted}<main"))


def _leaks(pdf):
    """Whether the secret is on the first page or in an attachment."""
    found = PdfReader(pdf)
    return "LEAKED" in found.pages[0].extract_text(), any(b"LEAKED" in c for v in found.attachments.values() for c in v)


def test_nothing_is_fetched(tmp_path):
    """A template that names a local file or an address gets a PDF without them; WeasyPrint itself would fetch all."""
    bare = a_grade().model_copy(update={"tasks": []})
    with counting() as server:
        _smuggle(tmp_path / "templates", tmp_path / "secret.css", server.address)
        render_student(bare, a_backdrop(), tmp_path, tmp_path / "templates")
        asked = list(server.asked)
        HTML(tmp_path / "report.html").write_pdf(tmp_path / "careless.pdf")

        assert not asked
        assert _leaks(tmp_path / "report.pdf") == (False, False)
        assert {f"/{name}" for name in FETCHED} == set(server.asked)
        assert _leaks(tmp_path / "careless.pdf") == (True, True)


def test_digest_follows_what_is_shown(tmp_path):
    """The digest changes with the grade, the reference, a threshold and a template, and with nothing unseen."""
    grade, backdrop = a_grade(), a_backdrop()
    assignment = backdrop.assignment
    templates = tmp_path / "templates"
    shutil.copytree(TEMPLATES, templates)
    before = content_digest(grade, backdrop, TEMPLATES)
    unseen = assignment.model_copy(update={"sandbox": assignment.sandbox.model_copy(update={"processes": 9})})
    harder = assignment.tasks[0].model_copy(update={"threshold": "accuracy > 46 %"})

    assert before == content_digest(grade, replace(backdrop, assignment=unseen), templates)
    (templates / "style.css").write_text("/* changed */")
    other = assignment.model_copy(update={"tasks": [harder, *assignment.tasks[1:]]})
    changed = {
        content_digest(grade, backdrop, templates),
        content_digest(grade, replace(backdrop, assignment=other), TEMPLATES),
        content_digest(grade, replace(backdrop, reference=None), TEMPLATES),
        content_digest(grade.model_copy(update={"points": 3.0}), backdrop, TEMPLATES),
        before,
    }
    assert len(changed) == 5


def test_pictures_of_the_worst_images(report):
    """The worst classified images are drawn where the images are at hand."""
    pictures = [a for t, a in _elements(report / "report.html") if a.get("src", "").startswith("data:image/png")]

    assert len(pictures) == 24
    assert pictures[0]["alt"].startswith("Test image 3: ")


def test_a_page_with_little_to_show(tmp_path):
    """A diverged training, with no accuracy, no interval and holes in its curves, still gives a page."""
    full = a_measurement(trainings=1)
    holes = full.curves[0].model_copy(update={"loss": [None] * 15, "val_loss": [2.0] + [None] * 14})
    bare = full.model_copy(
        update={"accuracy": None, "interval": None, "seeds": [], "curves": [holes], "classes": [], "confusion": [],
                "top_confusions": [], "worst": [], "calibration": [], "gap": None}
    )  # fmt: skip
    task = a_task_grade("dense", Verdict.PERSON).model_copy(update={"measurement": bare})
    render_student(a_grade().model_copy(update={"tasks": [task]}), a_backdrop(), tmp_path, TEMPLATES)

    assert "needs a person" in (tmp_path / "report.html").read_text()
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-1.7")


def test_a_section_begins_below_the_figures_of_the_one_before(tmp_path):
    """Where a section ends with a chart beside a short table, no heading stands beside the chart."""
    task = a_task_grade("cnn")
    short = {"worst": [], "top_confusions": task.measurement.top_confusions[:1]}
    task = task.model_copy(update={"measurement": task.measurement.model_copy(update=short)})
    answer = next(one for one in a_grade().tasks if one.task == "batch_size")
    render_student(a_grade().model_copy(update={"tasks": [task, answer]}), a_backdrop(), tmp_path, TEMPLATES)
    places = {}  # page and distance from its bottom, of the last time that a text stands there
    for number, page in enumerate(PdfReader(tmp_path / "report.pdf").pages):

        def note(text, outer, inner, *_, number=number):
            places[text.strip()] = (number, -(inner[4] * outer[1] + inner[5] * outer[3] + outer[5]))

        page.extract_text(visitor_text=note)

    assert places["Why the batch size matters"] > places["is deserved."]


def test_a_hundred_classes_stay_on_the_page():
    """With many classes the table shows the least recognised, and says so."""
    many = [ClassMeasure(name=f"c{i}", precision=None, recall=i / 100, images=100) for i in range(100)]
    task = a_task_grade("dense")
    task = task.model_copy(update={"measurement": task.measurement.model_copy(update={"classes": many})})
    page = student_page(a_grade().model_copy(update={"tasks": [task]}), a_backdrop())
    shown = page.sections[0].evaluation

    assert [line.name for line in shown.classes] == [f"c{i}" for i in range(20)]
    assert shown.classes_caption == "Precision and recall of the 20 least recognised of 100 classes"


def test_claims_are_held_against_what_was_measured():
    """An accuracy far above the measured one is named; a right number of parameters agrees."""
    claims = student_page(a_grade(), a_backdrop()).sections[0].claims

    assert [(c.figure, c.judgement) for c in claims] == [
        ("test accuracy", "claimed 15.0 points higher"),
        ("parameters", "agrees"),
    ]


def test_curves_show_gaps_where_a_loss_is_not_finite():
    """A value that is not finite stays out of the curve, and is not drawn as zero."""
    task = a_task_grade("dense")
    curve = task.measurement.curves[0].model_copy(update={"loss": [1.0, None, 0.5]})
    task = task.model_copy(update={"measurement": task.measurement.model_copy(update={"curves": [curve]})})
    page = student_page(a_grade().model_copy(update={"tasks": [task]}), a_backdrop())
    loss = page.sections[0].evaluation.curves.loss[0]

    assert (loss[0], loss[2]) == (1.0, 0.5) and math.isnan(loss[1])


def test_class_page_starts_with_who_waits(classroom):
    """What needs a person comes before the table of everyone, and links to the place in the report."""
    html = (classroom / "class.html").read_text()

    assert html.index("Needs a person") < html.index("Everyone") < html.index("Distributions")
    assert 'href="s00000000000/report.html#batch_size"' in html
    assert "O&#39;Neill, Jörg &lt;script&gt;" in html
    assert len(PdfReader(classroom / "class.pdf").pages) <= 5


def test_class_page_groups_identical_designs():
    """Students with the same plan stand together, task by task."""
    shared = class_page(_a_class(), a_backdrop(CLASSMATES), {}).shared

    assert (shared[0].task, shared[0].students) == ("Fully connected classifier", (Who("Ada"), Who(HOSTILE)))
    assert len(shared) == 4


def test_class_page_publishes_the_false_fail_rate():
    """Each threshold is shown with the reference's margin and how often such a design would fail."""
    reference = a_grade(3)
    close = a_task_grade("dense", accuracy=0.44)
    reference = reference.model_copy(update={"tasks": [close, *reference.tasks[1:]]})
    margins = class_page([a_grade()], a_backdrop(reference=reference), {}).margins

    assert (margins[0].margin, margins[0].false_fail) == ("−1.0 points", "14.3%")
    assert margins[1].false_fail == "< 0.1%"


def test_figures_name_their_classes(report):
    """Figures keep their text as text: class names can be searched and read aloud."""
    sources = [a["src"] for _, a in _elements(report / "report.html") if a.get("src", "").startswith("data:image/svg")]
    drawings = [base64.b64decode(source.partition(",")[2]).decode() for source in sources]

    assert any(all(f">{name}</text>" in drawing for name in CLASSES) for drawing in drawings)
