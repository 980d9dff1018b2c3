"""A file that exists is complete; what keeps it from being written is told in a sentence."""

import errno
import json
import os

import pytest

from netgrade.errors import NetgradeError, StorageError
from netgrade.objects.base import Cause
from netgrade.store import load, replacing_folder, save, write_text


@pytest.fixture
def disk(monkeypatch):
    """Make every attempt to reach the disk fail with an error of the system."""

    def fail(number):
        def fsync(handle):
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(os, "fsync", fsync)

    return fail


@pytest.mark.parametrize(
    ("number", "told"), [(errno.ENOSPC, "The disk at /"), (errno.EROFS, "is read-only"), (errno.EACCES, "is read-only")]
)
def test_what_cannot_be_written_stays_as_it_was(tmp_path, disk, number, told):
    path = tmp_path / "grades.json"
    write_text(path, "old")
    disk(number)
    with pytest.raises(StorageError, match=told) as raised:
        write_text(path, "new")

    assert "grades.json could not be written" in raised.value.what
    assert "goes on where it stopped" in raised.value.remedy
    assert [p.name for p in tmp_path.iterdir()] == ["grades.json"]
    assert path.read_text() == "old"


def test_a_folder_appears_whole_or_stays_as_it_was(tmp_path, disk):
    place = tmp_path / "data"
    with replacing_folder(place) as part:
        (part / "old").touch()
    with replacing_folder(place) as part:
        (part / "new").touch()
    assert [p.name for p in place.iterdir()] == ["new"]

    disk(errno.ENOSPC)
    with pytest.raises(StorageError), replacing_folder(place) as part:
        (part / "newer").touch()
    assert [p.name for p in place.iterdir()] == ["new"]
    assert [p.name for p in tmp_path.iterdir()] == ["data"]


def test_an_error_that_is_not_the_disks_keeps_its_name(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(FileExistsError):
        write_text(tmp_path / "file" / "x", "")


@pytest.mark.parametrize(
    "edit", [lambda b: b.replace(b"plain", b"plaim"), lambda b: b[:-9], lambda b: b"{}", lambda b: b""]
)
def test_what_is_not_what_was_written_is_refused(tmp_path, edit):
    path = tmp_path / "cause.json"
    save(path, Cause(what="plain"))
    assert load(path, Cause) == Cause(what="plain")
    assert json.loads(path.read_text())["content"]["what"] == "plain"

    path.write_bytes(edit(path.read_bytes()))
    with pytest.raises(NetgradeError, match="edited or damaged"):
        load(path, Cause)
