"""The grade book, the last summary, and the table of the reference models."""

import io

import pandas as pd
import pytest
from factories import HOSTILE, a_backdrop, a_grade, an_assignment

from netgrade.export import gradebook, reference_table, summary
from netgrade.objects.submission import Roster

ROSTER = Roster(students={"quickstart": {"s00000000000": HOSTILE, "s00000000001": "Ünal, Åsa"}})


def read(text):
    return pd.read_csv(io.StringIO(text), dtype={"slug": str}, keep_default_na=False, na_values=[""])


def test_pandas_reads_the_grade_book_back():
    book = read(gradebook([a_grade(), a_grade(1)], ROSTER))

    assert list(book["student"]) == [HOSTILE, "Ünal, Åsa"]
    assert book["slug"][0] == "s00000000000"
    assert book["dense_points"][0] == 4
    assert book["dense_accuracy"][0] == pytest.approx(0.481)


def test_points_that_wait_for_a_person_are_empty_and_never_zero():
    book = read(gradebook([a_grade()], ROSTER))

    assert pd.isna(book["batch_size_points"][0])
    assert book["own_points"][0] == 0
    assert book["complete"][0] == "no"


@pytest.mark.parametrize("name", ["=1+1", "+49", "-x", "@SUM(A1)", "\tx"])
def test_no_name_is_a_formula(name):
    assert (
        read(gradebook([a_grade()], Roster(students={"quickstart": {"s00000000000": name}})))["student"][0]
        == f"'{name}"
    )


def test_the_summary_says_what_was_not_graded_and_why():
    text = summary([a_grade()])

    assert "1 submission, 7 tasks: 5 graded, 2 left for a person." in text
    assert "s00000000000  quickstart/batch_size: A person marks this answer." in text


def test_the_summary_may_be_logged_and_carries_no_name():
    assert "Neill" not in summary([a_grade()])


def test_without_a_roster_the_grade_book_is_anonymous():
    assert list(read(gradebook([a_grade()], Roster(students={})))["student"]) == ["s00000000000"]


def test_a_reason_cannot_move_the_cursor():
    moving = a_grade().tasks[-1].model_copy(update={"reason": "Ada\x1b[2J"})

    assert "\x1b" not in summary([a_grade().model_copy(update={"tasks": [moving]})])


def test_the_reference_table_has_a_row_for_each_measured_task():
    lines = reference_table(an_assignment(), a_grade(), a_backdrop().speeds).splitlines()

    assert len(lines) == 2 + 4
    assert "48.1%" in lines[2]
    assert "accuracy > 45 %" in lines[2]
