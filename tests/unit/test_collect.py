"""Submissions are named, listed and hashed without running or believing anything in them."""

import errno
import os
import stat
import zipfile
from datetime import UTC, datetime

import pytest

from netgrade.collect import collect, fingerprint, partition, slug_of
from netgrade.errors import NetgradeError, StorageError
from netgrade.objects.base import Status


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
    chunks = [collect("a", chunk, folder, tmp_path / "unpacked") for chunk in partition(folder)]
    return {s.student: s for c in chunks for s in c.submissions}


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
    """Both ways to write an umlaut are one student."""
    assert slug_of("Zoe\u0308") == slug_of("Zo\u00eb")
    assert slug_of("x").isalnum() and len(slug_of("x; touch pwned")) == 12


def test_a_changed_file_changes_the_fingerprint(course):
    """Names, sizes and times are looked at."""
    entries = [p for chunk in partition(course).values() for p in chunk]
    before = fingerprint(entries)
    (course / "Empty" / "work.py").write_text("late")

    assert before != fingerprint(entries)


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


def test_hand_in_times_come_from_the_instructor(course, tmp_path):
    """A file's own time can be forged; the list beside the folders cannot."""
    (course / "handed_in.csv").write_text("student,handed_in\nEmpty,2026-03-15T10:00:00Z\n")

    assert datetime(2026, 3, 15, 10, tzinfo=UTC) == everyone(course, tmp_path)["Empty"].handed_in


def test_a_wrong_time_names_file_and_line(course, tmp_path):
    """The error can be mended without a search."""
    (course / "handed_in.csv").write_text("student,handed_in\nEmpty,yesterday\n")

    with pytest.raises(NetgradeError, match=r"handed_in\.csv:2"):
        everyone(course, tmp_path)
