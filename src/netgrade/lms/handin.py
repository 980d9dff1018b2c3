"""Hand-ins: whose files are whose in a download, which attempt counts, and how students of one name are told apart."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from netgrade.lms.download import Download, Found

PROGRAMS = {".py", ".ipynb", ".zip"}
"""Endings of single files that are somebody's submission, whoever put them there."""


@dataclass(frozen=True)
class HandIn:
    """One attempt of one student: a folder or zip of its own, or files out of a download."""

    student: str
    """As the download calls the student."""
    account: str = ""
    """What the system itself calls the student, a number or a user name; empty where it does not say."""
    entry: Path | None = None
    """The student's own folder or zip."""
    files: Mapping[str, Found] = field(default_factory=dict)
    """Without an `entry`: the files, by the names that the student gave them."""
    handed_in: datetime | None = None
    late: bool = False
    """The system marks it as late."""


def own_entry(path: Path) -> HandIn:
    """A folder or zip whose name is the name of the student."""
    return HandIn(path.stem if path.suffix.lower() == ".zip" else path.name, entry=path)


def gathered(named: Iterable[tuple[HandIn, str, Found]]) -> list[HandIn]:
    """One hand-in for each attempt, from one for each file with the name that the student gave it."""
    files: dict[tuple[str, datetime | None], dict[str, Found]] = defaultdict(dict)
    attempts: dict[tuple[str, datetime | None], HandIn] = {}
    for hand_in, name, found in named:
        key = (hand_in.account or hand_in.student, hand_in.handed_in)
        attempts.setdefault(key, hand_in)
        files[key][_free(name, files[key])] = found
    return [replace(hand_in, files=files[key]) for key, hand_in in attempts.items()]


def strays(download: Download, known: Iterable[Found]) -> list[HandIn]:
    """What is not named as the system names files, but may well be a submission: it is graded under its own name."""
    read = set(known)
    left: dict[str, dict[str, Found]] = defaultdict(dict)
    for found in download.files:
        top, _, rest = found.name.partition("/")
        if found not in read and (rest or Path(top).suffix.lower() in PROGRAMS):
            left[top][rest or top] = found
    return [HandIn(top, files=files) for top, files in left.items()]


def counting(hand_ins: Sequence[HandIn], attempt: Literal["first", "last"]) -> list[HandIn]:
    """The attempt of each student that counts."""
    by_student: dict[str, list[HandIn]] = defaultdict(list)
    for hand_in in hand_ins:
        by_student[hand_in.account or hand_in.student].append(hand_in)
    earliest = datetime.min.replace(tzinfo=UTC)
    chosen = min if attempt == "first" else max
    return [chosen(attempts, key=lambda one: one.handed_in or earliest) for attempts in by_student.values()]


def told_apart(hand_ins: Sequence[HandIn]) -> list[HandIn]:
    """The same hand-ins; where two accounts go by one name, each is called by both: `Ada Lovelace (4711)`.

    Whoever has no name at all is called by the account.
    """
    hand_ins = [one if one.student.strip() else replace(one, student=one.account) for one in hand_ins]
    accounts: dict[str, set[str]] = defaultdict(set)
    for hand_in in hand_ins:
        accounts[same_name(hand_in.student)].add(hand_in.account)
    return [
        replace(one, student=f"{one.student} ({one.account})")
        if len(accounts[same_name(one.student)]) > 1 and one.account
        else one
        for one in hand_ins
    ]


def same_name(name: str) -> str:
    """A name as it is compared: both ways to write an umlaut are one, and spaces and capitals say nothing."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", name)).strip().casefold()


def _free(name: str, taken: Mapping[str, Found]) -> str:
    """A name that no other file of the attempt has."""
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{number}-{name}"
    return free
