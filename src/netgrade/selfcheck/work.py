"""Work: what a student would hand in, laid out as the grader gets it, and looked at in two steps.

`look_at_files` runs nothing and imports no Keras. `run_code` runs the program once, as extraction does in grading.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import netgrade
from netgrade.checking import check
from netgrade.collect import read_hand_in
from netgrade.datasets.described import described
from netgrade.documents import printable
from netgrade.errors import NetgradeError
from netgrade.extract.sandbox.own import OWN_MACHINE
from netgrade.extract.submission import extract
from netgrade.lms import own_entry
from netgrade.lms.archive import zipped
from netgrade.objects.assignment import Assignment
from netgrade.objects.base import Digest
from netgrade.objects.dataset import Datasets
from netgrade.objects.declaration import Answer, Declaration
from netgrade.objects.plan import CheckedSubmission, Plan
from netgrade.objects.selfcheck import Selfcheck
from netgrade.objects.submission import Submission
from netgrade.pictures import SUFFIXES, given_files
from netgrade.public import RULES
from netgrade.selfcheck.gather import CODE, Gathered, gather
from netgrade.selfcheck.looks import look_at
from netgrade.selfcheck.pace import pace_here
from netgrade.selfcheck.sources import read_sources
from netgrade.spec import load_assignment

_KEY = b"one's own"
"""Names no one: there is one student here."""

_ENGINES = ("tensorflow", "keras")
_INSTALL = "Run `pip install tensorflow`, then check again. What was said of the files holds without it."

ISOLATION = (
    "The code ran on this machine as it is, without the grader's sandbox. There it has no network, sees no other files "
    "than those listed, and may use {memory} MB of memory and {seconds} s."
)


@dataclass(frozen=True)
class Work:
    """A submission before it is handed in."""

    assignment: Assignment
    beside: Path
    """Where the rules lie, and the images that an assignment gives."""
    gathered: Gathered
    packed: bytes
    """The zip that is handed in."""
    submission: Submission
    started: float


@dataclass(frozen=True)
class Seen:
    """What running the code came to."""

    result: Selfcheck
    declaration: Declaration
    checked: CheckedSubmission
    plans: dict[Digest, Plan]
    data: Datasets


def find_rules(place: Path, named: Path | None) -> Path:
    """The rules that lie beside the work, or those that were named. Raises NetgradeError."""
    folder = place if place.is_dir() else place.parent
    for path in [named] if named else [folder / RULES, folder.parent / RULES, Path(RULES)]:
        if path.is_file():
            return path
    missing = str(named) if named else f"{RULES} beside {place}"
    raise NetgradeError(f"There is no {missing}", f"Put the {RULES} of your course there, or name it with --rules.")


@contextmanager
def laid_out(place: Path, rules: Path) -> Iterator[Work]:
    """The work at `place`, a file or a folder, packed and opened again as the grader does. Raises NetgradeError."""
    started = time.monotonic()
    if not place.exists():
        raise NetgradeError(f"{place} does not exist", "Name your notebook, your Python file, or the folder.")
    assignment = load_assignment(rules)
    with tempfile.TemporaryDirectory(prefix="netgrade-check-") as folder:
        is_zip = place.suffix.lower() == ".zip"
        gathered = Gathered({place.name: place}) if is_zip else gather(place, assignment)
        packed = place.read_bytes() if is_zip else zipped(gathered.files)
        entry = Path(folder, "work.zip")
        entry.write_bytes(packed)
        submission = read_hand_in(own_entry(entry), Path(folder, "places"), _KEY)
        if not submission.ok and submission.cause:
            raise NetgradeError(submission.cause.what, submission.cause.remedy)
        yield Work(assignment, rules.parent, gathered, packed, submission, started)


def look_at_files(work: Work) -> Selfcheck:
    """What can be seen without running anything: files, tasks, answers, saved models, numbers that are written down."""
    assignment, data = work.assignment, {name: described(name) for name in work.assignment.datasets}
    read = [file for file in work.submission.files if not file.path.lower().endswith((*CODE, *SUFFIXES))]
    declaration = extract(work.submission.model_copy(update={"files": read}), assignment, data, OWN_MACHINE)
    sources = read_sources(Path(work.submission.folder), [file.path for file in work.submission.files], assignment)
    answers = {task: Answer(**answer) for task, answer in sources.answers.items()} | declaration.answers
    declaration = declaration.model_copy(update={"answers": answers})
    checked, plans = check(declaration, assignment, data)
    tasks = [look_at(task, work.submission, declaration, checked, plans, data, sources) for task in assignment.tasks]
    notes = [*checked.findings, *(f"{m.what} {m.remedy}".strip() for m in sources.mistakes)]
    return _result(work).model_copy(update={"tasks": tasks, "notes": notes})


def run_code(work: Work, data: Datasets) -> Seen:
    """What the grader will see: the code is run once, and what it asks for is held against the rules."""
    assignment = work.assignment
    given = given_files(assignment.tasks, work.beside)
    declaration = extract(work.submission, assignment, data, OWN_MACHINE, given=given)
    if any(f"No module named '{engine}'" in declaration.output for engine in _ENGINES) and not declaration.ok:
        raise NetgradeError("The code needs TensorFlow and Keras, which are not installed here", _INSTALL)
    checked, plans = check(declaration, assignment, data)
    pace = pace_here() if plans else None
    tasks = [look_at(task, work.submission, declaration, checked, plans, data, pace=pace) for task in assignment.tasks]
    limits = assignment.sandbox
    changes = {
        "ran": True,
        "isolation": ISOLATION.format(memory=limits.memory_mb, seconds=limits.wall_seconds),
        "tasks": tasks,
        "notes": [*checked.findings, *_cause(declaration)],
        "output": printable(declaration.output) if _failed(declaration) else "",
    }
    return Seen(_result(work).model_copy(update=changes), declaration, checked, plans, data)


def _result(work: Work) -> Selfcheck:
    return Selfcheck(
        netgrade=netgrade.__version__, assignment=work.assignment.id, title=work.assignment.title, ran=False,
        files=work.submission.files, left_out=work.gathered.left_out, tasks=[],
        seconds=time.monotonic() - work.started,
    )  # fmt: skip


def _failed(declaration: Declaration) -> bool:
    """Whether what the code printed may say why something is missing."""
    return not declaration.ok or any(not model.ok for model in declaration.models.values())


def _cause(declaration: Declaration) -> list[str]:
    cause = declaration.cause
    return [f"{cause.what} {cause.remedy}".strip()] if cause else []
