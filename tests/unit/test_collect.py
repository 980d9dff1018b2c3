"""Submissions are named, listed and hashed without running or believing anything in them."""

import errno
import os
import stat
import zipfile
from datetime import UTC, datetime

import pytest

from netgrade.collect import collect, fingerprint, partition, pseudonym_key, roster_of, slug_of
from netgrade.errors import NetgradeError, StorageError
from netgrade.objects.base import Status

KEY = b"k" * 32


@pytest.fixture
def course(tmp_path):
    """Three students: a folder, a zip, an empty folder."""
    folder = tmp_path / "submissions"
    (folder / "O'Brien-Müller, Zoë").mkdir(parents=True)
    (folder / "O'Brien-Müller, Zoë" / "work.py").write_text("print(1)")
    (folder / "Empty").mkdir()
    (folder / "Empty" / ".gitkeep").touch()
    with zipfile.ZipFile(folder / "Zip.zip", "w") as archive:
        archive.writestr("work/a.py", "x = 1")
    return folder


def everyone(folder, tmp_path):
    """All submissions of all chunks, by student."""
    chunks = partition(folder, KEY)
    found = [collect("a", chunk, folder, tmp_path / "places", KEY) for chunk in chunks]
    names = roster_of({"a": chunks}, KEY).names("a")
    return {names[s.slug]: s for c in found for s in c.submissions}


def test_every_submission_is_found_once(course, tmp_path):
    """Whatever the name, and folder and zip alike."""
    found = everyone(course, tmp_path)

    assert {"O'Brien-Müller, Zoë", "Empty", "Zip"} == set(found)
    assert [f.path for f in found["O'Brien-Müller, Zoë"].files] == ["work.py"]
    assert [f.path for f in found["Zip"].files] == ["a.py"]
    assert Status.SKIPPED is found["Empty"].status


def test_a_new_zip_leaves_nothing_of_the_old_one(course, tmp_path):
    everyone(course, tmp_path)
    with zipfile.ZipFile(course / "Zip.zip", "w") as archive:
        archive.writestr("work/b.py", "x = 2")

    assert [f.path for f in everyone(course, tmp_path)["Zip"].files] == ["b.py"]


