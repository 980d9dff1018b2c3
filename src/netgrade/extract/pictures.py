"""Pictures out of the sandbox: bytes, as many as they claim to be, and written anew as PNG before anyone sees one."""

import base64
import binascii
import hashlib
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from netgrade.errors import UnreadableError
from netgrade.objects.assignment import Assignment
from netgrade.objects.base import Cause
from netgrade.objects.declaration import Declaration
from netgrade.objects.picture import MOST_SIDE, Picture, Pictures
from netgrade.objects.tasks import StyleTask
from netgrade.pictures import SUFFIXES, Pixels, pixels_digest, png_of
from netgrade.store import write_bytes

_UNREADABLE = "What the code handed out as this image could not be read."


def asked_pictures(assignment: Assignment, given: dict[str, dict[str, str]]) -> dict[str, Any]:
    """What the program in the sandbox is told: of each task the images that are given and those to hand in."""
    return {task.id: {"given": given.get(task.id, {}), "hand_in": task.hand_in} for task in assignment.style_tasks}


def has_pictures(assignment: Assignment, files: list[str]) -> bool:
    """Whether a submission without code has to be read in the sandbox all the same."""
    return bool(assignment.style_tasks) and any(file.lower().endswith(SUFFIXES) for file in files)


def all_kept(declaration: Declaration, folder: Path) -> bool:
    """Whether the images that were read before still lie in `folder`."""
    of_all = [picture for pictures in declaration.pictures.values() for picture in pictures.found.values()]
    return all((folder / f"{picture.file}.png").is_file() for picture in of_all)


def read_pictures(found: object, assignment: Assignment, folder: Path | None) -> dict[str, Pictures]:
    """The images of each task, written below `folder` where there is one.

    Raises UnreadableError where the whole is no answer to what was asked; one image that is none has its own cause.
    """
    if not isinstance(found, dict):
        raise UnreadableError("its images are no object")
    return {task.id: _task(task, found[task.id], folder) for task in assignment.style_tasks if task.id in found}


def _task(task: StyleTask, raw: object, folder: Path | None) -> Pictures:
    if not isinstance(raw, dict) or not all(isinstance(raw.get(part), dict) for part in ("found", "failed")):
        raise UnreadableError("its images have not the form that was asked for")
    pictures, failed = {}, {}
    for name in task.hand_in:
        if name in raw["found"]:
            try:
                pictures[name] = _picture(raw["found"][name], folder)
            except (KeyError, TypeError, ValueError, UnreadableError):
                failed[name] = Cause(what=_UNREADABLE, remedy="Return a plain array, or hand the image in as a file.")
        elif name in raw["failed"]:
            failed[name] = _cause(raw["failed"][name])
    return Pictures(found=pictures, failed=failed)


def _picture(raw: dict[str, Any], folder: Path | None) -> Picture:
    pixels = _pixels(raw)
    content = png_of(pixels)
    digest = hashlib.sha256(content).hexdigest()
    full = (int(raw["height"]), int(raw["width"])) == pixels.shape[:2]
    picture = Picture(
        # Of an image in full size the digest is our own; of a larger one it is what the sandbox says.
        file=digest, pixels=pixels_digest(pixels) if full else raw["pixels"], width=raw["width"],
        height=raw["height"], source=str(raw["source"])[:200],
    )  # fmt: skip
    if folder is not None:
        write_bytes(folder / f"{digest}.png", content)
    return picture


def _pixels(raw: dict[str, Any]) -> Pixels:
    """RGB `(rows, columns, 3)`; ValueError where the bytes are not as many as that takes."""
    rows, columns = sides = raw["rows"], raw["columns"]
    if not all(type(side) is int and 0 < side <= MOST_SIDE for side in sides):
        raise ValueError("no size of an image")
    try:
        content = base64.b64decode(raw["rgb"], validate=True)
    except binascii.Error as error:
        raise ValueError("no base64") from error
    return np.frombuffer(content, np.uint8).reshape(rows, columns, 3)


def _cause(raw: object) -> Cause:
    try:
        cause = Cause.model_validate(raw)
    except ValidationError:
        return Cause(what=_UNREADABLE)
    return Cause(what=cause.what[:500], remedy=cause.remedy[:300])
