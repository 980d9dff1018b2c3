"""What goes back into a system is fed to that system's rules, as `lms_importers` states them."""

import csv
import io
from pathlib import Path

import pytest
from factories import a_grade
from lms_importers import (
    Participant,
    blackboard_sheet,
    brightspace_grades,
    canvas_comments,
    canvas_gradebook,
    formulas,
    gradescope_results,
    moodle_feedback,
    moodle_worksheet,
)
from openpyxl import load_workbook

from netgrade.errors import SpecError
from netgrade.lms import WRITERS, HandIn, Mark, Target
from netgrade.lms.download import Found

NAMES = ['O\'Brien, Zoë "Z"', "Under_score 12_34", "=1+1", "+49 170", "@SUM(A1)", "שרה כהן", "\u202eevil", "Ünal Åsa",
         "Null", "007", "Anna Müller", "Anna Müller", "-x", "a;b\tc"]  # fmt: skip
ACCOUNTS = [str(1000 + number) for number in range(len(NAMES))]
TITLE, MOST = "Lab, 1 (intro)", 22.0
WAITING = 5
"""Whose grade needs a person."""


def marks(tmp_path, files=None, points=None):
    """One mark for each name; somebody's waits for a person."""
    report = tmp_path / "report.pdf"
    report.write_bytes(b"%PDF-1.7 a report")
    found = []
    for number, (name, account) in enumerate(zip(NAMES, ACCOUNTS, strict=True)):
        grade = a_grade(number).model_copy(
            update={"complete": number != WAITING, "points": points if points is not None else 3.25 + number}
        )
        hand_in = HandIn(name, account, files=(files or {}).get(number, {}))
        found.append(Mark(hand_in, grade, {"dense": "=Dense <layers>"}, report))
    return found


def expected():
    return {int(account): 3.25 + n for n, account in enumerate(ACCOUNTS) if n != WAITING}


