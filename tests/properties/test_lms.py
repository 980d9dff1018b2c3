"""Downloads and sheets of learning management systems: whatever the names, each grade reaches its own student."""

import csv
import io
import re
import zipfile
from collections import Counter

import pytest
from cases import damaged, holds
from factories import a_grade
from hypothesis import strategies as st
from lms_importers import (
    Participant,
    blackboard_sheet,
    brightspace_grades,
    canvas_gradebook,
    formulas,
    moodle_feedback,
    moodle_worksheet,
)
from test_gradebook import LETTERS, ODD

from netgrade.errors import NetgradeError, SpecError
from netgrade.lms import READERS, WRITERS, HandIn, Mark, Target, every_attempt, hand_ins
from netgrade.lms.table import read_table
from netgrade.objects.assignment import Lms

GRADE = a_grade()
POINTS = st.none() | st.decimals(0, 22, places=2).map(float)
CLASS = st.lists(st.tuples(LETTERS | ODD, POINTS), min_size=1, max_size=5)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("lms")


def exported(folder, system, students, header, row, encoding="utf-8", delimiter=","):
    """What is written for a class of names and points, into a sheet as the system makes it."""
    report = folder / "report.pdf"
    report.write_bytes(b"%PDF")
    marks = [
        Mark(
            HandIn(name, str(100 + number)),
            GRADE.model_copy(update={"complete": points is not None, "points": points or 0.0}),
            {},
            report,
        )
        for number, (name, points) in enumerate(students)
    ]
    text = io.StringIO()
    rows = [row(str(100 + number), name) for number, (name, _) in enumerate(students)]
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([header, *rows])
    path = folder / "sheet"
    path.write_bytes(text.getvalue().encode(encoding))
    return WRITERS[system](marks, Target("Lab", 22.0, path, same_system=True)).files


def given(students):
    return {str(100 + number): points for number, (_, points) in enumerate(students) if points is not None}


@holds(students=CLASS)
def test_moodle_takes_what_was_given(folder, students):
    header = ["Identifier", "Full name", "Grade", "Maximum grade", "Last modified (grade)", "Feedback comments"]
    files = exported(
        folder, "moodle", students, header, lambda number, name: [f"Participant {number}", name, "", "22.00", "-", ""]
    )
    known = {int(number): Participant() for number, _ in enumerate(students, start=100)}
    taken = moodle_worksheet(files["worksheet.csv"], known, 22.0)

    assert {str(number): value for number, (value, _) in taken.items()} == given(students)
    assert not formulas(files["worksheet.csv"])
    assert set(moodle_feedback(files["feedback.zip"], known)) == set(known)


@holds(students=CLASS, sign=st.sampled_from(",;"))
def test_canvas_takes_what_was_given(folder, students, sign):
    header = ["Student", "ID", "SIS Login ID", "Section", "Lab (7)"]
    files = exported(
        folder, "canvas", students, header, lambda number, name: [name, number, "x", "A", ""], delimiter=sign
    )
    users = {100 + number: name for number, (name, _) in enumerate(students)}
    grades, new, _ = canvas_gradebook(files["gradebook.csv"], users, {7: "Lab"})

    assert not new
    assert {str(number): float(grade) for (_, number), grade in grades.items() if grade} == given(students)
    assert not formulas(files["gradebook.csv"], sign)


@holds(students=CLASS)
def test_blackboard_takes_what_was_given(folder, students):
    header = ["Last Name", "First Name", "Username", "Lab [Total Pts: 22 Score] |9"]
    files = exported(
        folder, "blackboard", students, header, lambda number, name: [name, name, number, ""], "utf-16", "\t"
    )
    [content] = files.values()
    grades = blackboard_sheet(content, {str(100 + number) for number in range(len(students))}, {9: "Lab"})

    assert {user: float(grade) for (_, user), grade in grades.items() if grade} == given(students)
    assert not formulas(content, "\t", "utf-16")


@holds(students=CLASS)
def test_brightspace_takes_what_was_given(folder, students):
    header = ["OrgDefinedId", "Last Name", "First Name", "Lab Points Grade <Numeric MaxPoints:22>", "x"]
    files = exported(folder, "brightspace", students, header, lambda number, name: ["#" + number, name, name, "", "#"])
    grades = brightspace_grades(files["grades.csv"], {str(100 + n) for n in range(len(students))}, {"Lab": 22.0})

    assert {user: grade for (_, user), grade in grades.items()} == given(students)
    assert not formulas(files["grades.csv"])


FORMS = st.sampled_from(
    ["{}_12_assignsubmission_file_/{}", "{}_12_assignsubmission_file_{}", "{}_LATE_12_34_{}", "{}_12_34_{}",
     "Lab_{}_attempt_2026-03-14-22-10-05_{}", "Lab_{}_attempt_2026-99-14-22-10-05_{}",
     "12-34 - {} - Mar 14, 2026 1010 PM/{}", "12-34 - {} - Feb 31, 2026 2960 - {}", "anon_aB3xZ_34_{}{}", "{}/{}"]
)  # fmt: skip
PIECES = LETTERS | ODD | st.sampled_from(["a_1_b", "1", "_", "a - b", "x.zip", "..", "model.py"])


@holds(names=st.lists(st.builds(str.format, FORMS, PIECES, PIECES), min_size=1, max_size=5))
def test_no_file_of_a_download_is_two_students_and_each_student_has_a_name(folder, names):
    place = folder / "download.zip"
    with zipfile.ZipFile(place, "w") as archive:
        for name in dict.fromkeys(names):
            archive.writestr(name, "x")
    for system in sorted(set(READERS) - {"github"}):
        try:
            attempts, found = (read(place, Lms(system=system)) for read in (every_attempt, hand_ins))
        except NetgradeError as error:
            assert re.search("is named as|cannot be read", str(error))
            continue
        uses = Counter(one.name for hand_in in attempts for one in hand_in.files.values())

        assert set(uses.values()) == {1}
        assert all(one.student and one.files for one in found)
        assert len({(one.student, one.account) for one in found}) == len(found)


SHEET = b'Identifier,"Full name",Grade\r\nParticipant 1,"a\nb",2\r\n'


@holds(content=damaged(SHEET) | damaged(SHEET.decode().encode("utf-16")) | st.binary(max_size=40))
def test_a_sheet_is_read_or_refused_in_a_sentence(folder, content):
    path = folder / "damaged.csv"
    path.write_bytes(content)
    try:
        table = read_table(path)
    except SpecError as error:
        assert str(path) in str(error)
    else:
        assert all(len(row) == len(table.header) for row in table.rows)
        path.write_bytes(table.encoded())
        assert read_table(path).rows == table.rows
