"""Collect: name, list and hash what was handed in. No student code runs; zips are opened safely."""

import contextlib
import hmac
import os
import secrets
import shutil
import stat
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath

from netgrade.documents import printable
from netgrade.errors import NetgradeError, StorageError
from netgrade.objects.base import Cause, Status
from netgrade.objects.submission import Roster, Submission, Submissions, SubmittedFile
from netgrade.spec import load_hand_in_times
from netgrade.store import PART, replacing_folder, sha256_file, sha256_of, writing
from netgrade.untrusted import open_zip, read_member

REFERENCE_CHUNK = "reference"
"""The chunk that holds the reference models, graded like any submission."""

MOST_FILES = 500
MOST_BYTES = 200 * 2**20
MOST_FOLDERS = 20
"""Folders inside each other; what lies deeper is not looked at."""

MOST_ENTRIES = 20_000
"""Files and folders that are looked at."""

IGNORED = {"__pycache__", ".ipynb_checkpoints", "__MACOSX"}
TIMES_FILE = "handed_in.csv"


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


def roster_of(chunks: Mapping[str, Mapping[str, Sequence[Path]]], key: bytes) -> Roster:
    """Whom the slugs stand for, from the chunks of each assignment."""
    return Roster(students={
        assignment: {slug_of(student_of(entry), key): printable(student_of(entry))
                     for entries in of_chunks.values() for entry in entries}
        for assignment, of_chunks in chunks.items()
    })  # fmt: skip


def partition(folder: Path, key: bytes) -> dict[str, list[Path]]:
    """Divide the submissions below `folder` into chunks by a stable hash of the student's slug.

    There are about three submissions in a chunk, but never more than 32 chunks, and their number is a power of
    two, so that a new student hardly ever moves the others.
    """
    if not folder.is_dir():
        raise NetgradeError(f"{folder} is no folder", "`submissions` in config.yaml names one folder per student.")
    entries = sorted(p for p in folder.iterdir() if not p.name.startswith(".") and _is_submission(p))
    count = 1
    while count < min(32, len(entries) / 3):
        count *= 2
    chunks: dict[str, list[Path]] = {}
    for entry in entries:
        chunks.setdefault(f"c{int(slug_of(student_of(entry), key)[1:], 16) % count:02d}", []).append(entry)
    return dict(sorted(chunks.items()))


def fingerprint(entries: list[Path]) -> str:
    """Digest of names, sizes and modification times: changes whenever a file of these submissions does."""
    listing = []
    for entry in entries:
        for path in [entry, *sorted(_below(entry))]:
            info = path.lstat()
            times = 0 if stat.S_ISDIR(info.st_mode) else info.st_mtime_ns
            listing.append([printable(str(path)), info.st_size * (times > 0), times])
    return sha256_of(listing)


def collect(assignment: str, chunk: str, folder: Path, places: Path, key: bytes) -> Submissions:
    """Make the Submissions of one chunk; `places` gets a place for each: a link to the folder, or the zip's content.

    A submission that cannot be read is in the result with status `invalid` and its cause.
    """
    if chunk == REFERENCE_CHUNK:
        return Submissions(assignment=assignment, chunk=chunk, submissions=[_read(folder, places, key, None)])
    listed = folder / TIMES_FILE
    times = load_hand_in_times(listed) if listed.is_file() else {}
    entries = partition(folder, key).get(chunk, [])
    found = [_read(entry, places, key, times.get(student_of(entry))) for entry in entries]
    return Submissions(assignment=assignment, chunk=chunk, submissions=found)


def _is_submission(path: Path) -> bool:
    return not path.is_symlink() and (path.is_dir() or path.suffix.lower() == ".zip")


def student_of(entry: Path) -> str:
    """The name of a folder or zip is the name of the student."""
    return entry.stem if entry.suffix.lower() == ".zip" else entry.name


def _read(entry: Path, places: Path, key: bytes, handed_in: datetime | None) -> Submission:
    slug = slug_of(student_of(entry), key)
    place = places / slug
    base = Submission(slug=slug, folder=str(place), handed_in=handed_in, digest=sha256_of([]))
    try:
        _make_way(place)
        folder = _unzip(entry, place) if entry.is_file() else _linked(entry, place)
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


def _below(folder: Path) -> Iterator[Path]:
    """What lies below `folder` and counts, a limited number of levels deep and of entries. Links are not followed."""
    left = MOST_ENTRIES
    waiting = [(folder, 1)] if folder.is_dir() else []
    while waiting and left > 0:
        place, level = waiting.pop()
        try:
            entries = sorted(p for p in place.iterdir() if not p.name.startswith(".") and p.name not in IGNORED)
        except PermissionError:
            continue
        yield from entries[:left]
        left -= len(entries)
        if level <= MOST_FOLDERS:
            waiting += [(path, level + 1) for path in entries if path.is_dir() and not path.is_symlink()]


def _list_files(folder: Path) -> list[SubmittedFile]:
    files: list[SubmittedFile] = []
    total = 0
    paths = sorted(_below(folder))
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
    with open_zip(archive) as content:
        members = [m for m in content.infolist() if not m.is_dir()]
        if len(members) > MOST_FILES or sum(m.file_size for m in members) > MOST_BYTES:
            raise NetgradeError(f"more than {MOST_FILES} files or {MOST_BYTES >> 20} MB in the zip")
        # A whole new folder: a file of an earlier zip must not stay among those of this one.
        with replacing_folder(target) as part:
            for member in members:
                _extract_member(content, member, part)
    inner = [p for p in target.iterdir() if p.name not in IGNORED] if target.is_dir() else []
    return inner[0] if len(inner) == 1 and inner[0].is_dir() else target


def _extract_member(content: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    name = PurePosixPath(member.filename)
    kind = stat.S_IFMT(member.external_attr >> 16)
    if name.is_absolute() or ".." in name.parts or "\\" in member.filename or kind not in (0, stat.S_IFREG):
        raise NetgradeError(f"the zip holds a name or a link that leads outside: {member.filename[:80]!r}")
    if not 0 < len(name.parts) <= MOST_FOLDERS:
        raise NetgradeError(f"the zip holds an empty name, or more than {MOST_FOLDERS} folders inside each other")
    path = target / name
    path.parent.mkdir(parents=True, exist_ok=True)
    # The size in the zip's list may lie: read no more than it says.
    path.write_bytes(read_member(content, member, member.file_size))
