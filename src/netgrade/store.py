"""Files that exist only when they are complete: written under a temporary name, then renamed."""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from netgrade.errors import DataError, NetgradeError
from netgrade.objects.base import Noun
from netgrade.objects.record import Record

N = TypeVar("N", bound=Noun)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path in the same folder; rename it to `path` at the end, or remove it on an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".part-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    part = Path(name)
    try:
        yield part
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.chmod(0o644)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Write all of `content`, or leave what was there."""
    with replacing(path) as part:
        part.write_bytes(content)


def write_text(path: Path, content: str) -> None:
    """Write all of `content` as UTF-8, or leave what was there."""
    write_bytes(path, content.encode())


def save(path: Path, noun: Noun) -> None:
    """Write a noun as JSON."""
    write_text(path, noun.model_dump_json(indent=1) + "\n")


def load(path: Path, kind: type[N]) -> N:
    """Read a noun of the given kind.

    Raises NetgradeError where the file is missing or does not hold such a noun.
    """
    try:
        return kind.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise NetgradeError(f"{path} is missing", "Run `snakemake --cores all`, which makes it.") from error
    except ValidationError as error:
        raise NetgradeError(
            f"{path} does not hold a {kind.__name__}: {error.errors()[0]['msg']}",
            "It was written by another version or damaged: delete it and run `snakemake --cores all`.",
        ) from error


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
