"""The grade book: every name that a folder may have is read back as it was written."""

import csv
import io

import pandas as pd
from cases import holds
from factories import a_grade
from hypothesis import strategies as st

from netgrade.documents import FORMULA_STARTS
from netgrade.export import gradebook, summary
from netgrade.objects.submission import Roster

LETTERS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00/"), min_size=1, max_size=12)
ODD = st.sampled_from(["=1+1", "+49", "-x", "@SUM(A1)", "\tx", "\rx", "a\rb,c", "a\n=1", 'a"b', "a,b", "a;b", "NA",
                       "null", "007", "1e5", "True", "  a ", "'x", "\u202eabc", "\u2028", "\x85", "\ufeff",
                       '"', "“"])  # fmt: skip
GRADE = a_grade()


@holds(names=st.lists(LETTERS | ODD, min_size=1, max_size=4))
def test_names_are_read_back(names):
    by_slug = {f"s{number:011d}": name for number, name in enumerate(names)}
    grades = [GRADE.model_copy(update={"slug": slug}) for slug in by_slug]
    text = gradebook(grades, Roster(students={GRADE.assignment: by_slug}))
    expected = [f"'{name}" if name.startswith(FORMULA_STARTS) else name for name in sorted(names)]
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    book = pd.read_csv(io.StringIO(text, newline=""), dtype={"slug": str, "student": str}, keep_default_na=False,
                       na_values=[""])  # fmt: skip

    assert [row["student"] for row in rows] == expected
    assert list(book["student"]) == expected
    assert not any(row["student"].startswith(FORMULA_STARTS) for row in rows)
    assert list(book["points"]) == [GRADE.points] * len(names)


@holds(reasons=st.lists(LETTERS | ODD, min_size=1, max_size=4))
def test_the_summary_has_a_line_for_each_reason(reasons):
    waiting = [GRADE.tasks[-1].model_copy(update={"reason": reason}) for reason in reasons]
    text = summary([GRADE.model_copy(update={"tasks": waiting})])

    assert len(text.splitlines()) == 4 + len(reasons)
    assert all(c.isprintable() for line in text.split("\n") for c in line)
