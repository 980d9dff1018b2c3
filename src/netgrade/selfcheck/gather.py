"""Gather: which files of a student's folder the grader reads, and why the others stay."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path, PurePosixPath

from netgrade.collect import MOST_BYTES, MOST_FILES
from netgrade.errors import NetgradeError
from netgrade.lms.download import IGNORED
from netgrade.objects.assignment import Assignment
from netgrade.objects.selfcheck import LeftOut
from netgrade.pictures import SUFFIXES
from netgrade.public import RULES

CODE = (".py", ".ipynb")
PLAIN = ("answers.yaml", "training.yaml")
REPORT = "netgrade-report"
"""Folder of the report of a short training."""

MOST_LOOKED_AT = 5000
ENVIRONMENT = "pyvenv.cfg"
"""Marks a folder of installed packages."""


@dataclass(frozen=True)
class Gathered:
    """The files to hand in by their names there, and what stays behind."""

    files: dict[str, Path] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)


def gather(place: Path, assignment: Assignment) -> Gathered:
    """Choose from the folder `place`, or from beside the notebook or Python file `place`.

    Raises NetgradeError where there is nothing to hand in, or more than the grader takes.
    """
    if place.is_file() and place.suffix not in CODE:
        raise NetgradeError(f"{place} is no notebook and no Python file", "Name one of these, or the folder.")
    folder = place if place.is_dir() else place.parent
    paths = list(islice(_files(folder), MOST_LOOKED_AT))
    if len(paths) == MOST_LOOKED_AT:
        what = f"{folder} holds {MOST_LOOKED_AT:,} files or more"
        raise NetgradeError(what, "Put what you hand in into a folder of its own.")
    code = _texts(path for path in paths if path.suffix in CODE and (path.suffix == ".py" or _is_meant(path, place)))
    found = Gathered()
    for path in paths:
        name = path.relative_to(folder).as_posix()
        why = _why_not(path, PurePosixPath(name), place, assignment, code)
        if why is None:
            found.files[name] = path
        else:
            found.left_out.append(LeftOut(path=name, why=why))
    if not found.files:
        raise NetgradeError(f"{folder} holds nothing to hand in", "Name your notebook, or the folder that it lies in.")
    size = sum(path.stat().st_size for path in found.files.values())
    if len(found.files) > MOST_FILES or size > MOST_BYTES:
        what = f"{folder} holds {len(found.files)} files of {size / 2**20:.0f} MB to hand in"
        raise NetgradeError(what, f"The grader takes {MOST_FILES} files and {MOST_BYTES >> 20} MB: hand in fewer.")
    return found


def _why_not(path: Path, name: PurePosixPath, place: Path, assignment: Assignment, code: str) -> str | None:
    """Why a file stays, or None for one that the grader reads."""
    if path.is_symlink() or not path.is_file():
        return "a link or a special file, which the grader refuses"
    if str(name) == RULES:
        return "the rules, which the grader has"
    if path.suffix in CODE:
        return None if path.suffix == ".py" or _is_meant(path, place) else "another notebook than the one you named"
    if str(name) in PLAIN:
        return None
    if name.name in PLAIN:
        return f"it has to lie beside the notebook, as {name.name}"
    if path.suffix == ".keras":
        known = [task.id for task in assignment.model_tasks]
        return None if path.stem.lower() in known else f"belongs to no task: a saved model is called {known[0]}.keras"
    if path.suffix.lower() in SUFFIXES and _is_picture(name, assignment):
        return None
    if assignment.style_tasks and path.name in code:
        return None
    return "nothing that the grader reads"


def _is_meant(path: Path, place: Path) -> bool:
    return place.is_dir() or path == place


def _is_picture(name: PurePosixPath, assignment: Assignment) -> bool:
    """Whether an image lies where drawings or images of a task are looked for."""
    folders = {*assignment.drawn_for, *(task.id for task in assignment.style_tasks)}
    return len(name.parts) > 1 and name.parts[-2].lower() in folders | ({"style"} if assignment.style_tasks else set())


def _files(folder: Path) -> Iterator[Path]:
    """What is no folder, below `folder`; hidden folders, caches and installed packages are not looked into."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name in IGNORED:
            continue
        if not path.is_dir() or path.is_symlink():
            yield path
        elif path.name != REPORT and not (path / ENVIRONMENT).is_file():
            yield from _files(path)


def _texts(paths: Iterable[Path]) -> str:
    return "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in paths if path.is_file())
