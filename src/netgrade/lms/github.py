"""GitHub Classroom: the tree that `gh classroom clone student-repos` makes, one repository a student.

The time of a commit is whatever its author says, and git is never run in a student's repository. Names and times come
from the grades that GitHub Classroom lists (`gh classroom assignment-grades`), saved as grades.csv beside the folders.
"""

from datetime import datetime
from pathlib import Path

from netgrade.documents import read_rows
from netgrade.errors import SpecError
from netgrade.lms.download import Download
from netgrade.lms.handin import HandIn
from netgrade.objects.base import in_utc

FORM = "<assignment>-submissions/<assignment>-<account>/"
GRADES = "grades.csv"
COLUMNS = ("github_username", "roster_identifier", "student_repository_name", "submission_timestamp")


def read(download: Download) -> list[HandIn]:
    """The repositories. Raises SpecError where grades.csv cannot be read."""
    listed = _listed(download.place / GRADES)
    return [_hand_in(path, listed) for path in download.entries if path.is_dir()]


def _hand_in(path: Path, listed: dict[str, HandIn]) -> HandIn:
    known = listed.get(path.name)
    if known:
        return HandIn(known.student, known.account, path, handed_in=known.handed_in)
    prefix = path.parent.name.removesuffix("-submissions") + "-"
    account = path.name.removeprefix(prefix)
    return HandIn(account, account, path)


def _listed(path: Path) -> dict[str, HandIn]:
    """Who has which repository, and when it was handed in."""
    if not path.is_file():
        return {}
    found = {}
    for line, row in read_rows(path, COLUMNS):
        account, written = row["github_username"], row["submission_timestamp"].strip().removesuffix(" UTC")
        try:
            time = in_utc(datetime.fromisoformat(written)) if written else None
        except (ValueError, OverflowError) as error:
            raise SpecError(f"{path}:{line}: submission_timestamp: expected a time; found {written[:60]!r}") from error
        name = row["roster_identifier"].strip() or account
        found[row["student_repository_name"]] = HandIn(name, account, handed_in=time)
    return found
