"""Learning management systems: how each names what was handed in, and what it takes back. One module a system.

Reading looks at names, and at lists that the instructor downloaded; students' files are opened by `collect`.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from netgrade.errors import NetgradeError
from netgrade.lms import blackboard, brightspace, canvas, generic, github, gradescope, moodle
from netgrade.lms.download import Download
from netgrade.lms.handin import HandIn, counting, own_entry, told_apart
from netgrade.lms.mark import Export, Mark, Target
from netgrade.objects.assignment import Lms

__all__ = ["WRITERS", "Export", "HandIn", "Mark", "Target", "every_attempt", "hand_ins", "own_entry"]

Reader = Callable[[Download], list[HandIn]]
Writer = Callable[[Sequence[Mark], Target], Export]

READERS: Mapping[str, tuple[Reader, str]] = {
    "moodle": (moodle.read, moodle.FORM),
    "canvas": (canvas.read, canvas.FORM),
    "blackboard": (blackboard.read, blackboard.FORM),
    "brightspace": (brightspace.read, brightspace.FORM),
    "github": (github.read, github.FORM),
}
"""By system: what finds the hand-ins of a download, and a name as the system writes it."""

PACKED = {"moodle", "canvas", "blackboard", "brightspace"}
"""Systems whose download is a zip, which may stay one."""

WRITERS: Mapping[str, Writer] = {
    "moodle": moodle.write,
    "canvas": canvas.write,
    "gradescope": gradescope.write,
    "blackboard": blackboard.write,
    "brightspace": brightspace.write,
    "csv": generic.write_csv,
    "xlsx": generic.write_xlsx,
}
"""By system: what makes the files that it takes back."""


def hand_ins(place: Path, lms: Lms) -> list[HandIn]:
    """The hand-in of each student that counts. Raises NetgradeError where there is no download."""
    return sorted(counting(every_attempt(place, lms), lms.attempt), key=lambda one: one.student)


def every_attempt(place: Path, lms: Lms) -> list[HandIn]:
    """All that was handed in. Raises NetgradeError where there is no download."""
    packed = lms.system in PACKED and place.is_file() and place.suffix.lower() == ".zip"
    if not packed and not place.is_dir():
        raise NetgradeError(f"{place} is no folder", "`submissions` in config.yaml names one folder per student.")
    download = Download(place, ZoneInfo(lms.zone))
    if lms.system not in READERS:
        return [own_entry(path) for path in download.entries]
    read, form = READERS[lms.system]
    found = read(download)
    if not found and (packed or download.entries):
        raise NetgradeError(
            f"Nothing in {place} is named as {lms.system} names what was handed in, such as {form}",
            "Name the folder, or the zip, in which such names are; or correct `lms` in config.yaml.",
        )
    return told_apart(found)
