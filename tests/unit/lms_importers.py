"""What each system does with a file that is uploaded to it: its importer's rules, stated anew and apart from netgrade.

Each takes what the system knows already, and returns what it would change. Whatever it skips, it skips without a word.
"""

import csv
import io
import json
import re
import zipfile
from dataclasses import dataclass

SIGNS = ("=", "+", "-", "@", "\t", "\r")


@dataclass
class Participant:
    """A student in Moodle."""

    grade: float | None = None
    locked: bool = False
    newer: bool = False
    """Graded in Moodle more than a minute after the sheet was downloaded."""


MOODLE = {  # what the importer looks for when its user has set this language; the prefix of an identifier is its last
    "en": ("Identifier", "Grade", "Last modified (grade)", "Feedback comments", "Participant "),
    "sv": ("Identifierare", "Betyg", "Senast modifierat (betyg)", "Återkopplingskommentarer", "Deltagare"),
    "nl": ("Identificatie", "Cijfer", "Laatst gewijzigd (beoordeling)", "Feedback", "Deelnemer"),
    "de": ("ID", "Bewertung", "Zuletzt geändert (Bewertung)", "Feedback als Kommentar", "Teilnehmer/in"),
}
READABLE = re.compile(r"(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, ")
"""A date that PHP's strtotime understands: it knows no other language's names of days."""


def moodle_worksheet(
    content: bytes, participants: dict[int, Participant], most: float, comma: bool = False, language: str = "en"
):
    """The grades and comments that the offline grading worksheet changes, by participant."""
    identifier, grade, graded, comments, prefix = MOODLE[language]
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    header = rows[0]
    assert {identifier, grade, graded} <= set(header), "Moodle finds its columns by their titles"
    changed = {}
    for row in rows[1:]:
        cells = dict(zip(header, row, strict=True))
        number = cells[identifier][len(prefix) :]
        known = participants.get(int(number)) if number.isdecimal() else None
        text = cells[grade].strip()
        stale = known is not None and known.grade is not None and not READABLE.match(cells[graded])
        if known is None or known.locked or known.newer or stale or not text:
            continue
        assert not comma or "." not in text, "numbers are in the site's own form"
        value = float(text.replace(",", ".") if comma else text)
        if not 0 <= value <= most or value == known.grade:
            continue
        changed[int(number)] = (value, cells.get(comments, ""))
    return changed


def moodle_feedback(content: bytes, participants: dict[int, Participant]):
    """The feedback files that a zip brings, by participant."""
    received = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            parts = name.split("/")
            if parts[-1].startswith((".", "~")):
                continue
            while parts:
                pieces = parts.pop(0).split("_", 4)
                if len(pieces) < 4 or not pieces[1].isdecimal() or int(pieces[1]) not in participants:
                    continue
                if (pieces[2], pieces[3]) != ("assignsubmission", "file"):
                    continue
                rest = [pieces[4]] if len(pieces) > 4 and pieces[4] else []
                received.setdefault(int(pieces[1]), {})["/".join(rest + parts)] = archive.read(name)
                break
    return received


def canvas_gradebook(content: bytes, students: dict[int, str], assignments: dict[int, str]):
    """The grades by assignment and student, titles that would become new assignments, and points that would change."""
    text = content.decode("utf-8-sig")
    sign = ";" if _fields(text, ";") > _fields(text, ",") else ","
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=sign))
    header = rows[0]
    assert len(header) > 3 and "Student" in header[0] and "ID" in header[1], "Canvas does not know this header"
    info = 3
    if "SIS Login ID" in header[2]:
        info = 4
    elif "SIS User ID" in header[2] and "SIS Login ID" in header[3]:
        info = 5 + ("Integration ID" in header[4])
        info += "Root Account" in header[info - 1]
    assert "Section" in header[info - 1], "Canvas does not know this header"
    columns, new = {}, []
    for place, title in enumerate(header[info:], start=info):
        match = re.search(r"\((\d+)\)$", title)
        if match and int(match[1]) in assignments:
            columns[place] = int(match[1])
        else:
            new.append(title)
    grades, possible = {}, {}
    for row in rows[1:]:
        if "Points Possible" in row[0]:
            possible = {assignment: row[place] for place, assignment in columns.items()}
        elif not all(re.fullmatch(r"\s*(Muted|Manual Posting.*)?\s*", cell, re.IGNORECASE) for cell in row):
            by_name = {name: number for number, name in students.items()}
            number = int(row[1]) if row[1].isdecimal() and int(row[1]) in students else by_name.get(row[0])
            assert number is not None, f"Canvas would ask who {row[0]!r} is"
            for place, assignment in columns.items():
                if "read only" not in possible.get(assignment, ""):
                    grades[assignment, number] = row[place].strip()
    return grades, new, possible


