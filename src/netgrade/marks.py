"""Marks: the CSV of a teacher's points that the workflow reads, changed mark by mark while others change it too."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from filelock import FileLock

from netgrade.documents import MOST_CSV, read_text
from netgrade.errors import NetgradeError, SpecError
from netgrade.objects.base import Slug, TaskId
from netgrade.spec import load_course, load_overrides
from netgrade.store import replacing, write_text

COLUMNS = ("student", "task", "points", "comment")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
LOCKS = Path("results/marking")
"""Two windows, or two servers, change a file one after the other."""


class Mark(NamedTuple):
    """What stands in the file for one task of one student, as text; both are empty where it is not marked."""

    points: str = ""
    comment: str = ""


class ChangedMeanwhile(NetgradeError):
    """The file has another mark by now than whoever changes it believes."""

    def __init__(self, there: Mark) -> None:
        super().__init__("The file has another mark by now", "Look at it, and save again to put yours in its place.")
        self.there = there


def read_marks(path: Path, slugs: Mapping[str, Slug]) -> dict[tuple[Slug, TaskId], Mark]:
    """Every mark in the file, with students who stand there by name found in `slugs`. Raises SpecError."""
    load_overrides(path)
    header, *rows = _rows(read_text(path, MOST_CSV))
    student, task, points, comment = (header.index(name) for name in COLUMNS)
    marks = {
        (slugs.get(row[student], row[student]), row[task]): Mark(row[points].strip(), " ".join(row[comment].split()))
        for row in rows
        if row
    }
    return {place: mark for place, mark in marks.items() if any(mark)}


def put_mark(path: Path, slug: Slug, task: TaskId, mark: Mark, believed: Mark, slugs: Mapping[str, Slug]) -> None:
    """Put one mark into the file, or take it out where it is empty; every other row and column stays as it is.

    Raises ChangedMeanwhile, and changes nothing, where the file has another mark than is `believed`; SpecError where it
    cannot be read; StorageError where it cannot be written.
    """
    path = path.resolve()
    LOCKS.mkdir(parents=True, exist_ok=True)
    with FileLock(LOCKS / f"{path.name}.lock"):
        there = read_marks(path, slugs).get((slug, task), Mark())
        if there == mark:
            return
        if there != believed:
            raise ChangedMeanwhile(there)
        # As it is, line ends inside of comments and all.
        before = path.read_bytes()
        text = _with(before.decode("utf-8-sig"), slug, task, mark, slugs, "\r\n" if b"\r\n" in before else "\n")
        content = (BYTE_ORDER_MARK if before.startswith(BYTE_ORDER_MARK) else b"") + text.encode()
        if len(content) > MOST_CSV:
            raise SpecError(f"{path.name} would be larger than {MOST_CSV:,} bytes", "Shorten some comments.")
        with replacing(path) as part:
            part.write_bytes(content)


def marks_file(config: Path, assignment: str) -> Path:
    """The file that `overrides` names in config.yaml; where it names none, one is made and named there.

    Raises SpecError where config.yaml cannot be changed so that it says this and nothing else.
    """
    course = load_course(config)
    entry = next(one for one in course.assignments if one.id == assignment)
    path = config.parent / (entry.overrides or f"marks-{assignment}.csv")
    if entry.overrides is None:
        if path.exists():
            remedy = f"Add `overrides: {path.name}` to {assignment} in {config.name}, or move it away."
            raise SpecError(f"{path} exists, and {config.name} does not name it", remedy)
        text = _naming(config.read_bytes().decode(), assignment, path.name)
        wanted = [
            one.model_copy(update={"overrides": path.name}) if one is entry else one for one in course.assignments
        ]
        with replacing(config) as part:
            part.write_bytes(text.encode())
            if load_course(part) != course.model_copy(update={"assignments": wanted}):
                raise SpecError(
                    f"{config} could not be changed", f"Add `overrides: {path.name}` to {assignment} there."
                )
            write_text(path, ",".join(COLUMNS) + "\n")
    elif not path.exists():
        write_text(path, ",".join(COLUMNS) + "\n")
    return path


def _with(text: str, slug: Slug, task: TaskId, mark: Mark, slugs: Mapping[str, Slug], line_end: str) -> str:
    """The CSV with one mark changed: in the last of its rows, which counts, and in none before."""
    header, *rows = _rows(text)
    at = {name: header.index(name) for name in COLUMNS}
    own = [
        place
        for place, row in enumerate(rows)
        if row and slugs.get(row[at["student"]], row[at["student"]]) == slug and row[at["task"]] == task
    ]
    if not own:
        rows.append([""] * len(header))
        rows[-1][at["student"]], rows[-1][at["task"]] = slug, task
        own = [len(rows) - 1]
    # A row of the marking sheet has more to it than a mark: it is emptied, and not taken out.
    gone = set(own[:-1] if any(mark) or len(header) > len(COLUMNS) else own)
    rows[own[-1]][at["points"]], rows[own[-1]][at["comment"]] = mark
    written = io.StringIO()
    writer = csv.writer(written, lineterminator=line_end)
    writer.writerows([header, *(row for place, row in enumerate(rows) if place not in gone)])
    return written.getvalue()


def _rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def _naming(text: str, assignment: str, name: str) -> str:
    """config.yaml with `overrides` in an assignment's entry, and everything else as it stands there."""
    root: Any = yaml.compose(text, yaml.SafeLoader)
    entries = next(value for key, value in root.value if key.value == "assignments")
    keys = ((entry, key, value) for entry in entries.value for key, value in entry.value if key.value == "id")
    entry, key, value = next(found for found in keys if found[2].value == assignment)
    end = value.end_mark.index
    if entry.flow_style:
        return f"{text[:end]}, overrides: {name}{text[end:]}"
    line_end = "\r\n" if "\r\n" in text else "\n"
    # Behind the line of `id`, which may end in a comment, and as far to the right.
    head, newline, rest = text[end:].partition("\n")
    return f"{text[:end]}{head}{newline or line_end}{' ' * key.start_mark.column}overrides: {name}{line_end}{rest}"
