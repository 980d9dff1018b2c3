"""Collect: name, list and hash what was handed in. No student code runs; zips are opened safely."""

import csv
import hashlib
import stat
import unicodedata
import zipfile
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from netgrade.errors import NetgradeError, StorageError
from netgrade.objects.base import Cause, Status
from netgrade.objects.submission import Submission, Submissions, SubmittedFile
from netgrade.store import replacing_folder, sha256_file, sha256_of

REFERENCE_CHUNK = "reference"
"""The chunk that holds the reference models, graded like any submission."""

MOST_FILES = 500
MOST_BYTES = 200 * 2**20
IGNORED = {"__pycache__", ".ipynb_checkpoints", "__MACOSX"}
TIMES_FILE = "handed_in.csv"


def slug_of(student: str) -> str:
    """Opaque, stable name of a student: `s` and 11 hexadecimal digits of the name's SHA-256."""
    name = unicodedata.normalize("NFC", student)
    return "s" + hashlib.sha256(name.encode(errors="surrogateescape")).hexdigest()[:11]


def partition(folder: Path) -> dict[str, list[Path]]:
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
        chunks.setdefault(f"c{int(slug_of(student_of(entry))[1:], 16) % count:02d}", []).append(entry)
    return dict(sorted(chunks.items()))


def fingerprint(entries: list[Path]) -> str:
    """Digest of names, sizes and modification times: changes whenever a file of these submissions does."""
    listing = []
    for entry in entries:
        for path in [entry, *sorted(entry.rglob("*"))]:
            info = path.lstat()
            times = 0 if stat.S_ISDIR(info.st_mode) else info.st_mtime_ns
            listing.append([str(path).encode(errors="replace").decode(), info.st_size * (times > 0), times])
    return sha256_of(listing)


def collect(assignment: str, chunk: str, folder: Path, unpacked: Path) -> Submissions:
    """Make the Submissions of one chunk; zips are opened below `unpacked`.

    A submission that cannot be read is in the result with status `invalid` and its cause.
    """
    if chunk == REFERENCE_CHUNK:
        return Submissions(assignment=assignment, chunk=chunk, submissions=[_read(folder, unpacked, None)])
    times = _hand_in_times(folder / TIMES_FILE)
    entries = partition(folder).get(chunk, [])
    found = [_read(entry, unpacked, times.get(student_of(entry))) for entry in entries]
    return Submissions(assignment=assignment, chunk=chunk, submissions=found)


def _is_submission(path: Path) -> bool:
    return not path.is_symlink() and (path.is_dir() or path.suffix.lower() == ".zip")


def student_of(entry: Path) -> str:
    """The name of a folder or zip is the name of the student."""
    return entry.stem if entry.suffix.lower() == ".zip" else entry.name


def _read(entry: Path, unpacked: Path, handed_in: datetime | None) -> Submission:
    student = student_of(entry).encode(errors="replace").decode()
    slug = slug_of(student_of(entry))
    try:
        folder = _unzip(entry, unpacked / slug) if entry.is_file() else entry
        files = _list_files(folder)
    except StorageError:  # the grader's disk, and no fault of the submission
        raise
    except (NetgradeError, OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        cause = Cause(what=f"The submission could not be read: {error}", remedy="Hand in a folder or a plain zip.")
        return Submission(
            slug=slug, student=student, folder=str(entry.resolve()), handed_in=handed_in, digest=sha256_of([]),
            status=Status.INVALID, cause=cause,
        )  # fmt: skip
    nothing = Cause(what="Nothing was handed in.", remedy="Hand in a notebook or a Python file.")
    return Submission(
        slug=slug, student=student, folder=str(folder.resolve()), files=files, handed_in=handed_in,
        digest=sha256_of([[f.path, f.sha256] for f in files]),
        status=Status.OK if files else Status.SKIPPED, cause=None if files else nothing,
    )  # fmt: skip


def _list_files(folder: Path) -> list[SubmittedFile]:
    files: list[SubmittedFile] = []
    total = 0
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if any(part.startswith(".") or part in IGNORED for part in relative.parts):
            continue
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise NetgradeError(f"{relative} is a link or a special file")
        if path.is_dir():
            continue
        total += path.stat().st_size
        if len(files) >= MOST_FILES or total > MOST_BYTES:
            raise NetgradeError(f"more than {MOST_FILES} files or {MOST_BYTES >> 20} MB")
        name = relative.as_posix().encode(errors="replace").decode()
        files.append(SubmittedFile(path=name, sha256=sha256_file(path), size=path.stat().st_size))
    return files


def _unzip(archive: Path, target: Path) -> Path:
    """Open a zip below `target`: regular files with plain relative names only, within the limits."""
    with zipfile.ZipFile(archive) as content:
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
    path = target / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with content.open(member) as source:
        # The size in the directory may lie: read no more than it says.
        path.write_bytes(source.read(member.file_size))


def _hand_in_times(path: Path) -> dict[str, datetime]:
    """Times of hand-in by student, from a CSV that the instructor or the LMS wrote: columns student, handed_in."""
    if not path.is_file():
        return {}
    times: dict[str, datetime] = {}
    with path.open(newline="", encoding="utf-8-sig") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            try:
                moment = datetime.fromisoformat(row["handed_in"])
                times[row["student"]] = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            except (KeyError, ValueError, TypeError) as error:
                raise NetgradeError(
                    f"{path}:{line}: expected columns student, handed_in with a time such as 2026-03-14T22:10:00Z"
                ) from error
    return times
