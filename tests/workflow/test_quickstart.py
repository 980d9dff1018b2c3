"""The sample course: every submission receives what is written down for it."""

import pandas as pd
import pytest
import yaml
from course import ROOT
from pypdf import PdfReader

EXPECTED = yaml.safe_load((ROOT / "assignments/quickstart/expected.yaml").read_text(encoding="utf-8"))


def test_every_submission_has_an_expectation(quickstart):
    assert set(quickstart.grades()) == set(EXPECTED)


@pytest.mark.parametrize("student", EXPECTED)
def test_a_submission_receives_what_is_written_down(quickstart, student):
    """Verdict, points and reason of every task; a task that is not listed was not handed in."""
    grades = quickstart.grades()
    findings = " ".join(grades[student].findings)
    assert all(remark in findings for remark in EXPECTED[student].get("remarks", [])), findings
    for task in grades[student].tasks:
        expected = EXPECTED[student].get(task.task, {"verdict": "not handed in", "points": 0})
        low, high = _range(expected.get("points"))

        assert task.verdict.value == expected["verdict"], f"{task.task}: {task.reason}"
        assert (task.points is None) == (low is None)
        assert low is None or low <= task.points <= high
        assert expected.get("because", "") in task.reason
        remarks = " ".join(task.model.findings if task.model else [])
        assert all(note in remarks for note in expected.get("notes", [])), remarks
        if "same_plan_as" in expected:
            other = next(t for t in grades[expected["same_plan_as"]].tasks if t.task == task.task)
            assert task.model.plan == other.model.plan


@pytest.mark.parametrize("student", EXPECTED)
def test_a_student_has_a_page_and_a_pdf(quickstart, student):
    """The PDF is tagged, names the student, and says that the data is a stand-in."""
    folder = quickstart.folder / "reports/quickstart" / quickstart.grades()[student].slug
    pdf = PdfReader(folder / "report.pdf")
    first_page = " ".join(pdf.pages[0].extract_text().split())

    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert student in first_page
    assert "Stand-in data." in first_page
    assert "<script src" not in (folder / "report.html").read_text(encoding="utf-8")


def test_pandas_reads_the_grade_book_back(quickstart):
    book = pd.read_csv(
        quickstart.folder / "reports/gradebook.csv", dtype={"slug": str}, keep_default_na=False, na_values=[""]
    )

    assert set(book["student"]) == set(EXPECTED)
    assert book.loc[book["student"] == "Holm, Freja", "late_factor"].item() == pytest.approx(0.8)


def test_the_summary_names_what_was_not_graded(quickstart):
    """The last words of a run."""
    assert "Not graded yet:" in quickstart.output
    waiting = quickstart.grades()["O'Brien-Müller, Zoë"].slug
    assert f"{waiting}  quickstart/batch_size: A person marks this answer." in quickstart.output


def _range(points):
    if isinstance(points, list):
        return points
    return points, points