def sheet(tmp_path, rows, delimiter=",", encoding="utf-8", quoting=csv.QUOTE_MINIMAL):
    """A sheet as a system exports it."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=quoting).writerows(rows)
    path = tmp_path / "sheet.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    return path


SHEETS = {
    "en": (["Identifier", "Full name", "Email address", "Status", "Grade", "Maximum grade", "Grade can be changed",
            "Last modified (submission)", "Last modified (grade)", "Feedback comments"],
           "Participant {}", "Yes", "No", "Saturday, 14 March 2026, 10:10 PM"),
    "sv": (["Identifierare", "Hela namnet", "E-postadress", "Status", "Betyg", "Maxbetyg", "Betyg kan ändras",
            "Senast modifierat (inlämning)", "Senast modifierat (betyg)", "Återkopplingskommentarer"],
           "Deltagare{}", "Ja", "Nej", "lördag, 14 mars 2026, 22:10"),
    "nl": (["Identificatie", "Volledige naam", "E-mailadres", "Status", "Cijfer", "Maximaal cijfer",
            "Het cijfer kan gewijzigd worden", "Laatst gewijzigd (inzending)", "Laatst gewijzigd (beoordeling)",
            "Feedback"],
           "Deelnemer{}", "Ja", "Nee", "zaterdag, 14 maart 2026, 22:10 p.m."),
    "de": (["ID", "Vollständiger Name", "E-Mail-Adresse", "Status", "Bewertung", "Bestwertung",
            "Bewertung kann geändert werden", "Zuletzt geändert (Abgabe)", "Zuletzt geändert (Bewertung)",
            "Feedback als Kommentar"],
           "Teilnehmer/in{}", "Ja", "Nein", "Samstag, 14. März 2026, 22:10"),
}  # fmt: skip
"""What Moodle exports in each language: its titles, the form of an identifier, yes, no, and a time."""


def worksheet(tmp_path, decimal=".", grades=None, locked=(), header=None, language="en"):
    titles, form, yes, no, time = SHEETS[language]
    rows = [
        [form.format(account), name, "+a@b.c", "Submitted", (grades or {}).get(n, ""), f"22{decimal}00",
         no if n in locked else yes, time, time if grades and n in grades else "-", ""]
        for n, (name, account) in enumerate(zip(NAMES, ACCOUNTS, strict=True))
    ]  # fmt: skip
    return sheet(tmp_path, [header or titles, *rows], encoding="utf-8-sig")


def participants(**changes):
    return {int(account): Participant(**changes) for account in ACCOUNTS}


@pytest.mark.parametrize(("language", "decimal"), [("en", "."), ("en", ","), ("sv", ","), ("nl", ","), ("de", ",")])
def test_moodle_takes_every_grade_that_is_complete(tmp_path, language, decimal):
    path = worksheet(tmp_path, decimal, language=language)
    made = WRITERS["moodle"](marks(tmp_path), Target(TITLE, MOST, path, same_system=True))
    sheet = made.files["worksheet.csv"]
    taken = moodle_worksheet(sheet, participants(), MOST, comma=decimal == ",", language=language)

    assert {number: value for number, (value, _) in taken.items()} == expected()
    assert all("=Dense &lt;layers&gt;: 4 of 4 points." in comment for _, comment in taken.values())
    assert not formulas(sheet)
    assert any(NAMES[WAITING] in sentence and "person" in sentence for sentence in made.told)


def test_moodle_gives_every_report_to_its_student(tmp_path):
    made = WRITERS["moodle"](marks(tmp_path), Target(TITLE, MOST, worksheet(tmp_path), same_system=True))
    received = moodle_feedback(made.files["feedback.zip"], participants())

    assert received == {int(account): {"report.pdf": b"%PDF-1.7 a report"} for account in ACCOUNTS}


@pytest.mark.parametrize("language", SHEETS)
def test_what_moodle_would_skip_without_a_word_is_told_and_not_taken_for_uploaded(tmp_path, language):
    """A locked row, one that is unchanged, and one above the maximum."""
    found = marks(tmp_path)
    found[2] = Mark(found[2].hand_in, found[2].grade.model_copy(update={"points": 23.0}), {})
    path = worksheet(tmp_path, grades={1: "4.25"}, locked={0}, language=language)
    made = WRITERS["moodle"](found, Target(TITLE, MOST, path, same_system=True))
    known = participants()
    known[1000].locked, known[1001].grade = True, 4.25
    taken = moodle_worksheet(made.files["worksheet.csv"], known, MOST, language=language)
    told = "\n".join(made.told)

    assert set(expected()) - set(taken) == {1000, 1001, 1002}
    assert "Locked in Moodle, which skips their rows: O'Brien" in told
    assert f"has these grades already, and skips their rows: {NAMES[1]}" in told
    assert "more than its maximum" in told and "=1+1" in told
    left_out = {mark.hand_in.account for mark in found} - {m.hand_in.account for m in made.carried}
    assert left_out == {"1000", "1002"} | ({"1001"} if language != "en" else set())


@pytest.mark.parametrize("language", SHEETS)
def test_a_new_grade_that_moodle_holds_back_for_its_date_is_told_and_not_taken_for_uploaded(tmp_path, language):
    path = worksheet(tmp_path, grades={1: "1.00"}, language=language)
    made = WRITERS["moodle"](marks(tmp_path), Target(TITLE, MOST, path, same_system=True))
    known = participants()
    known[1001].grade = 1.0
    taken = moodle_worksheet(made.files["worksheet.csv"], known, MOST, language=language)
    told = [sentence for sentence in made.told if sentence.startswith("Moodle understands no date")]

    assert (1001 in taken) == (language == "en") == (not told)
    assert (1001 in taken) == ("1001" in {mark.hand_in.account for mark in made.carried})
    assert all(NAMES[1] in sentence for sentence in told)


def test_a_student_without_a_row_is_told(tmp_path):
    found = [*marks(tmp_path), Mark(HandIn("Nobody", "99"), a_grade(40), {})]
    made = WRITERS["moodle"](found, Target(TITLE, MOST, worksheet(tmp_path), same_system=True))

    assert any("Nobody" in sentence and "by hand" in sentence for sentence in made.told)


def test_a_namesake_never_receives_the_grade_of_another(tmp_path):
    """By name alone, neither of the two is told apart; everyone else is."""
    nameless = [Mark(HandIn(m.hand_in.student), m.grade, m.titles) for m in marks(tmp_path)]
    made = WRITERS["moodle"](nameless, Target(TITLE, MOST, worksheet(tmp_path)))
    taken = moodle_worksheet(made.files["worksheet.csv"], participants(), MOST)

    assert {number: value for number, (value, _) in taken.items()} == {
        number: value for number, value in expected().items() if number not in (1010, 1011)
    }
    assert any("Anna Müller, Anna Müller" in sentence for sentence in made.told)


@pytest.mark.parametrize("header", [
    ["ID", "Name", *"abcdefgh"], ["Identifier", "Identifier", *"abcdefgh"],
    ["Identifier", "Full name", "Email address", "Status", "Grade", "Scale", "c", "s", "Last modified (grade)", "f"],
    ["Identifiant", "Nom complet", "c", "Statut", "Note", "Note max", "g", "s", "Dernière modification", "f"],
])  # fmt: skip
def test_another_sheet_is_refused_in_a_sentence(tmp_path, header):
    with pytest.raises(SpecError, match=r"expected (the columns|one column)|by a scale"):
        WRITERS["moodle"](marks(tmp_path), Target(TITLE, MOST, worksheet(tmp_path, header=header)))


CANVAS = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Other (7)", f"{TITLE} (4711)", "Current Score"]


def canvas_sheet(tmp_path, delimiter=",", possible="22.00", old=""):
    rows = [
        [f"{name}", account, "s" + account, "l" + account, "A", "1.5", old, "50"]
        for name, account in zip(NAMES, ACCOUNTS, strict=True)
    ]
    heading = [["", "", "", "", "", "Manual Posting", "", ""],
               ["    Points Possible", "", "", "", "", "10.00", possible, "(read only)"]]  # fmt: skip
    return sheet(tmp_path, [CANVAS, *heading, *rows, ["Student, Test", "1", "", "", "A", "", "", ""]], delimiter)


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_canvas_takes_every_grade_into_the_one_assignment(tmp_path, delimiter):
    made = WRITERS["canvas"](marks(tmp_path), Target(TITLE, MOST, canvas_sheet(tmp_path, delimiter), same_system=True))
    students = {int(account): name for account, name in zip(ACCOUNTS, NAMES, strict=True)}
    grades, new, possible = canvas_gradebook(made.files["gradebook.csv"], students, {4711: TITLE, 7: "Other"})

    assert not new
    assert possible == {4711: "22.00"}
    assert {number: float(grade) for (_, number), grade in grades.items() if grade} == expected()
    assert grades[4711, 1000 + WAITING] == ""
    assert not formulas(made.files["gradebook.csv"], delimiter)


def test_an_older_grade_in_canvas_is_told_where_a_person_has_to_look_now(tmp_path):
    made = WRITERS["canvas"](marks(tmp_path), Target(TITLE, MOST, canvas_sheet(tmp_path, old="9"), same_system=True))

    assert any("older grade" in sentence and NAMES[WAITING] in sentence for sentence in made.told)


def test_a_title_that_canvas_does_not_have_is_refused_with_what_there_is(tmp_path):
    with pytest.raises(SpecError, match=r"Other \(7\)"):
        WRITERS["canvas"](marks(tmp_path), Target("Lab 2", MOST, canvas_sheet(tmp_path)))


def test_a_column_that_is_read_only_is_refused(tmp_path):
    with pytest.raises(SpecError, match="does not let"):
        WRITERS["canvas"](marks(tmp_path), Target(TITLE, MOST, canvas_sheet(tmp_path, possible="(read only)")))


def test_canvas_hangs_every_report_on_its_students_own_file(tmp_path):
    """As the download was named: letters, digits and underscores are left of a name."""
    names = ["obrienzoëz", "under_score1234", "11", "שרהכהן"]
    files = {
        number: {"a_1_b.py": Found(f"{name}_LATE_{ACCOUNTS[number]}_{500 + number}_a_1_b.py", Path("x"), 1)}
        for number, name in enumerate(names)
        if name != "11"
    }
    files[2] = {"text.html": Found(f"11_{ACCOUNTS[2]}_text.html", Path("x"), 1)}
    made = WRITERS["canvas"](marks(tmp_path, files), Target(TITLE, MOST, canvas_sheet(tmp_path), same_system=True))
    own = {(int(ACCOUNTS[number]), 500 + number): "a_1_b.py" for number in (0, 1, 3)}

    assert set(canvas_comments(made.files["comments.zip"], own)) == {1000, 1001, 1003}
    assert any("no file of theirs" in sentence and NAMES[2] in sentence for sentence in made.told)


BLACKBOARD = f"{TITLE} [Total Pts: 22 Score] |123456"


@pytest.mark.parametrize(
    ("delimiter", "encoding", "quoting"), [("\t", "utf-16", csv.QUOTE_ALL), (",", "utf-8-sig", csv.QUOTE_ALL)]
)
def test_blackboard_takes_every_grade_in_the_form_that_it_came_in(tmp_path, delimiter, encoding, quoting):
    header = ["Last Name", "First Name", "Username", "Student ID", BLACKBOARD, "Other [Total Pts: 5 Score] |77"]
    rows = [[name, "=x", account, "1", "", "3"] for name, account in zip(NAMES, ACCOUNTS, strict=True)]
    path = sheet(tmp_path, [header, *rows], delimiter, encoding, quoting)
    made = WRITERS["blackboard"](marks(tmp_path), Target(TITLE, MOST, path, same_system=True))
    [(name, content)] = made.files.items()
    grades = blackboard_sheet(content, set(ACCOUNTS), {123456: TITLE, 77: "Other"})

    assert name.endswith(".xls" if delimiter == "\t" else ".csv")
    assert {int(user): float(grade) for (_, user), grade in grades.items() if grade} == expected()
    assert {number for number, _ in grades} == {123456}
    assert grades[123456, ACCOUNTS[WAITING]] == ""
    assert not formulas(content, delimiter, encoding)


@pytest.mark.parametrize("key", ["OrgDefinedId", "Username"])
def test_brightspace_takes_every_grade(tmp_path, key):
    """By number where the download had it, and by name otherwise."""
    header = [key, "Last Name", "First Name", f"{TITLE} Points Grade <Numeric MaxPoints:22 Weight:5>",
              "End-of-Line Indicator"]  # fmt: skip
    rows = [[f"#{account}", "", name, "", "#"] for name, account in zip(NAMES, ACCOUNTS, strict=True)]
    path = sheet(tmp_path, [header, *rows], encoding="utf-8-sig")
    made = WRITERS["brightspace"](marks(tmp_path), Target(TITLE, MOST, path, same_system=True))
    grades = brightspace_grades(made.files["grades.csv"], set(ACCOUNTS), {TITLE: 22.0})

    assert {int(user): grade for (_, user), grade in grades.items()} == expected()
    assert not formulas(made.files["grades.csv"])


def test_gradescope_reads_every_result_and_has_none_of_who_waits(tmp_path):
    done = [task.model_copy(update={"points": task.points or 0.0}) for task in a_grade().tasks]
    found = [Mark(m.hand_in, m.grade.model_copy(update={"tasks": done}), m.titles) for m in marks(tmp_path)]
    made = WRITERS["gradescope"](found, Target(TITLE, MOST))
    scores = {name.partition("/")[0]: gradescope_results(content) for name, content in made.files.items()}

    assert scores == {f"s{int(account) - 1000:011d}": points for account, points in expected().items()}


def test_the_table_for_any_other_system_is_read_back(tmp_path):
    content = WRITERS["csv"](marks(tmp_path), Target(TITLE, MOST)).files["grades.csv"]
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))

    assert {int(row["Account"]): float(row["Points"]) for row in rows if row["Points"]} == expected()
    assert [row["Student"].removeprefix("'") for row in rows] == NAMES
    assert not formulas(content)


def test_a_workbook_holds_texts_and_numbers_and_no_formula(tmp_path):
    content = WRITERS["xlsx"](marks(tmp_path), Target(TITLE, MOST)).files["grades.xlsx"]
    sheet = load_workbook(io.BytesIO(content)).active
    header, *rows = sheet.iter_rows()
    column = [cell.value for cell in header].index("Points")

    assert [row[0].value for row in rows] == NAMES
    assert {int(row[1].value): row[column].value for row in rows if row[column].value is not None} == expected()
    assert not [cell.value for row in rows for cell in row if cell.data_type == "f"]


def test_only_what_is_wanted_is_carried(tmp_path):
    found = [Mark(m.hand_in, m.grade, m.titles, m.report, wanted=n == 3) for n, m in enumerate(marks(tmp_path))]
    for system in ("moodle", "csv", "gradescope"):
        path = worksheet(tmp_path) if system == "moodle" else None
        made = WRITERS[system](found, Target(TITLE, MOST, path, same_system=True))

        assert [mark.hand_in.student for mark in made.carried] == [NAMES[3]]
        assert not made.told
