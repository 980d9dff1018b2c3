"""Read drawings: which files they are, and what the sandbox says is in them."""

import json
import re
import sys
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from netgrade.errors import UnreadableError
from netgrade.extract.sandbox import View, backend_of, run_unprotected
from netgrade.objects.assignment import Assignment
from netgrade.objects.base import Cause, Status, TaskId
from netgrade.objects.sight import Drawing, Pixels
from netgrade.objects.submission import Submission, SubmittedFile
from netgrade.untrusted import read_json

MOST_DRAWINGS = 12
"""Of one task."""

MOST_BYTES = 2**16
MOST_SIDE = 64

_NAME = re.compile(r"drawing-([1-9]\d?)\.png")
_REMEDY = "Save it with the drawing page."


def read_drawings(
    submission: Submission, assignment: Assignment, isolation: str
) -> tuple[dict[TaskId, list[Drawing]], list[str]]:
    """The drawings of each task that takes some, by number, and sentences on what was left out."""
    found: dict[TaskId, list[SubmittedFile]] = {}
    notes = []
    for task in assignment.drawn_for:
        files = [file for file in submission.files if file.path.startswith(f"{task}/") and file.path.endswith(".png")]
        named = [file for file in files if _NAME.fullmatch(file.path.removeprefix(f"{task}/"))]
        notes += [
            f"{file.path[:80]} was not read: call it {task}/drawing-1.png." for file in files if file not in named
        ]
        named.sort(key=lambda file: int(file.path.rpartition("-")[2].removesuffix(".png")))
        if len(named) > MOST_DRAWINGS:
            notes.append(f"Of the {len(named)} drawings in {task}/, the first {MOST_DRAWINGS} were read.")
        if named:
            found[task] = named[:MOST_DRAWINGS]
    small = [file.path for files in found.values() for file in files if file.size <= MOST_BYTES]
    decoded = _decoded(small, submission, assignment, isolation) if small else {}
    drawings = {task: [_drawing(file, decoded) for file in files] for task, files in found.items()}
    return drawings, notes[:MOST_DRAWINGS]


def _decoded(names: list[str], submission: Submission, assignment: Assignment, isolation: str) -> dict[str, Any]:
    """What the program in the sandbox says of each file; nothing where it did not come to its end."""
    backend = backend_of(isolation) if isolation != "none" else None
    folder = Path(submission.folder).resolve()
    inside = "/submission" if backend and backend.confines else str(folder)
    request = {"submission": inside, "files": names, "most_side": MOST_SIDE}
    command = [sys.executable, "-P", "-s", "-m", "netgrade.extract.child.drawings"]
    content = json.dumps(request).encode()
    if backend:
        run = backend.run(command, content, View(folder), assignment.sandbox)
    else:
        source = {"PYTHONPATH": str(Path(__file__).parents[2])}
        run = run_unprotected(command, content, assignment.sandbox, source)
    try:
        found = read_json(run.result)
    except UnreadableError:
        return {}
    return found if isinstance(found, dict) else {}


def _drawing(file: SubmittedFile, decoded: dict[str, Any]) -> Drawing:
    name = Path(file.path).stem
    if file.size > MOST_BYTES:
        return _refused(name, f"{file.path} was not read: it is larger than {MOST_BYTES >> 10} KB.")
    raw = decoded.get(file.path)
    if isinstance(raw, dict) and "problem" in raw:
        return _refused(name, f"{file.path} was not read: {str(raw['problem'])[:200]}.")
    try:
        pixels = Pixels.model_validate(raw)
    except ValidationError:
        pixels = None
    if pixels is None or max(pixels.height, pixels.width) > MOST_SIDE:
        # Whether the file or the machine is to blame is not known.
        cause = Cause(what=f"{file.path} could not be decoded.", remedy="A person has to look at it.")
        return Drawing(name=name, status=Status.FAULT, cause=cause)
    return Drawing(name=name, pixels=pixels)


def _refused(name: str, what: str) -> Drawing:
    return Drawing(name=name, status=Status.INVALID, cause=Cause(what=what, remedy=_REMEDY))
