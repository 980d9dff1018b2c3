"""The marking sheet: all that waits, whose marks come back as overrides and stay there."""

import csv
import io
from pathlib import Path

import pytest
from factories import a_grade, an_assignment

from netgrade.errors import SpecError
from netgrade.objects.grade import NO_COMMENT, Verdict
from netgrade.report.marking import marking_csv, marking_rows, write_marking_sheet
from netgrade.spec import load_overrides

ROOT = Path(__file__).parents[2]


def graded(number=0, **changes):
    """A grade whose last task, the free text, is changed."""
    grade = a_grade(number)
    return grade.model_copy(update={"tasks": [*grade.tasks[:-1], grade.tasks[-1].model_copy(update=changes)]})


def sheet(*grades, names=None):
    return list(csv.DictReader(io.StringIO(marking_csv(marking_rows(grades, an_assignment(), names or {})))))


def test_what_waits_is_listed_task_by_task():
    """Free texts and borderline models; the pseudonym, not the name, decides the order."""
    rows = sheet(a_grade(1), a_grade(0), names={a_grade(1).slug: "Ada", a_grade(0).slug: "Zoë"})
    tasks = [row["task"] for row in rows]

    assert tasks == ["dropout", "dropout", "batch_size", "batch_size"]
    assert [row["name"] for row in rows[2:]] == ["Zoë", "Ada"]
    assert rows[2]["answer"] == "Too small: the <b>estimates</b> are noisy."
    assert {row["points"] for row in rows} == {""}


def test_anonymous_sheets_carry_no_names():
    assert {row["name"] for row in sheet(a_grade())} == {""}


def test_what_was_marked_stays_on_the_sheet_and_comes_back_as_overrides(tmp_path):
    rows = marking_rows(
        [graded(points=0.5, verdict=Verdict.MARKED, overridden="only half, “why”?")], an_assignment(), {}
    )
    path = tmp_path / "marks.csv"
    path.write_text(marking_csv(rows), encoding="utf-8", newline="")
    [mark] = load_overrides(path)

    assert (mark.student, mark.task, mark.points) == (a_grade().slug, "batch_size", 0.5)
    assert mark.comment == "only half, “why”?"


def test_no_comment_stays_no_comment():
    row = sheet(graded(points=1, verdict=Verdict.MARKED, overridden=NO_COMMENT))[-1]

    assert (row["points"], row["comment"]) == ("1", "")


def test_a_row_with_a_comment_but_no_points_is_a_slip(tmp_path):
    path = tmp_path / "marks.csv"
    path.write_text("student,task,points,comment\nAda,q,,\nAda,p,,unfinished\n")

    with pytest.raises(SpecError, match=r"marks\.csv:3: points"):
        load_overrides(path)


def test_a_spreadsheet_reads_no_answer_as_a_formula():
    row = sheet(graded(answer='=HYPERLINK("http://x")'), names={a_grade().slug: "@Ada"})[-1]

    assert (row["answer"], row["name"]) == ('\'=HYPERLINK("http://x")', "'@Ada")


def test_the_page_escapes_everything_and_runs_its_own_script_alone(tmp_path):
    hostile = '"><script>alert(1)</script>'
    write_marking_sheet([graded(answer=hostile)], an_assignment(), {a_grade().slug: hostile}, ROOT / "templates",
                        tmp_path / "marking.csv", tmp_path / "marking.html")  # fmt: skip
    html = (tmp_path / "marking.html").read_text(encoding="utf-8")

    assert html.count("<script>") == 1
    assert "script-src &#39;sha256-" in html or "script-src 'sha256-" in html
    assert html.count("alert(1)") == 3 and "<script>alert" not in html
