"""Collect: name, list and hash what was handed in. No student code runs; zips are opened safely.

Whose files are whose, and which attempt counts, `lms` reads from the names of a download.
"""

import contextlib
import hmac
import os
import secrets
import shutil
import stat
import tempfile
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from netgrade.documents import printable
from netgrade.errors import NetgradeError, StorageError
from netgrade.lms import HandIn, hand_ins, own_entry
from netgrade.lms.download import IGNORED, MOST_ENTRIES, MOST_FOLDERS, Found, below, plain_member, read_files
from netgrade.objects.assignment import Lms
from netgrade.objects.base import Cause, Status
from netgrade.objects.submission import Roster, Submission, Submissions, SubmittedFile
from netgrade.spec import load_hand_in_times
from netgrade.store import PART, replacing_folder, sha256_file, sha256_of, writing
from netgrade.untrusted import open_zip, read_member

REFERENCE_CHUNK = "reference"
"""The chunk that holds the reference models, graded like any submission."""

MOST_FILES = 500
MOST_BYTES = 200 * 2**20
TIMES_FILE = "handed_in.csv"
FOLDERS = Lms()

PSEUDONYMS = Path("results/pseudonyms")
"""The course's secret and the roster: the only places where names and pseudonyms meet."""

ROSTER = PSEUDONYMS / "roster.json"


def pseudonym_key(folder: Path) -> bytes:
    """The course's secret, kept in `folder`: without it nobody can tell whose slug a slug is."""
    path = folder / "key"
    if not path.is_file():
        with writing(path):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
            with tempfile.NamedTemporaryFile(prefix=PART, dir=folder) as file:
                file.write(secrets.token_bytes(32))
                file.flush()
                # Whoever comes first decides: a second run at the same moment takes the same key.
                with contextlib.suppress(FileExistsError):
                    os.link(file.name, path)
    return path.read_bytes()


def slug_of(student: str, key: bytes) -> str:
    """Pseudonym of a student: `s` and 11 hexadecimal digits of the name's HMAC-SHA-256."""
    name = unicodedata.normalize("NFC", student)
    return "s" + hmac.digest(key, name.encode(errors="surrogateescape"), "sha256").hex()[:11]


def roster_of(chunks: Mapping[str, Mapping[str, Sequence[HandIn]]], key: bytes) -> Roster:
    """Whom the slugs stand for, from the chunks of each assignment."""
    return Roster(students={
        assignment: {slug_of(one.student, key): printable(one.student) for found in of_chunks.values() for one in found}
        for assignment, of_chunks in chunks.items()
    })  # fmt: skip


def partition(place: Path, key: bytes, lms: Lms = FOLDERS) -> dict[str, list[HandIn]]:
    """Divide what was handed in at `place` into chunks by a stable hash of the student's slug.

    There are about three submissions in a chunk, but never more than 32 chunks, and their number is a power of
    two, so that a new student hardly ever moves the others. Raises NetgradeError where there is no download, or where
    the times beside it cannot be read.
    """
    found = _timed(hand_ins(place, lms), place)
    count = 1
    while count < min(32, len(found) / 3):
        count *= 2
    chunks: dict[str, list[HandIn]] = {}
    for hand_in in found:
        chunks.setdefault(f"c{int(slug_of(hand_in.student, key)[1:], 16) % count:02d}", []).append(hand_in)
    return dict(sorted(chunks.items()))


def fingerprint(found: Sequence[HandIn]) -> str:
    """Digest of names, sizes and times: changes whenever a file of these submissions does, or when it was handed in."""
    listing: list[object] = []
    for hand_in in found:
        listing.append([printable(hand_in.student), str(hand_in.handed_in), hand_in.late])
        own = [hand_in.entry, *sorted(below(hand_in.entry))] if hand_in.entry else []
        for name, path in [*((str(p), p) for p in own), *((n, one.path) for n, one in hand_in.files.items())]:
            info = path.lstat()
            times = 0 if stat.S_ISDIR(info.st_mode) else info.st_mtime_ns
            listing.append([printable(name), info.st_size * (times > 0), times])
    return sha256_of(listing)


def collect(assignment: str, chunk: str, place: Path, places: Path, key: bytes, lms: Lms = FOLDERS) -> Submissions:
    """Make the Submissions of one chunk; `places` gets a place for each: a link to the folder, or its content.

    A submission that cannot be read is in the result with status `invalid` and its cause.
    """
    found = [own_entry(place)] if chunk == REFERENCE_CHUNK else partition(place, key, lms).get(chunk, [])
    read = [read_hand_in(one, places, key) for one in found]
    return Submissions(assignment=assignment, chunk=chunk, submissions=read)


def _timed(found: Sequence[HandIn], place: Path) -> list[HandIn]:
    """The same, with the instructor's times, which stand above what names say."""
    listed = (place if place.is_dir() else place.parent) / TIMES_FILE
    times = load_hand_in_times(listed) if listed.is_file() else {}
    return [replace(one, handed_in=times.get(one.student, one.handed_in)) for one in found]


