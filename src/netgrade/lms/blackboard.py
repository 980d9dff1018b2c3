"""Blackboard: downloads from the grade centre, and its sheet for working offline filled in.

A row is found by its user name and a column by the number behind its title; the sheet comes with tabs, in UTF-16.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from netgrade.errors import NetgradeError, SpecError
from netgrade.lms.download import Download, Found, read_files
from netgrade.lms.handin import HandIn, gathered, same_name, strays
from netgrade.lms.mark import Export, Keys, Mark, Target, remarks, rows_of
from netgrade.lms.table import Table, figure, harmless, read_table
from netgrade.objects.base import in_utc

FORM = "Lab 1_zmueller_attempt_2026-03-14-22-10-05_model.py"
_FILE = re.compile(
    r"(?P<who>[^/]*)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<file>[^/]+)|(?P<note>\.txt))", re.DOTALL | re.ASCII
)
_STUDENT = re.compile(r"\s*[^:\n]+: (?P<name>[^\n]+) \((?P<user>[^()\n]+)\)")
"""The first line of the note that Blackboard writes to each attempt; what follows it is the student's."""

_COLUMN = re.compile(r"(?P<title>.*?) \[(?P<total>[^\[\]]*)\]\s*\|(?P<id>\d+)", re.DOTALL)
_TOTAL = re.compile(r"(\d+(?:[.,]\d+)?)")
USER, LAST, FIRST = "Username", "Last Name", "First Name"
MOST_NOTE = 2**20


def read(download: Download) -> list[HandIn]:
    """The attempts, each with its time."""
    named = [(match, found) for found in download.files if (match := _FILE.fullmatch(found.name))]
    students = {m["who"]: _noted(m["who"], found) for m, found in named if m["note"]}
    files = [_named(m, found, students, download.zone) for m, found in named if m["file"]]
    return gathered(files) + strays(download, [found for _, found in named])


def write(marks: Sequence[Mark], target: Target) -> Export:
    """The sheet with one column filled in. Raises SpecError for another sheet."""
    if target.sheet is None:
        raise SpecError("Blackboard takes back its own sheet only", "Download it from the grade centre (Work Offline, "
                        "Download), and name it with --sheet.")  # fmt: skip
    table = read_table(target.sheet)
    user = table.column(USER)
    column = table.only_column(
        lambda title: _is_of(title, target.title), f"`{target.title} [Total Pts: ...] |<number>`", target.column
    )
    rows = {number: Keys([row[user]], _names(table, row)) for number, row in enumerate(table.rows)}
    found, told = rows_of(marks, rows, target.same_system, target.sheet.name)
    match = _COLUMN.fullmatch(table.header[column])
    total = _TOTAL.search(match["total"]) if match else None
    told += remarks(found, table, column, float(total[1].replace(",", ".")) if total else None)
    filled = []
    for number, mark in sorted(found.items()):
        cells = list(table.rows[number])
        cells[column] = figure(mark.points)
        filled.append(harmless(cells, (user, column)))
    names = [table.header.index(name) for name in (LAST, FIRST) if name in table.header]
    sheet = replace(table, rows=tuple(filled)).narrowed([*names, user, column])
    return Export(
        {"gradebook.csv" if table.delimiter == "," else "gradebook.xls": sheet.encoded()}, list(found.values()), told
    )


def _noted(who: str, note: Found) -> tuple[str, str]:
    """Name and user name of a student: only the note tells where the assignment's name ends and the user's begins."""
    try:
        [(_, content)] = read_files({"": note}, MOST_NOTE)
    except (NetgradeError, OSError):
        content = b""
    match = _STUDENT.match(content.decode("utf-8-sig", "replace").partition("\n")[0])
    if match and who.endswith("_" + match["user"]):
        return match["name"].strip(), match["user"]
    return _guessed(who)


def _guessed(who: str) -> tuple[str, str]:
    """As `_noted`, without a note: a user name that holds an underscore is cut, and still nobody else's."""
    user = who.rpartition("_")[2] or who
    return user, user


def _named(
    match: re.Match[str], found: Found, students: dict[str, tuple[str, str]], zone: ZoneInfo
) -> tuple[HandIn, str, Found]:
    name, user = students.get(match["who"]) or _guessed(match["who"])
    return HandIn(name, user, handed_in=_time(match["time"], zone)), match["file"], found


def _time(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        return in_utc(datetime.strptime(text, "%Y-%m-%d-%H-%M-%S").replace(tzinfo=zone))
    except (ValueError, OverflowError):
        return None


def _is_of(title: str, assignment: str) -> bool:
    match = _COLUMN.fullmatch(title)
    return match is not None and same_name(match["title"]) == same_name(assignment)


def _names(table: Table, row: Sequence[str]) -> list[str]:
    if not {LAST, FIRST} <= set(table.header):
        return []
    last, first = row[table.column(LAST)], row[table.column(FIRST)]
    return [f"{first} {last}", f"{last}, {first}"]
