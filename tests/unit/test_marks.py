"""Marks: one changes at a time, and whatever else stands in the file stays there."""

import pytest

from netgrade.errors import SpecError
from netgrade.marks import ChangedMeanwhile, Mark, marks_file, put_mark, read_marks
from netgrade.spec import load_course, load_overrides

SLUGS = {"Åsa, B.": "s00000000001", "Bo": "s00000000002"}
HEADER = "student,task,points,comment\n"
CONFIG = """\
# The course of this spring.
title: Spring
assignments:
  - submissions: subs   # from Moodle
    id: lab-1   # the first
    lms:
      system: moodle
  - {id: lab-2, submissions: other}
"""


@pytest.fixture
def marks(tmp_path, monkeypatch):
    """Åsa stands there by name, Bo by pseudonym."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "marks.csv"
    path.write_text(HEADER + '"Åsa, B.",q1,1,"half, why?"\ns00000000002,q1,2,\n', encoding="utf-8")
    return path


def put(path, slug, task, mark, believed=None):
    put_mark(path, slug, task, Mark(*mark), Mark(*(believed or ())), SLUGS)


def test_a_mark_is_added_changed_and_taken_out(marks):
    put(marks, "s00000000002", "q2", ("0.5", "x"))
    put(marks, "s00000000001", "q1", ("2", "half, why?"), ("1", "half, why?"))
    put(marks, "s00000000002", "q1", (), ("2", ""))

    assert marks.read_text() == HEADER + '"Åsa, B.",q1,2,"half, why?"\ns00000000002,q2,0.5,x\n'
    assert read_marks(marks, SLUGS) == {
        ("s00000000001", "q1"): Mark("2", "half, why?"), ("s00000000002", "q2"): Mark("0.5", "x"),
    }  # fmt: skip


def test_a_mark_that_somebody_else_changed_is_not_written_over(marks):
    before = marks.read_bytes()
    with pytest.raises(ChangedMeanwhile) as told:
        put(marks, "s00000000002", "q1", ("3", ""), ("1", ""))

    assert told.value.there == Mark("2")
    assert marks.read_bytes() == before
    put(marks, "s00000000002", "q1", ("3", ""), told.value.there)
    assert read_marks(marks, SLUGS)["s00000000002", "q1"] == Mark("3")


def test_what_an_editor_wrote_meanwhile_stays(marks):
    marks.write_text(marks.read_text() + "Bo,q3,4,by hand\n")
    put(marks, "s00000000001", "q2", ("1", ""))

    assert read_marks(marks, SLUGS)["s00000000002", "q3"] == Mark("4", "by hand")


def test_the_last_of_two_rows_counts_and_only_it_is_left(marks):
    """As grading takes them: a mark that is taken out does not bring back an older one."""
    marks.write_text(HEADER + "Bo,q1,1,old\nBo,q1,2,new\n")
    put(marks, "s00000000002", "q1", (), ("2", "new"))

    assert marks.read_text() == HEADER


def test_a_marking_sheet_keeps_its_columns(marks):
    """What a spreadsheet filled in, with line ends and a byte order mark of its own."""
    marks.write_bytes(b'\xef\xbb\xbfstudent,name,task,points,comment,answer\r\nBo,B,q1,2,,"two\r\nlines"\r\n')
    put(marks, "s00000000002", "q1", (), ("2", ""))
    put(marks, "s00000000001", "q1", ("1", "é"))

    assert (
        marks.read_bytes()
        == (
            '\ufeffstudent,name,task,points,comment,answer\r\nBo,B,q1,,,"two\r\nlines"\r\ns00000000001,,q1,1,é,\r\n'
        ).encode()
    )
    assert [(one.student, one.points) for one in load_overrides(marks)] == [("s00000000001", 1.0)]


def test_a_file_that_is_none_is_left_alone(marks):
    marks.write_text("student,points\nBo,3\n")
    with pytest.raises(SpecError, match=r"marks\.csv:1"):
        put(marks, "s00000000002", "q1", ("1", ""))

    assert marks.read_text() == "student,points\nBo,3\n"


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize(("assignment", "line"), [
    ("lab-1", "    id: lab-1   # the first\n    overrides: marks-lab-1.csv\n"),
    ("lab-2", "  - {id: lab-2, overrides: marks-lab-2.csv, submissions: other}\n"),
])  # fmt: skip
def test_a_file_is_made_and_named_and_nothing_else_changes(tmp_path, assignment, line, line_end):
    config = tmp_path / "config.yaml"
    config.write_bytes(CONFIG.replace("\n", line_end).encode())
    path = marks_file(config, assignment)
    again = marks_file(config, assignment)
    text = config.read_bytes().decode()

    assert path == again == tmp_path / f"marks-{assignment}.csv" and path.read_text() == HEADER
    assert {one.id: one.overrides for one in load_course(config).assignments}[assignment] == path.name
    assert line.replace("\n", line_end) in text
    assert len(text) - len(line_end.join(CONFIG.split("\n"))) in (len(f"    overrides: {path.name}{line_end}"),
                                                                 len(f", overrides: {path.name}"))  # fmt: skip


def test_a_file_of_that_name_that_nobody_named_is_asked_about(tmp_path):
    (tmp_path / "config.yaml").write_text(CONFIG)
    (tmp_path / "marks-lab-1.csv").write_text(HEADER)
    with pytest.raises(SpecError, match="does not name it"):
        marks_file(tmp_path / "config.yaml", "lab-1")

    assert (tmp_path / "config.yaml").read_text() == CONFIG
