"""Downloads of each system, laid out as it names files, are collected: whose files, which attempt, and when."""

import io
import stat
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from factories import a_backdrop, an_assignment

from netgrade.collect import collect, fingerprint, partition, roster_of
from netgrade.errors import NetgradeError
from netgrade.grade import grade
from netgrade.objects.assignment import Lms
from netgrade.objects.base import Status
from netgrade.objects.plan import CheckedSubmission
from netgrade.report.classroom import class_page

KEY = b"k" * 32
MARCH = datetime(2026, 3, 14, 21, 10, tzinfo=UTC)


def a_zip(**files):
    """A student's own zip, by names with a dot written as two underscores."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "."), text)
    return content.getvalue()


def laid_out(tmp_path, files, packed):
    """The files of a download, as a folder or as the zip that the system makes."""
    if packed:
        place = tmp_path / "download.zip"
        with zipfile.ZipFile(place, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return place
    for name, content in files.items():
        path = tmp_path / "download" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return tmp_path / "download"


def collected(place, tmp_path, **lms):
    """All submissions of all chunks, by student."""
    lms = Lms.model_validate(lms)
    chunks = partition(place, KEY, lms)
    found = [collect("a", chunk, place, tmp_path / "places", KEY, lms) for chunk in chunks]
    names = roster_of({"a": chunks}, KEY).names("a")
    return {names[one.slug]: one for chunk in found for one in chunk.submissions}


def contents(submission):
    """What a submission holds, by name."""
    return {file.path: (Path(submission.folder) / file.path).read_text() for file in submission.files}


MOODLE = {
    "O'Brien-Müller Zoë_1234567_assignsubmission_file_/model.py": "old folder",
    "שרה כהן_1234568_assignsubmission_file/lab/model.py": "new folder",
    "a_12_b_1234569_assignsubmission_file_my_model.py": "no folder",
    "Ünal_1234570_assignsubmission_file_/work.zip": a_zip(model__py="zipped"),
    "Anna_1234571_assignsubmission_file_/model.py": "first Anna",
    "Anna_1234572_assignsubmission_file_/model.py": "second Anna",
    "Bo_1234573_assignsubmission_onlinetext_/onlinetext.html": "text",
}


@pytest.mark.parametrize("packed", [False, True])
def test_moodles_download_is_read_in_each_of_its_forms(tmp_path, packed):
    found = collected(laid_out(tmp_path, MOODLE, packed), tmp_path, system="moodle")

    assert {name: contents(one) for name, one in found.items()} == {
        "O'Brien-Müller Zoë": {"model.py": "old folder"},
        "שרה כהן": {"model.py": "new folder"},
        "a_12_b": {"my_model.py": "no folder"},
        "Ünal": {"model.py": "zipped"},
        "Anna (1234571)": {"model.py": "first Anna"},
        "Anna (1234572)": {"model.py": "second Anna"},
        "Bo": {"onlinetext.html": "text"},
    }


WORKSHEETS = {
    "English": ("Identifier,Full name,Status,Grade,Maximum grade,Last modified (submission),Last modified (grade)",
                "Participant 1234567", "Saturday, 14 March 2026, 10:10\u202fPM"),
    "Swedish": ("Identifierare,Hela namnet,Status,Betyg,Maxbetyg,Senast modifierat (inlämning),"
                "Senast modifierat (betyg)", "Deltagare1234567", "lördag, 14 mars 2026, 22:10"),
    "Dutch": ("Identificatie,Volledige naam,Status,Cijfer,Maximaal cijfer,Laatst gewijzigd (inzending),"
              "Laatst gewijzigd (beoordeling)", "Deelnemer1234567", "zaterdag, 14 maart 2026, 22:10 p.m."),
    "German": ("ID,Vollständiger Name,Status,Bewertung,Bestwertung,Zuletzt geändert (Abgabe),"
               "Zuletzt geändert (Bewertung)", "Teilnehmer/in1234567", "Samstag, 14. März 2026, 22:10"),
}  # fmt: skip


@pytest.mark.parametrize("language", WORKSHEETS)
def test_a_worksheet_beside_moodles_download_gives_names_and_times(tmp_path, language):
    titles, identifier, time = WORKSHEETS[language]
    sheet = f'{titles}\n"{identifier}","O\'Brien, Zoë_",x,,10,"{time}",-\n'
    place = laid_out(tmp_path, MOODLE | {"Grades-DL-Lab 1.csv": sheet}, False)
    found = collected(place, tmp_path, system="moodle", zone="Europe/Stockholm")

    assert found["O'Brien, Zoë_"].handed_in == MARCH
    assert found["Ünal"].handed_in is None


CANVAS = {
    "müllerzoë_12345_900_model.py": "on time",
    "müllerzoë_12345_901_answers-2.yaml": "- answered again",
    "a_b_LATE_12346_902_my_model-1.py": "late",
    "anon_aB3xZ_903_model.py": "anonymous",
    "שרהכהן_12347_904_lab 1.zip": a_zip(model__py="zipped"),
    "textonly_12348_text.html": "text",
}


@pytest.mark.parametrize("packed", [False, True])
def test_canvas_download_is_read_with_its_late_marks(tmp_path, packed):
    found = collected(laid_out(tmp_path, CANVAS, packed), tmp_path, system="canvas")

    assert {name: contents(one) for name, one in found.items()} == {
        "müllerzoë": {"model.py": "on time", "answers.yaml": "- answered again"},
        "a_b": {"my_model-1.py": "late"},
        "anonymous aB3xZ": {"model.py": "anonymous"},
        "שרהכהן": {"model.py": "zipped"},
        "textonly": {"text.html": "text"},
    }
    assert [name for name, one in found.items() if one.late] == ["a_b"]


def test_late_without_a_time_waits_for_a_person_and_a_time_settles_it(tmp_path):
    """The late rule of the assignment takes points by the day, which a mark alone does not tell."""
    place = laid_out(tmp_path, CANVAS, False)

    def graded():
        late = collected(place, tmp_path, system="canvas")["a_b"]
        checked = CheckedSubmission(slug=late.slug, submission=late.digest, isolation="none")
        return grade(late, checked, an_assignment(), {})

    waiting = class_page([graded()], a_backdrop(), {}).waiting[0]

    assert graded().late_unknown and not graded().complete
    assert waiting.task == "Time of hand-in" and "handed_in.csv" in waiting.rows[0].reason
    (place / "handed_in.csv").write_text("student,handed_in\na_b,2026-03-15T10:00:00Z\n")
    assert not graded().late_unknown and graded().late_factor == 0.9


BLACKBOARD = {
    "Lab_1_z_mueller_attempt_2026-03-10-08-00-00_model.py": "first attempt",
    "Lab_1_z_mueller_attempt_2026-03-10-08-00-00.txt": "Name: Zoë Müller (z_mueller)\nAssignment: Lab_1\n",
    "Lab_1_z_mueller_attempt_2026-03-14-22-10-00_model_2.py": "last attempt",
    "Lab_1_z_mueller_attempt_2026-03-14-22-10-00.txt": "Name: Zoë Müller (z_mueller)\nName: Evil (bo)\n",
    "Lab_1_bo_attempt_2026-03-11-09-00-00_notes.txt": "his notes",
}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(("attempt", "holds"), [("first", "first attempt"), ("last", "last attempt")])
def test_the_attempt_that_counts_is_the_courses_choice(tmp_path, packed, attempt, holds):
    place = laid_out(tmp_path, BLACKBOARD, packed)
    found = collected(place, tmp_path, system="blackboard", attempt=attempt, zone="Europe/Stockholm")

    assert {name: list(contents(one).values()) for name, one in found.items()} == {
        "Zoë Müller": [holds],
        "bo": ["his notes"],
    }
    assert found["bo"].handed_in == datetime(2026, 3, 11, 8, tzinfo=UTC)


BRIGHTSPACE = {
    "index.html": "its own",
    "100-200 - Zoë - Müller - Mar 10, 2026 910 AM/model.py": "first attempt",
    "100-200 - Zoë - Müller - Mar 14, 2026 1010 PM/model.py": "last attempt",
    "101-201 - Bo Ek - 14 March, 2026 2210 - my - model.py": "flat",
}


@pytest.mark.parametrize("packed", [False, True])
def test_brightspace_download_is_read_with_its_times(tmp_path, packed):
    found = collected(laid_out(tmp_path, BRIGHTSPACE, packed), tmp_path, system="brightspace", zone="Europe/Stockholm")

    assert {name: contents(one) for name, one in found.items()} == {
        "Zoë - Müller": {"model.py": "last attempt"},
        "Bo Ek": {"my - model.py": "flat"},
    }
    assert {one.handed_in for one in found.values()} == {MARCH}


def test_a_tree_of_github_classroom_is_read_by_its_accounts(tmp_path):
    place = tmp_path / "lab-submissions"
    for account in ("ada", "bo-ek"):
        (place / f"lab-{account}" / ".git").mkdir(parents=True)
        (place / f"lab-{account}" / "model.py").write_text(account)
    before = collected(place, tmp_path, system="github")
    (place / "grades.csv").write_text(
        "assignment_name,github_username,roster_identifier,student_repository_name,submission_timestamp\n"
        "lab,ada,Ada Lovelace,lab-ada,2026-03-14 21:10:00 UTC\n"
    )
    found = collected(place, tmp_path, system="github")

    assert {name: contents(one) for name, one in before.items()} == {
        "ada": {"model.py": "ada"},
        "bo-ek": {"model.py": "bo-ek"},
    }
    assert set(found) == {"Ada Lovelace", "bo-ek"}
    assert found["Ada Lovelace"].handed_in == MARCH


def test_what_is_named_otherwise_is_graded_under_its_own_name(tmp_path):
    """Nobody is dropped for the name of a folder; lists and notes are no submissions."""
    place = laid_out(tmp_path, MOODLE | {"By mail/model.py": "mailed", "late.py": "x", "readme.txt": "y"}, False)
    found = collected(place, tmp_path, system="moodle")

    assert contents(found["By mail"]) == {"model.py": "mailed"}
    assert "late.py" in found and "readme.txt" not in found


@pytest.mark.parametrize("system", ["moodle", "canvas", "blackboard", "brightspace"])
def test_a_download_of_another_system_is_refused_with_a_name_as_it_should_be(tmp_path, system):
    place = laid_out(tmp_path, {"one.txt": "x"}, packed=True)

    with pytest.raises(NetgradeError, match=f"named as {system} names"):
        partition(place, KEY, Lms(system=system))


@pytest.mark.parametrize(
    "bad",
    [b"PK\x03\x04 no zip", a_zip(**{"../escape__py": "x"}), a_zip(**{"a/" * 30 + "x__py": "x"})],
    ids=["broken", "outside", "deep"],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_bad_zip_in_a_download_stops_nobody_else(tmp_path, bad, packed):
    place = laid_out(tmp_path, CANVAS | {"bad_7_905_work.zip": bad}, packed)
    found = collected(place, tmp_path, system="canvas")

    assert found["bad"].status is Status.INVALID
    assert found["müllerzoë"].status is Status.OK
    assert not list(tmp_path.rglob("escape.py")) and not list(tmp_path.rglob(".part-*"))


def test_names_in_the_zip_of_a_class_lead_nowhere_else(tmp_path, monkeypatch):
    """A link, a way out and too much are each their student's alone."""
    monkeypatch.setattr("netgrade.collect.MOST_BYTES", 1000)
    place = tmp_path / "download.zip"
    link = zipfile.ZipInfo("linked_7_905_model.py")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("fine_6_904_model.py", "fine")
        archive.writestr(link, "/etc/passwd")
        archive.writestr("large_8_906_model.py", b" " * 1001)
    moodle = tmp_path / "moodle.zip"
    with zipfile.ZipFile(moodle, "w") as archive:
        archive.writestr("Eve_9_assignsubmission_file_/../../../escape.py", "x")
    found = collected(place, tmp_path, system="canvas")

    assert {name: one.status for name, one in found.items()} == {
        "fine": Status.OK,
        "linked": Status.INVALID,
        "large": Status.INVALID,
    }
    assert collected(moodle, tmp_path, system="moodle")["Eve"].status is Status.INVALID
    assert not list(tmp_path.rglob("escape.py"))


def test_a_link_in_a_download_is_invalid(tmp_path):
    place = laid_out(tmp_path, MOODLE, False)
    (place / "Ünal_1234570_assignsubmission_file_" / "labels.py").symlink_to("/etc/passwd")

    assert collected(place, tmp_path, system="moodle")["Ünal"].status is Status.INVALID


def test_a_new_attempt_changes_the_fingerprint_of_its_student_alone(tmp_path):
    place, lms = laid_out(tmp_path, BLACKBOARD, False), Lms(system="blackboard")

    def prints():
        return {one.student: fingerprint([one]) for found in partition(place, KEY, lms).values() for one in found}

    before = prints()
    (place / "Lab_1_bo_attempt_2026-03-12-09-00-00_model.py").write_text("again")

    assert {name for name, digest in prints().items() if digest != before[name]} == {"bo"}
