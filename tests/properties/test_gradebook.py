"""The grade book: every name that a folder may have is read back as it was written."""

import csv
import io

import pandas as pd
from cases import holds
from factories import a_grade
from hypothesis import strategies as st

from netgrade.export import FORMULA_STARTS, gradebook, summary

LETTERS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00/"), min_size=1, max_size=12)
ODD = st.sampled_from(["=1+1", "+49", "-x", "@SUM(A1)", "\tx", "\rx", "a\rb,c", "a\n=1", 'a"b', "a,b", "a;b", "NA",
                       "null", "007", "1e5", "True", "  a ", "'x", "\u202eabc", "\u2028", "\x85", "\ufeff",
                       '"', "“"])  # fmt: skip
GRADE = a_grade()


@holds(names=st.lists(LETTERS | ODD, min_size=1, max_size=4))
def test_names_are_read_back(names):
    grades = [GRADE.model_copy(update={"student": name}) for name in names]
    text = gradebook(grades)
    expected = [f"'{name}" if name.startswith(FORMULA_STARTS) else name for name in names]
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    book = pd.read_csv(io.StringIO(text, newline=""), dtype={"slug": str, "student": str}, keep_default_na=False,
                       na_values=[""])  # fmt: skip

    assert [row["student"] for row in rows] == expected
    assert list(book["student"]) == expected
    assert not any(row["student"].startswith(FORMULA_STARTS) for row in rows)
    assert list(book["points"]) == [GRADE.points] * len(names)


@holds(names=st.lists(LETTERS | ODD, min_size=1, max_size=4))
def test_the_summary_has_a_line_for_each_name(names):
    text = summary([GRADE.model_copy(update={"student": name}) for name in names])

    assert len(text.splitlines()) == 4 + 2 * len(names)
    assert all(c.isprintable() for line in text.split("\n") for c in line)
