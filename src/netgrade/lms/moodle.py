"""Moodle: downloads of an assignment, its offline grading worksheet filled in, and the zip of feedback files.

The importer finds a row by its identifier and skips, without a word, whatever it does not like. So the worksheet that
Moodle exported is filled in and never made, in the language that it came in, and whatever it would skip is told.
"""

import html
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from netgrade.errors import SpecError
from netgrade.language import Language
from netgrade.lms.archive import zipped
from netgrade.lms.download import Download, Found
from netgrade.lms.handin import HandIn, gathered, strays
from netgrade.lms.mark import Export, Keys, Mark, Target, above, listed, remarks, rows_of
from netgrade.lms.moodle_words import Words, time_of, words_of
from netgrade.lms.table import Table, figure, harmless, read_table, value_of
from netgrade.objects.base import in_utc

FORM = "Zoë Müller_1234567_assignsubmission_file/"
_FILE = re.compile(r"(?P<name>[^/]*)_(?P<id>\d+)_assignsubmission_[a-z]+(?:_/|/|_)(?P<file>.+)", re.DOTALL)
_NUMBER = re.compile(r"\d+$", re.ASCII)

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f&<>"`|\':\\/_]+')
"""What Moodle takes out of the names of files, and the underscore by which the importer takes them apart."""

SPOKEN = (
    "Set Moodle to English, Swedish, Dutch or German, download the worksheet again, and import it in that language."
)


def read(download: Download) -> list[HandIn]:
    """The submissions, in folders or not; names and times come from a worksheet that lies beside them."""
    named = [(match, found) for found in download.files if (match := _FILE.fullmatch(found.name))]
    known = _known(download)
    files = [_named(match, found, known) for match, found in named]
    return gathered(files) + strays(download, [found for _, found in named])


def write(marks: Sequence[Mark], target: Target) -> Export:
    """The worksheet with grades and comments, and the zip of reports. Raises SpecError for another sheet."""
    if target.sheet is None:
        raise SpecError("Moodle takes back its own worksheet only", "Download the grading worksheet of the assignment "
                        "(View all submissions, Download grading worksheet), and name it with --sheet.")  # fmt: skip
    table = read_table(target.sheet)
    words = _words(table)
    identifier, grade, most = (table.column(name) for name in (words.identifier, words.grade, _most(table, words)))
    table.column(words.graded)  # without it the importer takes nothing at all
    names = table.header.index(words.name) if words.name in table.header else None
    rows = {
        number: Keys([_number(row[identifier])], [row[names]] if names is not None else [])
        for number, row in enumerate(table.rows)
    }
    found, told = rows_of(marks, rows, target.same_system, target.sheet.name)
    maximum = value_of(next(iter(table.rows))[most]) if table.rows else None
    filled = replace(
        table, rows=tuple(_filled(table, words, table.rows[n], mark, grade, most) for n, mark in sorted(found.items()))
    )
    shut, too_many = _refused(table, words, found, maximum)
    stale = _stale(table, words, found)
    told += remarks(found, table, grade, maximum) + _skipped(table, found, grade, shut, too_many)
    if stale:
        told.append(f"Moodle understands no date of a sheet that is not English. Tick “{words.newer}” "
                    "where you upload it, or who was graded before keeps that grade: "
                    f"{listed(m.hand_in.student for m in stale)}.")  # fmt: skip
    if words.comments not in table.header:
        told.append(f"The worksheet has no column `{words.comments}`: the comments are in the reports alone.")
    reports = {_place(table.rows[n], identifier, names, mark): mark.report for n, mark in found.items() if mark.report}
    files = {"worksheet.csv": filled.encoded()} | ({"feedback.zip": zipped(reports)} if reports else {})
    return Export(files, [mark for mark in found.values() if mark not in [*shut, *too_many, *stale]], told)


def _words(table: Table) -> Words:
    words = words_of(table.header)
    if words is None:
        raise SpecError(f"{table.path}:1: expected the columns Identifier, Grade and Last modified (grade); found "
                        f"{', '.join(table.header)[:300]}", SPOKEN)  # fmt: skip
    return words


def _most(table: Table, words: Words) -> str:
    """The title of the column with the maximum. Raises SpecError where a scale stands in its place."""
    if words.scale in table.header:
        raise SpecError(f"{table.path}: this assignment is graded by a scale, and not in points",
                        "Choose points as the type of the grade in the assignment's settings.")  # fmt: skip
    return next((title for title in words.most if title in table.header), words.most[0])


