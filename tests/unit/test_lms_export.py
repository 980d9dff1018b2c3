"""The command that takes grades to a system, and what it remembers of an upload."""

import json

import pytest
from lms_course import STUDENTS, Course


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Course(tmp_path)


MOODLE = ("--to", "moodle", "--sheet", "sheet.csv")


def test_a_course_is_exported_and_only_what_changed_after_that(course):
    told = course.export(*MOODLE)
    everyone = course.uploads()
    course.export(*MOODLE, "--uploaded")
    nothing = course.export(*MOODLE, "--changed")
    course.points["Zoë O'Neill"] = 2.0
    course.grade()
    course.export(*MOODLE, "--changed")

    assert everyone == {"Ada": "3", "Zoë O'Neill": "", "'=1+1": "1.5"}
    assert "a person has to look first: Zoë O'Neill" in told
    assert "Nothing has changed" in nothing
    assert course.uploads() == {"Zoë O'Neill": "2"}


def test_what_was_written_and_not_uploaded_is_carried_again(course):
    course.export(*MOODLE)
    told = course.export(*MOODLE, "--changed")

    assert "No upload to moodle is remembered" in told
    assert len(course.uploads()) == 3


def test_a_row_that_moodle_skips_is_not_taken_for_uploaded(course):
    course.points["Ada"] = 5.0
    course.grade()
    course.export(*MOODLE)
    course.export(*MOODLE, "--uploaded")
    course.export(*MOODLE, "--changed")

    assert course.uploads() == {"Ada": "5"}


def test_the_memory_of_an_upload_carries_no_name(course):
    course.export(*MOODLE)
    course.export(*MOODLE, "--uploaded")
    [path] = (course.folder / "results/export/tiny").glob("*.uploaded.json")

    assert not any(name in path.read_text() for name in STUDENTS.values())
    assert len(json.loads(path.read_text())["content"]["marks"]) == 3


def test_an_export_takes_the_place_of_the_one_before_as_a_whole(course):
    course.export("--to", "csv")
    before = (course.folder / "reports/tiny/upload/csv/grades.csv").read_bytes()
    (course.folder / "reports/tiny/upload/csv/old.csv").write_text("left over")
    course.export("--to", "csv")

    assert [p.name for p in (course.folder / "reports/tiny/upload/csv").iterdir()] == ["grades.csv"]
    assert (course.folder / "reports/tiny/upload/csv/grades.csv").read_bytes() == before
    assert not list(course.folder.rglob(".part-*"))


def test_a_sheet_that_is_wrong_leaves_the_last_export_as_it_was(course):
    course.export(*MOODLE)
    (course.folder / "sheet.csv").write_text("a,b\n1,2\n")
    told = course.export(*MOODLE, status=1)

    assert "sheet.csv:1: expected the columns Identifier, Grade and Last modified (grade)" in told
    assert len(course.uploads()) == 3


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("title: Tiny course", "title: Tiny course\nanonymous: true", "Marking is anonymous"),
        ("id: tiny", "id: tina", "did you mean `tina`?"),
    ],
)
def test_what_may_not_be_exported_is_refused(course, old, new, sentence):
    text = (course.folder / "config.yaml").read_text()
    (course.folder / "config.yaml").write_text(text.replace(old, new))

    assert sentence in course.export("--to", "csv", status=1)


def test_whoever_is_not_graded_yet_is_named(course):
    (course.folder / "in/Late_9_assignsubmission_file_").mkdir()
    (course.folder / "in/Late_9_assignsubmission_file_/model.py").write_text("x = 1")

    assert "Not graded yet, so run `snakemake --cores all` first: Late." in course.export("--to", "csv")
