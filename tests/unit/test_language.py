"""Languages: catalogs that are complete, pages that are in one language throughout, numbers in its way."""

import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from every_kind import TEMPLATES, a_class, every_kind
from factories import a_backdrop, a_grade, an_assignment
from pypdf import PdfReader
from test_grade import assignment, graded, measured

from netgrade.language import CATALOGS, Language, localised, moment, say, speaking
from netgrade.objects.grade import Verdict
from netgrade.relevance import part_digest
from netgrade.report import content_digest, render_student
from netgrade.report.classroom import class_page
from netgrade.report.drawing import svg
from netgrade.report.figures import CurvesFigure
from netgrade.report.page import page_html
from netgrade.report.student import student_page
from netgrade.report.text import count, duration, minutes, percent, plural, points_of
from netgrade.report.view import mark_of

ROOT = Path(__file__).parents[2]
LANGUAGES = [language for language in get_args(Language) if language != "en"]
KEYWORDS = {**DEFAULT_KEYWORDS, "say": None, "later": None, "told": None, "say_of": (1, 2), "plural": (2, 3)}
FIELDS = re.compile(r"%\(\w+\)s|%%|\{\w*(?::[,\w]*)?\}|</?\w+>")


def sentences(*folders):
    """Every sentence of the code and templates in some folders, as `make translations` finds them."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = [
        message
        for folder in folders
        for _, _, message, _, _ in extract_from_dir(
            ROOT / folder, methods, options, KEYWORDS, directory_filter=lambda _: True
        )
    ]
    return {message if isinstance(message, str) else tuple(message) for message in found}


def catalog_of(language):
    with (CATALOGS / language / "LC_MESSAGES" / "netgrade.po").open("rb") as file:
        return {message.id: message for message in read_po(file, locale=language) if message.id}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated_and_none_is_left_over(language):
    """Run `make translations` after a sentence has changed, and translate what is new."""
    said, catalog = sentences("src/netgrade", "templates"), catalog_of(language)
    open_ones = [id for id, message in catalog.items() if message.fuzzy or not all(forms_of(message.string))]

    assert (set(), set(), []) == (said - set(catalog), set(catalog) - said, open_ones)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_fields_and_tags_of_its_sentence(language):
    """A lost field would lose a figure, an unknown one would stop the report; per cent signs are text."""
    for id, message in catalog_of(language).items():
        for english, translated in zip(forms_of(id), forms_of(message.string), strict=True):
            assert without_percent(english) == without_percent(translated), translated


def test_no_template_of_a_page_for_students_says_anything_else():
    """Whatever stands outside of braces and tags would be English in every language."""
    own = [path for path in TEMPLATES.rglob("*.html") if path.name != "marking.html" and "drawing" not in path.parts]
    for path in own:
        text = re.sub(
            r"\{% block page_class.*?endblock %\}|\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}",
            "",
            path.read_text(encoding="utf-8"),
            flags=re.DOTALL,
        )
        assert not re.findall(r"[A-Za-z]{2,}", re.sub(r"<[^>]*>", " ", text)), path
        assert not re.findall(r'(?:alt|aria-label|placeholder|title)="[^"]*[A-Za-z]{2}', text), path


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_of_every_kind_is_in_one_language(language):
    """But for what grading wrote, which the case has in English."""
    said = sentences("src/netgrade/report", "templates")
    with speaking(language):
        page = page_html(student_page(*every_kind()), "report.html", TEMPLATES)
    texts = set(re.findall(r">\s*([^<>]+?)\s*<", page.partition("</style>")[2]))
    catalog = catalog_of(language)
    english = {id for id in said if isinstance(id, str) and id != catalog[id].string and " " in id}

    assert f'<html lang="{language}">' in page
    assert not english & texts
    assert {"sv": "45,9\u00a0%", "nl": "45,9%", "de": "45,9\u00a0%"}[language] in texts
    assert not [text for text in texts if re.fullmatch(r"\d+\.\d ?%", text)]
    assert {"sv": "87\u00a0552", "nl": "87.552", "de": "87.552"}[language] in texts


def test_the_numbers_and_words_of_a_figure_are_those_of_the_language():
    """Also those that matplotlib writes by itself; one process draws the same data in several languages."""
    ends = (0.5, 1.0, 1.5)
    figure = CurvesFigure("", loss=(ends,), val_loss=(), accuracy=(ends,), val_accuracy=(), test_accuracy=None)
    drawn = {}
    for language in ("en", "sv"):
        with speaking(language):
            drawn[language] = svg(figure).decode()

    assert ">0.6<" in drawn["en"]
    assert ">epoch<" in drawn["en"]
    assert ">0,6<" in drawn["sv"]
    assert ">epok<" in drawn["sv"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_class_page_sorts_by_numbers_that_no_language_changes(language):
    grades, backdrop = a_class()
    with speaking(language):
        page = page_html(class_page(grades, backdrop, {}), "class.html", TEMPLATES)

    assert '<td class="number total" data-order="11.45">11,45' in page
    assert f'data-all="12 {dict(sv="studenter", nl="studenten", de="Personen")[language]}"' in page


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["64.3%", "−1.5%", "12,345,678", "7.7 min", "9.4 s", "3.5 of 4", "1 training", "3 trainings"]),
        ("sv", ["64,3\u00a0%", "−1,5\u00a0%", "12\u00a0345\u00a0678", "7,7 min", "9,4 s", "3,5 av 4", "1 epok",
                "3 epoker"]),
        ("nl", ["64,3%", "−1,5%", "12.345.678", "7,7 min", "9,4 s", "3,5 van 4", "1 epoch", "3 epochs"]),
        ("de", ["64,3\u00a0%", "−1,5\u00a0%", "12.345.678", "7,7 min", "9,4 s", "3,5 von 4", "1 Epoche", "3 Epochen"]),
    ],
)  # fmt: skip
def test_numbers_and_plurals_are_those_of_the_language(language, expected):
    one, many = ("training", "trainings") if language == "en" else ("epoch", "epochs")
    with speaking(language):
        epochs = [plural(number, f"{{number}} {one}", f"{{number}} {many}") for number in (1, 3)]
        found = [percent(0.6431), percent(-0.015), count(12_345_678), minutes(7.72), duration(9.42), points_of(3.5, 4)]

    assert expected == [*found, *epochs]


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "14 March 2026, 23:59"), ("sv", "14 mars 2026, 23:59"), ("nl", "14 maart 2026, 23:59"),
     ("de", "14. März 2026, 23:59")],
)  # fmt: skip
def test_a_month_has_its_name(language, expected):
    with speaking(language):
        assert expected == moment(datetime(2026, 3, 14, 23, 59, tzinfo=UTC))


def test_only_numbers_are_rewritten():
    with speaking("de"):
        assert localised("≥ 62.5%") == "≥ 62,5\u00a0%"
        assert localised("1.5e-05, 1,234 und −3") == "1,5e-05, 1.234 und −3"


def test_what_a_sentence_is_about_is_escaped_and_cleaned_in_every_language(tmp_path):
    """A field of a translated sentence must be no way around what every other text passes."""
    place = tmp_path / "base.html"
    place.write_text('{{ _("Compared with “%(other)s”", other=page.title) }}', encoding="utf-8")
    (tmp_path / "style.css").touch()
    hostile = an_assignment().model_copy(update={"title": "<b>\u202e100%"})
    for language, expected in (("en", "Compared with “&lt;b&gt;100%”"), ("de", "Verglichen mit „&lt;b&gt;100%“")):
        with speaking(language):
            assert expected == page_html(hostile, "base.html", tmp_path)


def test_the_language_ends_with_the_block_even_after_an_error():
    with pytest.raises(ValueError, match="any"), speaking("sv"):
        raise ValueError("any")

    assert "passed" == say("passed") == mark_of(Verdict.PASS).word


def test_english_does_not_wait_for_babel():
    program = "import sys; from netgrade.report.text import percent; percent(0.5); sys.exit('babel' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_pdf_says_its_language(tmp_path):
    rules = an_assignment().model_copy(update={"language": "nl"})
    grade = a_grade().model_copy(update={"tasks": []})
    backdrop = a_backdrop()
    render_student(grade, type(backdrop)(rules), tmp_path, TEMPLATES)
    pdf = PdfReader(tmp_path / "report.pdf")

    assert pdf.trailer["/Root"]["/Lang"] == "nl"
    assert "Samenvatting" in pdf.pages[0].extract_text()


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("sv", "missar tröskeln: noggrannhet ≥ 60\u00a0%."),
        ("nl", "mist de drempel: nauwkeurigheid ≥ 60%."),
        ("de", "verfehlt die Schwelle: Genauigkeit ≥ 60\u00a0%."),
    ],
)  # fmt: skip
def test_grading_says_why_in_the_language_of_the_assignment(language, expected):
    rules = assignment().model_copy(update={"language": language})

    reason = graded(rules, measured(0.57)).tasks[0].reason

    assert reason.endswith(expected)
    assert "57,0" in reason


def test_a_fault_that_says_no_remedy_gets_none_in_any_language():
    """The translation of nothing is the head of a catalog."""
    with speaking("sv"):
        assert say("") == ""


def test_a_changed_language_grades_and_renders_again_and_trains_nothing():
    rules = an_assignment()
    other = rules.model_copy(update={"language": "sv"})
    backdrop = a_backdrop()
    stages = ("extract", "check", "train", "measure", "grade", "report")

    assert [stage for stage in stages if part_digest(rules, stage) != part_digest(other, stage)] == ["grade", "report"]
    assert content_digest(a_grade(), type(backdrop)(rules), TEMPLATES) != content_digest(
        a_grade(), type(backdrop)(other), TEMPLATES
    )


def forms_of(text):
    return [text] if isinstance(text, str) else list(text)


def without_percent(text):
    found = Counter(FIELDS.findall(text))
    del found["%%"]
    return found