def test_a_full_disk_is_no_fault_of_the_submission(course, tmp_path, monkeypatch):
    """The run stops; nobody gets no points for it."""

    def fsync(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(StorageError):
        everyone(course, tmp_path)


def test_a_slug_is_opaque_and_stable():
    """Both ways to write an umlaut are one student, whom nobody finds without the key."""
    assert slug_of("Zoe\u0308", KEY) == slug_of("Zo\u00eb", KEY)
    assert slug_of("x", KEY).isalnum() and len(slug_of("x; touch pwned", KEY)) == 12
    assert slug_of("x", KEY) != slug_of("x", b"another")


def test_the_key_is_made_once_and_is_nobody_elses(tmp_path):
    key = pseudonym_key(tmp_path / "pseudonyms")

    assert pseudonym_key(tmp_path / "pseudonyms") == key
    assert stat.S_IMODE((tmp_path / "pseudonyms").stat().st_mode) == 0o700


def test_no_path_of_a_submission_carries_a_name(course, tmp_path):
    found = everyone(course, tmp_path)

    assert not any(name in submission.folder for name, submission in found.items())


def test_a_file_that_is_no_longer_in_the_zip_is_forgotten(course, tmp_path):
    everyone(course, tmp_path)
    with zipfile.ZipFile(course / "Zip.zip", "w") as archive:
        archive.writestr("work/b.py", "x = 1")

    assert [f.path for f in everyone(course, tmp_path)["Zip"].files] == ["b.py"]


def test_a_changed_file_changes_the_fingerprint(course):
    """Names, sizes and times are looked at."""
    entries = [p for chunk in partition(course, KEY).values() for p in chunk]
    before = fingerprint(entries)
    (course / "Empty" / "work.py").write_text("late")

    assert before != fingerprint(entries)


def test_a_time_of_hand_in_changes_the_fingerprint_of_that_student(course):
    def prints():
        return {one.student: fingerprint([one]) for chunk in partition(course, KEY).values() for one in chunk}

    before = prints()
    (course / "handed_in.csv").write_text("student,handed_in\nEmpty,2026-03-15T10:00:00Z\n")

    assert {student for student, digest in prints().items() if digest != before[student]} == {"Empty"}


@pytest.mark.parametrize("name", ["../escape.py", "/etc/escape.py", "a/../../escape.py"])
def test_a_zip_that_leads_outside_is_invalid(tmp_path, name):
    """Zip-slip writes nothing, and the student reads why."""
    folder = tmp_path / "submissions"
    folder.mkdir()
    with zipfile.ZipFile(folder / "Bad.zip", "w") as archive:
        archive.writestr(name, "x")
    bad = everyone(folder, tmp_path)["Bad"]

    assert Status.INVALID is bad.status
    assert "outside" in bad.cause.what
    assert not list(tmp_path.rglob("escape.py"))


def test_a_link_in_a_zip_is_invalid(tmp_path):
    """Symbolic links are not followed and not made."""
    folder = tmp_path / "submissions"
    folder.mkdir()
    link = zipfile.ZipInfo("labels")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(folder / "Bad.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")

    assert Status.INVALID is everyone(folder, tmp_path)["Bad"].status


def test_a_link_in_a_folder_is_invalid(course, tmp_path):
    """A link could show other students' files."""
    (course / "Empty" / "link").symlink_to("/etc/passwd")

    assert Status.INVALID is everyone(course, tmp_path)["Empty"].status


def test_a_broken_zip_is_invalid(tmp_path):
    """One broken file stops nobody."""
    folder = tmp_path / "submissions"
    folder.mkdir()
    (folder / "Bad.zip").write_bytes(b"PK\x03\x04 not a zip")

    assert Status.INVALID is everyone(folder, tmp_path)["Bad"].status


def test_what_an_earlier_zip_held_is_not_handed_in_again(tmp_path):
    """A student may hand in anew, with fewer files."""
    folder = tmp_path / "submissions"
    folder.mkdir()
    for name in ("old.py", "new.py"):
        with zipfile.ZipFile(folder / "Ada.zip", "w") as archive:
            archive.writestr(name, "x = 1")
        found = everyone(folder, tmp_path)

    assert [f.path for f in found["Ada"].files] == ["new.py"]


def test_a_folder_whose_name_is_not_utf_8_is_read(tmp_path):
    """Its place has a name of its own; the roster shows what can be shown."""
    folder = tmp_path / "submissions"
    odd = folder / os.fsdecode("Zoë".encode("latin-1"))
    odd.mkdir(parents=True)
    (odd / "work.py").write_text("x = 1")
    [(name, found)] = everyone(folder, tmp_path).items()

    assert (name, found.status) == ("Zo?", Status.OK)
    assert [file.path for file in found.files] == ["work.py"]


def test_hand_in_times_come_from_the_instructor(course, tmp_path):
    """A file's own time can be forged; the list beside the folders cannot."""
    (course / "handed_in.csv").write_text("student,handed_in\nEmpty,2026-03-15T10:00:00Z\n")

    assert datetime(2026, 3, 15, 10, tzinfo=UTC) == everyone(course, tmp_path)["Empty"].handed_in


def test_a_wrong_time_names_file_and_line(course, tmp_path):
    """The error can be mended without a search."""
    (course / "handed_in.csv").write_text("student,handed_in\nEmpty,yesterday\n")

    with pytest.raises(NetgradeError, match=r"handed_in\.csv:2"):
        everyone(course, tmp_path)


@pytest.mark.parametrize(
    ("name", "compression"), [("a/" * 30 + "x.py", zipfile.ZIP_DEFLATED), ("x.py", zipfile.ZIP_BZIP2)]
)
def test_a_zip_beyond_the_limits_is_invalid(tmp_path, name, compression):
    """Folders without end, and a compression that unpacks a million times as much in one piece."""
    folder = tmp_path / "submissions"
    folder.mkdir()
    with zipfile.ZipFile(folder / "Bad.zip", "w", compression) as archive:
        archive.writestr(name, b" " * 10**6)

    assert Status.INVALID is everyone(folder, tmp_path)["Bad"].status
    assert not list(tmp_path.rglob("x.py"))


def test_a_damaged_file_in_a_zip_is_invalid(tmp_path):
    """The list of files is whole; the deflated bytes are not."""
    folder = tmp_path / "submissions"
    folder.mkdir()
    with zipfile.ZipFile(folder / "Bad.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.py", b"some text, and some more text")
    content = bytearray((folder / "Bad.zip").read_bytes())
    content[34:50] = b"\xff" * 16
    (folder / "Bad.zip").write_bytes(content)

    assert Status.INVALID is everyone(folder, tmp_path)["Bad"].status


def test_a_folder_without_end_is_invalid_and_stops_nobody(course, tmp_path):
    """Folders inside each other may be more than Python's stack holds, and are looked at before anything runs."""
    course.joinpath("Empty", *"a" * 100).mkdir(parents=True)
    found = everyone(course, tmp_path)

    assert all(fingerprint([entry]) for chunk in partition(course, KEY).values() for entry in chunk)
    assert Status.INVALID is found["Empty"].status
    assert Status.OK is found["Zip"].status


def test_more_entries_than_are_looked_at_are_invalid(course, tmp_path, monkeypatch):
    """Empty folders count too."""
    monkeypatch.setattr("netgrade.collect.MOST_ENTRIES", 3)
    monkeypatch.setattr("netgrade.lms.download.MOST_ENTRIES", 3)
    for name in "abcd":
        (course / "Empty" / name).mkdir()

    assert Status.INVALID is everyone(course, tmp_path)["Empty"].status


def test_what_does_not_count_is_not_looked_at(course, tmp_path):
    """An environment in a hidden folder, links and all, is no reason to refuse a submission."""
    hidden = course / "O'Brien-Müller, Zoë" / ".venv"
    hidden.mkdir()
    (hidden / "python").symlink_to("/usr/bin/python3")

    assert [f.path for f in everyone(course, tmp_path)["O'Brien-Müller, Zoë"].files] == ["work.py"]
