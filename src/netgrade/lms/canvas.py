"""Canvas: downloads of an assignment, the grade book filled in, and the zip of commented files.

The importer takes students by ID and an assignment by the number in its title; a title that it does not know becomes a
new assignment. So the grade book that Canvas exported is narrowed to one column, and never made.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from netgrade.errors import SpecError
from netgrade.lms.archive import zipped
from netgrade.lms.download import Download, Found
from netgrade.lms.handin import HandIn, gathered, same_name, strays
from netgrade.lms.mark import Export, Keys, Mark, Target, listed, remarks, rows_of
from netgrade.lms.table import Table, figure, harmless, read_table, value_of

FORM = "muellerzoe_LATE_12345_678910_model.py"
_FILE = re.compile(r"(?P<name>.*?)_(?P<late>LATE_)?(?P<user>\d+)_(?:(?P<attachment>\d+)_)?(?P<file>.+)", re.DOTALL)
_ANONYMOUS = re.compile(
    r"anon_(?P<late>LATE_)?(?P<user>[A-Za-z0-9]{5})_(?:LATE_)?(?:(?P<attachment>\d+)_)?(?P<file>.+)", re.DOTALL
)
_AGAIN = re.compile(r"-\d+(?=\.(?:yaml|yml|keras)$)")
"""What Canvas adds to the name of a file that a student hands in again; of these files netgrade reads the name."""

_TITLE = re.compile(r"(?P<title>.*) \(\d+\)", re.DOTALL)
SECTION, ID, STUDENT = "Section", "ID", "Student"
POSSIBLE, READ_ONLY = "Points Possible", "read only"


def read(download: Download) -> list[HandIn]:
    """The submissions; Canvas names each file by student, and marks it where it is late without saying by how much."""
    named = [(match, found) for found in download.files if (match := _match(found.name))]
    return gathered(_named(match, found) for match, found in named) + strays(download, [found for _, found in named])


def write(marks: Sequence[Mark], target: Target) -> Export:
    """The grade book with one column, and the zip of reports. Raises SpecError for another sheet."""
    if target.sheet is None:
        raise SpecError("Canvas takes back its own grade book only", "Export the grade book of the course (Grades, "
                        "Export), and name it with --sheet.")  # fmt: skip
    table = read_table(target.sheet)
    column = table.only_column(lambda title: _is_of(title, target.title), f"`{target.title} (<number>)`", target.column)
    most = _most(table, column)
    rows = {n: _keys(table, row) for n, row in enumerate(table.rows) if not _is_heading(row)}
    found, told = rows_of(marks, rows, target.same_system, target.sheet.name)
    told += remarks(found, table, column, most)
    if most is not None and most != target.most_points:
        told.append(f"Canvas counts {most:g} points for this assignment, and here it has {target.most_points:g}.")
    comments, without = _comments(found)
    if without:
        told.append(f"Canvas has no file of theirs to comment on, so that no report goes with it: {listed(without)}.")
    if comments:
        told.append("Canvas calls each report by the name of the student's own file: say so, or use --to canvas-api.")
    files = {"gradebook.csv": _filled(table, found, column).encoded()}
    return Export(files | ({"comments.zip": zipped(comments)} if comments else {}), list(found.values()), told)


def _match(name: str) -> re.Match[str] | None:
    if "/" in name:
        return None
    return _ANONYMOUS.fullmatch(name) or _FILE.fullmatch(name)


def _named(match: re.Match[str], found: Found) -> tuple[HandIn, str, Found]:
    anonymous = match.re is _ANONYMOUS
    student = f"anonymous {match['user']}" if anonymous else match["name"] or match["user"]
    return HandIn(student, match["user"], late=bool(match["late"])), _AGAIN.sub("", match["file"]), found


def _is_of(title: str, assignment: str) -> bool:
    match = _TITLE.fullmatch(title)
    return match is not None and same_name(match["title"]) == same_name(assignment)


def _is_heading(row: Sequence[str]) -> bool:
    """Rows above the students: what is posted by hand, and the points."""
    return POSSIBLE in row[0] or all(re.fullmatch(r"\s*(Muted|Manual Posting.*)?\s*", c, re.IGNORECASE) for c in row)


def _most(table: Table, column: int) -> float | None:
    """The assignment's points in Canvas. Raises SpecError where the column is read only: Canvas would ignore it."""
    for row in table.rows:
        if POSSIBLE in row[0]:
            if READ_ONLY in row[column]:
                raise SpecError(f"{table.path}: Canvas does not let `{table.header[column]}` be changed",
                                "Name the column of the assignment itself with --column.")  # fmt: skip
            return value_of(row[column])
    return None


def _keys(table: Table, row: Sequence[str]) -> Keys:
    name = row[table.column(STUDENT)]
    last, comma, first = name.partition(",")
    names = [name, f"{first} {last}"] if comma else [name]
    # The name in a downloaded file has lost all that is no letter, digit or underscore.
    return Keys([row[table.column(ID)]], [*names, re.sub(r"\W", "", name)])


def _filled(table: Table, found: Mapping[int, Mark], column: int) -> Table:
    """Who the students are, and the one column: any other would overwrite what was graded since the export."""
    info = table.column(SECTION) + 1
    kept = [*range(info), column]
    rows = []
    for number, row in enumerate(table.rows):
        if _is_heading(row):
            rows.append(row)
        elif number in found:
            # Canvas looks at three lines, one by one, to tell commas from semicolons.
            cells = [" ".join(cell.split("\n")).replace("\r", " ") for cell in row]
            cells[column] = figure(found[number].points)
            rows.append(harmless(cells, (table.column(ID), column)))
    return replace(table, rows=tuple(rows)).narrowed(kept)


def _comments(found: Mapping[int, Mark]) -> tuple[dict[str, Path], list[str]]:
    """The reports under the names by which Canvas finds each student's own file, and who has no such file."""
    files, without = {}, []
    for mark in found.values():
        names = [one.name for one in mark.hand_in.files.values()]
        match = next((m for name in names if (m := _match(name)) and m["attachment"]), None)
        if match and mark.report:
            files[match.string[: match.start("file")] + "report.pdf"] = mark.report
        elif mark.report:
            without.append(mark.hand_in.student)
    return files, without