def read_hand_in(hand_in: HandIn, places: Path, key: bytes) -> Submission:
    """The Submission of one student, with its place below `places`. What cannot be read has status and cause."""
    slug = slug_of(hand_in.student, key)
    place = places / slug
    base = Submission(
        slug=slug, folder=str(place), handed_in=hand_in.handed_in, late=hand_in.late, digest=sha256_of([])
    )
    try:
        _make_way(place)
        folder = _laid_out(hand_in, place)
        files = _list_files(folder)
    except StorageError:  # the grader's disk, and no fault of the submission
        raise
    except (NetgradeError, OSError) as error:
        what = printable(f"The submission could not be read: {error}")
        cause = Cause(what=what, remedy="Hand in a folder or a plain zip.")
        return base.model_copy(update={"status": Status.INVALID, "cause": cause})
    nothing = Cause(what="Nothing was handed in.", remedy="Hand in a notebook or a Python file.")
    return base.model_copy(
        update={
            "folder": str(folder),
            "files": files,
            "digest": sha256_of([[f.path, f.sha256] for f in files]),
            "status": Status.OK if files else Status.SKIPPED,
            "cause": None if files else nothing,
        }
    )


def _laid_out(hand_in: HandIn, place: Path) -> Path:
    """The folder with a student's files: a link to the student's own, or what a zip or a download holds of them."""
    if hand_in.entry is None:
        return _gathered(hand_in.files, place)
    return _unzip(hand_in.entry, place) if hand_in.entry.is_file() else _linked(hand_in.entry, place)


def _make_way(place: Path) -> None:
    """Remove what an earlier submission left: a file that is no longer handed in must not be graded."""
    if place.is_symlink():
        place.unlink()
    elif place.exists():
        shutil.rmtree(place)


def _linked(entry: Path, place: Path) -> Path:
    """A name-free path to a student's folder; relative, so that a course can be moved."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(os.path.relpath(entry.resolve(), place.parent.resolve()), target_is_directory=True)
    return place


def _list_files(folder: Path) -> list[SubmittedFile]:
    files: list[SubmittedFile] = []
    total = 0
    paths = sorted(below(folder))
    if len(paths) >= MOST_ENTRIES:
        raise NetgradeError(f"more than {MOST_ENTRIES} files and folders")
    for path in paths:
        relative = path.relative_to(folder)
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise NetgradeError(f"{relative} is a link or a special file")
        if len(relative.parts) > MOST_FOLDERS:
            raise NetgradeError(f"more than {MOST_FOLDERS} folders inside each other")
        if path.is_dir():
            continue
        total += path.stat().st_size
        if len(files) >= MOST_FILES or total > MOST_BYTES:
            raise NetgradeError(f"more than {MOST_FILES} files or {MOST_BYTES >> 20} MB")
        name = printable(relative.as_posix())
        files.append(SubmittedFile(path=name, sha256=sha256_file(path), size=path.stat().st_size))
    return files


def _unzip(archive: Path, target: Path) -> Path:
    """Open a zip below `target`: regular files with plain relative names only, within the limits."""
    # A whole new folder: a file of an earlier zip must not stay among those of this one.
    with replacing_folder(target) as part:
        _open_zip(archive, part)
    return _inner(target)


def _gathered(files: Mapping[str, Found], target: Path) -> Path:
    """Lay out below `target` what a download holds of one student; zips at the top of it are opened.

    The content of the only file stands where the student's own zip would; of several files, each zip has a folder.
    """
    if len(files) > MOST_FILES or sum(one.size for one in files.values()) > MOST_BYTES:
        raise NetgradeError(f"more than {MOST_FILES} files or {MOST_BYTES >> 20} MB")
    with replacing_folder(target) as part:
        for name, content in read_files(files, MOST_BYTES):
            path = part / plain_member(zipfile.ZipInfo(name))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        for archive in [path for path in part.iterdir() if path.suffix.lower() == ".zip" and path.is_file()]:
            with tempfile.TemporaryDirectory(prefix=PART, dir=target.parent) as aside:
                moved = archive.rename(Path(aside, "zip"))
                _open_zip(moved, part if len(files) == 1 else part / archive.stem)
    return _inner(target)


def _open_zip(archive: Path, folder: Path) -> None:
    """Unpack a zip into `folder`, within the limits."""
    with open_zip(archive) as content:
        members = [m for m in content.infolist() if not m.is_dir()]
        if len(members) > MOST_FILES or sum(m.file_size for m in members) > MOST_BYTES:
            raise NetgradeError(f"more than {MOST_FILES} files or {MOST_BYTES >> 20} MB in the zip")
        for member in members:
            path = folder / plain_member(member)
            path.parent.mkdir(parents=True, exist_ok=True)
            # The size in the zip's list may lie: read no more than it says.
            path.write_bytes(read_member(content, member, member.file_size))


def _inner(folder: Path) -> Path:
    """The only folder in `folder`, or `folder` itself."""
    inner = [path for path in folder.iterdir() if path.name not in IGNORED]
    return inner[0] if len(inner) == 1 and inner[0].is_dir() else folder
