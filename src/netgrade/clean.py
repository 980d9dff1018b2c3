"""Clean: what a course keeps that nothing needs any more, by kind and size, and its removal.

Submissions, marks, grades, reports and audit bundles are never among it, nor is any training that one of them names.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from netgrade.collect import PSEUDONYMS, REFERENCE_CHUNK, partition, pseudonym_key
from netgrade.errors import NetgradeError
from netgrade.objects.assignment import Assignment, Course
from netgrade.objects.base import Digest
from netgrade.objects.bundle import Bundle
from netgrade.objects.plan import CheckedSubmissions
from netgrade.running import left_parts
from netgrade.spec import load_assignment
from netgrade.store import load
from netgrade.train.weights import AGAIN, NOTE, WEIGHTS

STORE, CHECKED = Path("results/store"), Path("results/check")
LOGS = (Path("results/logs"), Path(".snakemake/log"))


@dataclass(frozen=True)
class Waste:
    """Files and folders of one kind that may go."""

    kind: str
    paths: list[Path]

    @property
    def size(self) -> int:
        """Bytes of their files."""
        return sum(_size(path) for path in self.paths)


@dataclass(frozen=True)
class _Needs:
    """The plans that a submission or a bundle names, and those of them whose networks are looked at."""

    plans: set[Digest]
    looked_at: set[Digest]


def waste(course: Course, root: Path) -> list[Waste]:
    """Find everything that may go. Call it, and `remove`, while no run is at work in `root`.

    Raises NetgradeError where it is not known what is needed: a submission was not checked yet, or a file that says so
    cannot be read.
    """
    needs = _needs(course, root)
    folders = sorted(path for path in (root / STORE / "records").glob("??/*") if path.is_dir())
    stale = [folder for folder in folders if folder.name not in needs.plans]
    unseen = [folder for folder in folders if folder.name in needs.plans - needs.looked_at]
    # Without a note they are no weights of this kind, but may belong to a record that names them.
    notes = [note for folder in unseen for note in sorted(folder.glob(f"*/{NOTE}"))]
    weights = [place for note in notes for place in (note, note.with_name(WEIGHTS)) if place.is_file()]
    again = [place for folder in unseen for place in sorted(folder.glob(f"*/{AGAIN}"))]
    parts = [path for path in left_parts(root) if not any(folder in path.parents for folder in stale)]
    return [
        Waste("trainings of plans that nobody handed in any more", stale),
        Waste("weights of networks that no task looks at", weights),
        Waste("temporary files of runs that were killed", [*parts, *again]),
        Waste("logs", [root / place for place in LOGS if (root / place).is_dir()]),
    ]


def remove(found: list[Waste]) -> None:
    """Remove what was found. Links are removed, and not followed."""
    for path in (path for one in found for path in one.paths):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _needs(course: Course, root: Path) -> _Needs:
    store = (root / STORE).resolve()
    if not store.is_relative_to(root.resolve()):
        what = f"The trainings lie outside of this course, in {store}: another course may need them."
        raise NetgradeError(what, "Nothing was removed.")
    _require_checked(course, root)
    plans: set[Digest] = set()
    looked_at: set[Digest] = set()
    for path in sorted((root / CHECKED).glob("*/*.json")):
        chunk = load(path, CheckedSubmissions)
        rules = _rules(chunk.assignment, root)
        plans |= set(chunk.plans)
        looked_at |= chunk.plans_of(rules.looked_at) if rules else set(chunk.plans)
    for path in sorted((root / STORE / "bundles").glob("*/*.json")):
        evidence = load(path, Bundle).evidence
        plans |= set(evidence.plans)
        # Points that rest on what a network sees are verified by its weights.
        models = [evidence.checked.models.get(task.model_of) for task in evidence.assignment.sees_tasks]
        looked_at |= {model.plan for model in models if model and model.plan}
    return _Needs(plans, looked_at)


def _rules(assignment: str, root: Path) -> Assignment | None:
    """The rules of an assignment; None where it is no longer there to be read."""
    path = root / "assignments" / assignment / "assignment.yaml"
    return load_assignment(path) if path.is_file() else None


def _require_checked(course: Course, root: Path) -> None:
    """Every submission has to have said which plans it needs. Raises NetgradeError."""
    key = pseudonym_key(root / PSEUDONYMS)
    for entry in course.assignments:
        for chunk in (REFERENCE_CHUNK, *partition(root / entry.submissions, key)):
            if not (root / CHECKED / entry.id / f"{chunk}.json").is_file():
                what = f"Some submissions of {entry.id} were not checked yet, so it is not known which plans they need."
                raise NetgradeError(what, "Run `snakemake --cores all` first; nothing was removed.")


def _size(path: Path) -> int:
    return sum(file.lstat().st_size for file in _files(path))


def _files(path: Path) -> Iterator[Path]:
    """The files at or below a path, links not followed."""
    if path.is_symlink() or not path.is_dir():
        yield path
        return
    for below in sorted(path.iterdir()):
        yield from _files(below)
