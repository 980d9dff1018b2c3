"""Untrusted: read zips and JSON that students wrote. Size, depth and number are limited; nothing is executed.

What comes back is plain: it can be written as JSON and read again, so that one submission cannot stop a stage.
"""

import io
import json
import math
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from netgrade.errors import UnreadableError

MOST_DEPTH = 100
"""Lists and objects inside each other; a model inside a model takes four. What stages save is read back to 200."""

MOST_VALUES = 500_000
MOST_BITS = 1023
"""Of a whole number: as many as a float can stand for."""

MOST_LISTED = 2**20
"""Bytes of the list of files in a zip, and of any other piece that is read at once."""

BLOCK = 2**16
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The others unpack a whole block at once, which may be a million times larger."""
_BROKEN = (OSError, EOFError, ValueError, LookupError, RuntimeError, zipfile.BadZipFile, zlib.error, struct.error)
"""What zipfile raises for a file that is damaged, encrypted or no zip."""


class _ShortReads(io.BufferedReader):
    """A file of which nothing long is read at once: zipfile reads the list of files in one piece, however long."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Read as usual. Raises ValueError where that is more than a zip within the limits needs."""
        wanted = MOST_LISTED + 1 if size is None or size < 0 else size
        block = super().read(min(wanted, MOST_LISTED + 1))
        if len(block) > MOST_LISTED:
            raise ValueError("its list of files is too long")
        return block


@contextmanager
def open_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a zip whose list of files is not too long. Raises UnreadableError, also for what is found in it later."""
    try:
        with _ShortReads(io.FileIO(path)) as file, zipfile.ZipFile(file) as archive:
            yield archive
    except _BROKEN as error:
        raise UnreadableError(f"it is no zip that can be read: {error}") from error


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    """Unpack one file of a zip. Raises UnreadableError where it is longer than `most` bytes, whatever the list says."""
    if member.compress_type not in _COMPRESSIONS:
        raise UnreadableError("it is compressed in a way that is not read here")
    content = bytearray()
    with archive.open(member) as source:
        while block := source.read(BLOCK):
            content += block
            if len(content) > most:
                raise UnreadableError(f"it holds more than {most} bytes")
    return bytes(content)


def read_json(content: bytes) -> Any:
    """Read JSON. Raises UnreadableError."""
    # Before anything is built: an empty list takes two bytes here and thirty times as many in memory.
    if sum(map(content.count, (b"[", b"{", b","))) > MOST_VALUES:
        raise UnreadableError(f"it holds more than {MOST_VALUES} values")
    try:
        return _plain(json.loads(content), 0)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"it is no JSON that can be read: {error}") from error


def _plain(value: Any, depth: int) -> Any:
    """The value as JSON holds it; numbers that JSON has not, and whatever else YAML knows, become words."""
    if depth > MOST_DEPTH:
        raise ValueError(f"it is nested more than {MOST_DEPTH} deep")
    if isinstance(value, dict):
        return {_text(key): _plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, depth + 1) for item in value]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if value.bit_length() <= MOST_BITS else f"a number of {value.bit_length()} bits"
    if isinstance(value, float) and math.isfinite(value):
        return value
    return _text(value)


def _text(value: object) -> str:
    """Text without lone surrogates, which no file can hold."""
    return str(value).encode(errors="replace").decode()
