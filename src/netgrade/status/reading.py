"""What a run may be writing at this moment, read as it is: what is missing or of another version is not there yet."""

from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from netgrade.errors import NetgradeError
from netgrade.objects.base import Noun
from netgrade.objects.grade import Grades
from netgrade.store import load

N = TypeVar("N", bound=Noun)


def found_at(path: Path, kind: type[N]) -> N | None:
    """The noun in a file, or None; it is read once for as long as the file stays the same."""
    made = written(path)
    return cast("N | None", _read(path, kind, made)) if made else None


def written(path: Path) -> float:
    """When a file was written, in seconds since 1970; 0.0 where it is not there."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def last_of(root: Path, assignment: str, chunk: str) -> tuple[Grades | None, float]:
    """The grades of a chunk after the last round that it needs, and when they were written.

    None and 0.0 where it is not graded, or a further round is still to come.
    """
    path = root / "results/settle" / assignment / f"{chunk}.json"
    grades = found_at(path, Grades)
    return grades, written(path) if grades else 0.0


@cache
def _read(path: Path, kind: type[Noun], made: float) -> Any:
    try:
        return load(path, kind)
    except NetgradeError:
        return None
