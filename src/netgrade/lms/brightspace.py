"""Brightspace: downloads of an assignment folder, and the grades export filled in.

A row is found by OrgDefinedId or Username, an item by its name before "Points Grade", and the last column says that
the line ends. Whatever else the export has, D2L asks not to import.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from netgrade.errors import SpecError
from netgrade.lms.download import Download, Found
from netgrade.lms.handin import HandIn, gathered, same_name, strays
from netgrade.lms.mark import Export, Keys, Mark, Target, remarks, rows_of
from netgrade.lms.table import Table, figure, read_table
from netgrade.objects.base import in_utc

FORM = "12345-678910 - Zoë Müller - Mar 14, 2026 1010 PM/"
_DATE = r"(?:[^\W\d]+\.? \d{1,2}|\d{1,2} [^\W\d]+),? \d{4},? \d{3,4}(?: ?[AaPp]\.?[Mm]\.?)?"
_FILE = re.compile(
    rf"(?P<user>\d+)-\d+ - (?P<name>[^/]+?) - (?P<time>{_DATE})(?:/| - )(?P<file>.+)", re.DOTALL
)  # fmt: skip
_TIMES = ("%b %d %Y %I%M %p", "%B %d %Y %I%M %p", "%d %b %Y %I%M %p", "%d %B %Y %I%M %p",
          "%b %d %Y %H%M", "%B %d %Y %H%M", "%d %b %Y %H%M", "%d %B %Y %H%M")  # fmt: skip

_ITEM = re.compile(r"(?P<item>.*?) Points Grade(?: <(?P<about>.*)>)?", re.DOTALL)
_MOST = re.compile(r"MaxPoints:\s*(\d+(?:\.\d+)?)")
IDS, NAMES, END = ("OrgDefinedId", "Username"), ("First Name", "Last Name"), "End-of-Line Indicator"


def read(download: Download) -> list[HandIn]:
    """The attempts, each with its time."""
    named = [(match, found) for found in download.files if (match := _FILE.fullmatch(found.name))]
    files = [_named(match, found, download.zone) for match, found in named]
    return gathered(files) + strays(download, [found for _, found in named])


def write(marks: Sequence[Mark], target: Target) -> Export:
    """The grades of one item. Raises SpecError for another sheet."""
    if target.sheet is None:
        raise SpecError("Brightspace needs to be told whose grades these are", "Export the grades (Enter Grades, "
                        "Export; key field Both, Points grade, names), and name the file with --sheet.")  # fmt: skip
    table = read_table(target.sheet)
    keys = [table.column(name) for name in IDS if name in table.header]
    if not keys:
        raise SpecError(f"{table.path}:1: expected the column {' or '.join(IDS)}", "Export with the key field Both.")
    column = table.only_column(lambda title: _is_of(title, target.title), f"`{target.title} Points Grade`",
                               target.column)  # fmt: skip
    match = _ITEM.fullmatch(table.header[column])
    if match is None:
        raise SpecError(f"{table.path}:1: `{table.header[column]}` is no points grade", "Export with Points grade.")
    rows = {number: _keys(table, row, keys) for number, row in enumerate(table.rows)}
    found, told = rows_of(marks, rows, False, target.sheet.name)  # the number in its downloads is in no export
    most = _MOST.search(match["about"] or "")
    told += remarks(found, table, column, float(most[1]) if most else None)
    header = (*(table.header[key] for key in keys), f"{match['item']} Points Grade", END)
    filled = tuple(
        (*(table.rows[number][key] for key in keys), figure(mark.points), "#") for number, mark in sorted(found.items())
    )
    return Export({"grades.csv": replace(table, header=header, rows=filled).encoded()}, list(found.values()), told)


def _named(match: re.Match[str], found: Found, zone: ZoneInfo) -> tuple[HandIn, str, Found]:
    return HandIn(match["name"], match["user"], handed_in=_time(match["time"], zone)), match["file"], found


def _time(text: str, zone: ZoneInfo) -> datetime | None:
    """A time such as `Mar 14, 2026 1010 PM`; None in another language, whose times come from handed_in.csv."""
    plain = " ".join(re.sub(r"[.,]", " ", text).split())
    # strptime would read 910 as 9 hours and 10 minutes, or as 91 hours and none.
    plain = re.sub(r"(?<!\d)(\d{3})(?!\d)", r"0\1", plain)
    for form in _TIMES:
        try:
            return in_utc(datetime.strptime(plain, form).replace(tzinfo=zone))
        except (ValueError, OverflowError):
            continue
    return None


def _is_of(title: str, assignment: str) -> bool:
    match = _ITEM.fullmatch(title)
    return match is not None and same_name(match["item"]) == same_name(assignment)


def _keys(table: Table, row: Sequence[str], ids: Sequence[int]) -> Keys:
    # The export writes `#` before each, so that a spreadsheet takes it for text.
    accounts = [row[place].removeprefix("#") for place in ids]
    if not set(NAMES) <= set(table.header):
        return Keys(accounts, [])
    first, last = (row[table.column(name)] for name in NAMES)
    return Keys(accounts, [f"{first} {last}", f"{last}, {first}"])
