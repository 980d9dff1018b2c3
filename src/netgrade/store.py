"""Files that exist only when they are complete: written under a temporary name, then renamed."""

import errno
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from netgrade.errors import DataError, NetgradeError, StorageError, VersionError
from netgrade.objects.base import Noun
from netgrade.objects.record import Record

BUNDLES, RECORDS = Path("results/store/bundles"), Path("results/store/records")
"""Where a course keeps what its grades rest on, and its trainings."""

N = TypeVar("N", bound=Noun)

PART = ".part-"
"""How every temporary name begins. What a killed process leaves under such a name, the next run removes."""

_HEAD = re.compile(rb'\{"sha256": "([0-9a-f]{64})", "content":')
_FOOT = b"\n}\n"
_REMEDY = "It may be of another version. Delete it and run `snakemake --cores all`, which makes it anew."

_FULL = {errno.ENOSPC, errno.EDQUOT}
_CLOSED = {errno.EROFS, errno.EACCES, errno.EPERM}
_GO_ON = "then run `snakemake --cores all` again: it goes on where it stopped."


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path in the same folder; rename it to `path` at the end, or remove it on an error.

    Raises StorageError where the disk is full or the folder may not be written to.
    """
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=PART, suffix=path.suffix, dir=path.parent)
        os.close(handle)
        part = Path(name)
        try:
            yield part
            sync(part)
            part.chmod(0o644)
            part.replace(path)
            sync(path.parent)
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """As `replacing`, for a folder: yield a temporary one; what was at `path` before goes when the new one is whole."""
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f"{PART}{path.name}-", dir=path.parent))
        try:
            yield part
            for written in part.rglob("*"):
                sync(written)
            part.chmod(0o755)
            shutil.rmtree(path, ignore_errors=True)
            part.replace(path)
            sync(path.parent)
        finally:
            shutil.rmtree(part, ignore_errors=True)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """While `path` is written: what the system says of a full or closed disk becomes a StorageError."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL | _CLOSED | {errno.EIO}:
            raise
        raise storage_error(path, error) from error


def storage_error(path: Path, error: OSError) -> StorageError:
    """The sentences for a file that could not be written: which, why, and what to do."""
    above = [folder for folder in (path.absolute(), *path.absolute().parents) if folder.is_dir()]
    place, disk = above[0], next(folder for folder in above if folder.is_mount())
    why = error.strerror or str(error)
    if error.errno in _CLOSED:
        remedy = f"{place} is read-only, or belongs to somebody else: make it writable, {_GO_ON}"
    else:
        free = shutil.disk_usage(disk).free / 2**20
        remedy = f"The disk at {disk} has {free:,.1f} MB left: free some space or check it, {_GO_ON}"
    return StorageError(f"{path} could not be written: {why}", remedy)


def sync(path: Path) -> None:
    """Wait until a file's content, or the names in a folder, would survive a loss of power."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_bytes(path: Path, content: bytes) -> None:
    """Write all of `content`, or leave what was there."""
    with replacing(path) as part:
        part.write_bytes(content)


def write_text(path: Path, content: str) -> None:
    """Write all of `content` as UTF-8, or leave what was there."""
    write_bytes(path, content.encode())


def save(path: Path, noun: Noun) -> None:
    """Write a noun as JSON, under the digest of its content."""
    content = noun.model_dump_json(indent=1).encode()
    head = f'{{"sha256": "{hashlib.sha256(content).hexdigest()}", "content":\n'
    write_bytes(path, head.encode() + content + _FOOT)


def load(path: Path, kind: type[N]) -> N:
    """Read a noun of the given kind.

    Raises NetgradeError where the file is missing or is not what was written, VersionError where it holds no such noun.
    """
    try:
        head, _, rest = path.read_bytes().partition(b"\n")
    except FileNotFoundError as error:
        raise NetgradeError(f"{path} is missing", "Run `snakemake --cores all`, which makes it.") from error
    content, digest = rest.removesuffix(_FOOT), _HEAD.fullmatch(head)
    if not digest or hashlib.sha256(content).hexdigest() != digest[1].decode():
        raise NetgradeError(f"{path} is not what was written: it was edited or damaged", _REMEDY)
    try:
        return kind.model_validate_json(content)
    except ValidationError as error:
        raise VersionError(f"{path} does not hold a {kind.__name__}: {error.errors()[0]['msg']}", _REMEDY) from error


def sha256_file(path: Path) -> str:
    """SHA-256 of a file's content, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256_of(*parts: object) -> str:
    """SHA-256 of the canonical JSON of `parts` (strings, numbers, lists, dicts)."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def record_folder(store: Path, plan: str, data: str, seed: int) -> Path:
    """Where the record of one training lies: named by what decides it, the plan, the data and the seed."""
    return store / plan[:2] / plan / f"{data[:12]}-{seed}"


def load_record(folder: Path) -> Record:
    """Read the record of one training, and hold its arrays against their digests.

    Raises NetgradeError where it is missing or damaged, OSError where an array cannot be read.
    """
    record = load(folder / "record.json", Record)
    for name, digest in record.files.items():
        if sha256_file(folder / name) != digest:
            raise DataError(f"{folder / name} is not the file that the training wrote")
    return record