def _fields(text: str, sign: str) -> int:
    """How many fields each of the first three lines has, where all have as many and can be read by themselves."""
    try:
        counts = {len(next(csv.reader([line], delimiter=sign, strict=True))) for line in text.split("\n")[:3] if line}
    except csv.Error:
        return 0
    return counts.pop() if len(counts) == 1 else 0


def canvas_comments(content: bytes, attachments: dict[tuple[int, int], str]):
    """The files that arrive as comments, by student; `attachments` are those of each student and their names."""
    received = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            pieces = name.rpartition("/")[2].split("_")
            numbers = [int(piece) for piece in pieces if re.fullmatch(r"[0-9]+", piece)][:2]
            if pieces[-1].startswith("link") or len(numbers) < 2 or tuple(numbers) not in attachments:
                continue
            user, attachment = numbers
            received.setdefault(user, {})[attachments[user, attachment]] = archive.read(name)
    return received


def blackboard_sheet(content: bytes, users: set[str], columns: dict[int, str]):
    """The grades by column and user name."""
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = content.decode("utf-16" if wide else "utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter="\t" if "\t" in text.split("\n")[0] else ","))
    header = rows[0]
    user = header.index("Username")
    numbers = {p: int(m[1]) for p, title in enumerate(header) if (m := re.search(r"\|(\d+)$", title))}
    assert set(numbers.values()) <= set(columns), "Blackboard does not know this column"
    return {
        (number, row[user]): row[place] for row in rows[1:] if row[user] in users for place, number in numbers.items()
    }


def brightspace_grades(content: bytes, users: set[str], items: dict[str, float]):
    """The grades by item and user; a value above the item's points is capped."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    header = rows[0]
    assert header[-1] == "End-of-Line Indicator"
    keys = [header.index(name) for name in ("OrgDefinedId", "Username") if name in header]
    assert keys and all(title.endswith(" Points Grade") for title in header[len(keys) : -1])
    found = {}
    for row in rows[1:]:
        assert row[-1] == "#"
        user = next((key for place in keys if (key := row[place].removeprefix("#")) in users), None)
        for place, title in enumerate(header[:-1]):
            item = title.removesuffix(" Points Grade")
            if user and place not in keys and item in items and row[place]:
                found[item, user] = min(float(row[place]), items[item])
    return found


def gradescope_results(content: bytes):
    """The score that a results.json gives; anything that the platform does not know fails."""
    results = json.loads(content)
    shown = {"hidden", "after_due_date", "after_published", "visible"}
    assert set(results) <= {"score", "execution_time", "output", "output_format", "visibility", "stdout_visibility",
                            "extra_data", "tests", "leaderboard"}  # fmt: skip
    assert {results["visibility"], results["stdout_visibility"]} <= shown
    for test in results["tests"]:
        assert set(test) <= {"score", "max_score", "status", "name", "number", "output", "output_format", "tags",
                             "visibility", "extra_data"}  # fmt: skip
        assert test["visibility"] in shown and test.get("status", "passed") in ("passed", "failed")
        assert isinstance(test["score"], int | float) and isinstance(test["output"], str)
    return results["score"]


def formulas(content: bytes, delimiter: str = ",", encoding: str = "utf-8-sig"):
    """Every cell that a spreadsheet takes for a formula and is no number."""
    rows = csv.reader(io.StringIO(content.decode(encoding), newline=""), delimiter=delimiter)
    return [c for row in rows for c in row if len(c) > 1 and c.startswith(SIGNS) and not re.fullmatch(r"-?[\d.,]+", c)]