def _filled(table: Table, words: Words, row: Sequence[str], mark: Mark, grade: int, most: int) -> tuple[str, ...]:
    """The row with what the student receives. Only texts are made harmless: the importer reads all else."""
    cells = list(row)
    cells[grade] = figure(mark.points, comma="," in row[most])
    if words.comments in table.header and mark.points is not None:
        cells[table.header.index(words.comments)] = html.escape(mark.comment, quote=False).replace("\n", "<br>")
    read_back = [table.header.index(name) for name in (words.identifier, words.grade, words.graded)]
    return harmless(cells, read_back)


def _refused(
    table: Table, words: Words, found: Mapping[int, Mark], most: float | None
) -> tuple[list[Mark], list[Mark]]:
    """Whose rows the importer skips because they are locked, and whose because they are above its maximum."""
    locked = table.header.index(words.changeable) if words.changeable in table.header else None
    shut = [mark for n, mark in found.items() if locked is not None and table.rows[n][locked] == words.no]
    return shut, [mark for mark in found.values() if above(mark, most)]


def _stale(table: Table, words: Words, found: Mapping[int, Mark]) -> list[Mark]:
    """Whose rows the importer takes for older than what it holds: it reads dates with PHP's `strtotime`."""
    if words.language == "en":
        return []
    graded = table.header.index(words.graded)
    return [mark for n, mark in found.items() if mark.points is not None and table.rows[n][graded] not in ("", "-")]


def _skipped(
    table: Table, found: Mapping[int, Mark], grade: int, shut: Sequence[Mark], too_many: Sequence[Mark]
) -> list[str]:
    """Sentences on the rows that the importer skips without a word."""
    same = [m.hand_in.student for n, m in found.items() if m.points is not None
            and value_of(table.rows[n][grade]) == round(m.points, 2)]  # fmt: skip
    told = [f"Locked in Moodle, which skips their rows: {listed(m.hand_in.student for m in shut)}."] if shut else []
    if same:
        told.append(f"Moodle has these grades already, and skips their rows: {listed(same)}.")
    if too_many:
        told.append("Moodle skips the rows with more than its maximum: raise the maximum grade of the assignment.")
    return told


def _place(row: Sequence[str], identifier: int, names: int | None, mark: Mark) -> str:
    """Where a report lies in the zip: the importer splits the folder's name at underscores."""
    name = _FORBIDDEN.sub(" ", row[names] if names is not None else mark.hand_in.student)
    plain = "".join(c for c in name if unicodedata.category(c) != "Cs").strip(" .~") or "Participant"
    return f"{plain}_{_number(row[identifier])}_assignsubmission_file_/report.pdf"


def _number(identifier: str) -> str:
    match = _NUMBER.search(identifier)
    return match[0] if match else ""


def _named(match: re.Match[str], found: Found, known: Mapping[str, HandIn]) -> tuple[HandIn, str, Found]:
    account = match["id"]
    return known.get(account, HandIn(match["name"], account)), match["file"], found


def _known(download: Download) -> dict[str, HandIn]:
    """Names and times by number, from each worksheet beside the submissions."""
    sheets = sorted(download.place.glob("*.csv")) if download.place.is_dir() else []
    found: dict[str, HandIn] = {}
    for table, words in filter(None, map(_worksheet, sheets)):
        for row in table.rows:
            cells = dict(zip(table.header, row, strict=True))
            number = _number(cells[words.identifier])
            time = _time(cells.get(words.handed_in, ""), words.language, download.zone)
            found[number] = HandIn(cells.get(words.name) or cells[words.identifier], number, handed_in=time)
    return found


def _worksheet(path: Path) -> tuple[Table, Words] | None:
    """The worksheet at `path` and its language; None where it is another table, such as handed_in.csv."""
    try:
        table = read_table(path)
    except SpecError:
        return None
    words = words_of(table.header)
    return (table, words) if words and table.header.count(words.identifier) == 1 else None


def _time(text: str, language: Language, zone: ZoneInfo) -> datetime | None:
    try:
        time = time_of(text, language)
        return in_utc(time.replace(tzinfo=zone)) if time else None
    except OverflowError:
        return None
