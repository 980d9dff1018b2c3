"""The grade book, the last summary, and the table of the reference models."""

import io

import pandas as pd
import pytest
from factories import HOSTILE, a_grade, an_assignment

from netgrade.export import gradebook, reference_table, summary


def read(text):
    return pd.read_csv(io.StringIO(text), dtype={"slug": str}, keep_default_na=False, na_values=[""])


def test_pandas_reads_the_grade_book_back():
    book = read(gradebook([a_grade(), a_grade("Ünal, Åsa", 1)]))

    assert list(book["student"]) == [HOSTILE, "Ünal, Åsa"]
    assert book["slug"][0] == "s00000000000"
    assert book["dense_points"][0] == 4
    assert book["dense_accuracy"][0] == pytest.approx(0.481)


def test_points_that_wait_for_a_person_are_empty_and_never_zero():
    book = read(gradebook([a_grade()]))

    assert pd.isna(book["batch_size_points"][0])
    assert book["own_points"][0] == 0
    assert book["complete"][0] == "no"


@pytest.mark.parametrize("name", ["=1+1", "+49", "-x", "@SUM(A1)", "\tx"])
def test_no_name_is_a_formula(name):
    assert read(gradebook([a_grade(name)]))["student"][0] == f"'{name}"


def test_the_summary_says_what_was_not_graded_and_why():
    text = summary([a_grade()])

    assert "1 submission, 7 tasks: 5 graded, 2 left for a person." in text
    assert "O'Neill, Jörg <script>  quickstart/batch_size: A person marks this answer." in text


def test_a_name_cannot_move_the_cursor():
    assert "\x1b" not in summary([a_grade("Ada\x1b[2J")])


def test_the_reference_table_has_a_row_for_each_measured_task():
    lines = reference_table(an_assignment(), a_grade()).splitlines()

    assert len(lines) == 2 + 4
    assert "48.1%" in lines[2]
    assert "accuracy > 45 %" in lines[2]
