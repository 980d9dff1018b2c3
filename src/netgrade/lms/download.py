"""A download: the folder or zip that a system made of a class's submissions. Names and sizes alone are looked at."""

import stat
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo

from netgrade.errors import NetgradeError, UnreadableError
from netgrade.untrusted import open_zip, read_member

MOST_FOLDERS = 20
"""Folders inside each other; what lies deeper is not looked at."""

MOST_ENTRIES = 20_000
"""Files and folders of one student that are looked at."""

IGNORED = {"__pycache__", ".ipynb_checkpoints", "__MACOSX"}


@dataclass(frozen=True)
class Found:
    """One file of a download: on disk, or inside the zip at `path`."""

    name: str
    """Inside the download, with forward slashes."""
    path: Path
    size: int
    packed: bool = False


def read_files(files: Mapping[str, Found], most: int) -> Iterator[tuple[str, bytes]]:
    """The content of each file, under its name in `files`; all together may have `most` bytes.

    Raises UnreadableError where one is a link, a special file or damaged, or where they have more; NetgradeError where
    a name in a zip leads elsewhere.
    """
    with ExitStack() as opened:
        archives = {path: opened.enter_context(open_zip(path)) for path in {f.path for f in files.values() if f.packed}}
        for name, found in files.items():
            if found.packed:
                member = archives[found.path].getinfo(found.name)
                plain_member(member)
                content = read_member(archives[found.path], member, most)
            else:
                content = _read(found.path, most)
            most -= len(content)
            yield name, content


def _read(path: Path, most: int) -> bytes:
    if path.is_symlink() or not path.is_file():
        raise UnreadableError(f"{path.name} is a link or a special file")
    with path.open("rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise UnreadableError(f"it holds more than {most} bytes")
    return content


@dataclass(frozen=True)
class Download:
    """What was downloaded, and the zone of the times in its names."""

    place: Path
    zone: ZoneInfo

    @cached_property
    def files(self) -> list[Found]:
        """Every file that counts, in the order of names. Raises NetgradeError where the zip cannot be read."""
        return list(self._packed() if self.place.is_file() else self._on_disk())

    @cached_property
    def entries(self) -> list[Path]:
        """Folders and zips at the top of a folder."""
        return [path for path in self._top() if path.is_dir() or path.suffix.lower() == ".zip"]

    def _top(self) -> list[Path]:
        """What stands at the top of a folder; links are never followed."""
        if not self.place.is_dir():
            return []
        return sorted(p for p in self.place.iterdir() if not p.name.startswith(".") and not p.is_symlink())

    def _on_disk(self) -> Iterator[Found]:
        for top in self._top():
            for path in sorted(below(top)) if top.is_dir() else [top]:
                info = path.lstat()
                if not stat.S_ISDIR(info.st_mode):
                    yield Found(path.relative_to(self.place).as_posix(), path, info.st_size)

    def _packed(self) -> Iterator[Found]:
        try:
            with open_zip(self.place) as archive:
                members = sorted(archive.infolist(), key=lambda member: member.filename)
        except UnreadableError as error:
            remedy = "Download it again, or unpack it and name the folder instead."
            raise NetgradeError(f"{self.place} cannot be read: {error}", remedy) from error
        for member in members:
            parts = PurePosixPath(member.filename).parts
            # A way out is no hidden folder: it is refused with its student, rather than left out.
            hidden = any((part.startswith(".") and part != "..") or part in IGNORED for part in parts)
            if not member.is_dir() and not hidden:
                yield Found(member.filename, self.place, member.file_size, packed=True)


def below(folder: Path) -> Iterator[Path]:
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


def plain_member(member: zipfile.ZipInfo) -> PurePosixPath:
    """The relative name of a regular file in a zip. Raises NetgradeError where it leads elsewhere, or is a link."""
    name = PurePosixPath(member.filename)
    kind = stat.S_IFMT(member.external_attr >> 16)
    if name.is_absolute() or ".." in name.parts or "\\" in member.filename or kind not in (0, stat.S_IFREG):
        raise NetgradeError(f"the zip holds a name or a link that leads outside: {member.filename[:80]!r}")
    if not 0 < len(name.parts) <= MOST_FOLDERS:
        raise NetgradeError(f"the zip holds an empty name, or more than {MOST_FOLDERS} folders inside each other")
    return name
