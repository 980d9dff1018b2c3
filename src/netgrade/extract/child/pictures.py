"""Pictures: call `stylize_<task>(content, style)`, read handed-in image files, and hand the pixels out."""

import base64
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from netgrade.errors import UnreadableError
from netgrade.extract.child.declare import failed, sentence, where
from netgrade.pictures import SUFFIXES, Pixels, pixels_digest, read_picture, shrunk

MOST_PICTURES = 40
"""Of one submission: with more, the result would be too long to be read."""

MOST_MADE = 4096
"""Pixels of a side of an image that a function returns."""

Stylize = Callable[[Any, Any], Any]


def pictures_of(tasks: dict[str, Any], folder: Path, files: list[Path], functions: dict[str, Any]) -> dict[str, Any]:
    """Each task's images: those that its function makes, and files for what it does not make.

    `tasks` has `given` (paths by name) and `hand_in` (names) of each; `functions` are the student's, or how the file
    failed in which one stands.
    """
    made = {task: _made(task, asked, functions.get(task), folder) for task, asked in tasks.items()}
    left = MOST_PICTURES
    for task, asked in tasks.items():
        result = made[task]
        for name, path in _files(task, asked["hand_in"], folder, files):
            if name in result["found"] or name in result["failed"]:
                continue
            try:
                result["found"][name] = _handed_out(read_picture(path), path.relative_to(folder).as_posix())
            except UnreadableError as error:
                what = f"{path.relative_to(folder)}: {error.what}."
                result["failed"][name] = {"what": what, "remedy": error.remedy}
        for name in list(result["found"])[max(0, left) :]:
            del result["found"][name]
            result["failed"][name] = {"what": f"Only {MOST_PICTURES} images of one submission are read."}
        left -= len(result["found"])
    return {task: result for task, result in made.items() if result["found"] or result["failed"]}


def _made(task: str, asked: dict[str, Any], function: Any, folder: Path) -> dict[str, Any]:
    """What the function makes of the given images."""
    result: dict[str, Any] = {"status": "ok", "found": {}, "failed": {}}
    given = {name: Path(path) for name, path in asked["given"].items()}
    styles = [name for name in given if name.startswith("style")]
    if function is None or "content" not in given or not styles:
        return result
    if isinstance(function, dict):
        result["failed"] = {name: function["cause"] for name in asked["hand_in"]}
        return result
    seen = {name: _floats(shrunk(read_picture(path))) for name, path in given.items()}
    maker = _Maker(function, seen, styles)
    for name in asked["hand_in"]:
        try:
            pixels = maker.make(name)
        except _NoImageError as error:
            what = f"stylize_{task}() returned no image for `{name}`: {error}."
            result["failed"][name] = {"what": what, "remedy": "Return an array as the content's: values from 0 to 1."}
            continue
        except (Exception, SystemExit) as error:
            cause = failed(f"{where(error, folder)}: {sentence(error)}", f"stylize_{task}() has to return an image.")
            result["failed"][name] = cause["cause"]
            continue
        if pixels is not None:
            result["found"][name] = _handed_out(pixels, f"stylize_{task}")
    return result


class _NoImageError(ValueError):
    """A function returned something else than an image."""


class _Maker:
    """Makes the images whose names say how: `once`, `again`, `second_pass`, `a_then_b`, `b_alone`, `chain_1` ..."""

    def __init__(self, function: Stylize, given: dict[str, Any], styles: list[str]) -> None:
        self.function, self.given, self.styles = function, given, styles
        self.made: dict[str, Pixels] = {}

    def make(self, name: str) -> Pixels | None:
        """The image of that name, or None where the name does not say how it is made."""
        if name not in self.made:
            way = self._way(name)
            if way is None:
                return None
            content, style = way
            source = self.given["content"] if content is None else _floats(self._needed(content))
            self.made[name] = _pixels(self.function(source.copy(), self.given[style].copy()))
        return self.made[name]

    def _way(self, name: str) -> tuple[str | None, str] | None:
        """From which made image (None: the given content), and in which style."""
        first, second = self.styles[0], self.styles[1] if len(self.styles) > 1 else ""
        head, _, number = name.partition("_")
        if head == "chain" and number.isascii() and number.isdigit() and 0 < int(number) <= 100:
            place = int(number) - 1
            return (f"chain_{place}" if place else None), self.styles[place % len(self.styles)]
        ways: dict[str, tuple[str | None, str]] = {
            "result": (None, first), "once": (None, first), "again": (None, first), "second_pass": ("once", first),
        }  # fmt: skip
        if second:
            ways |= {"a_then_b": ("once", second), "b_alone": (None, second)}
        return ways.get(name)

    def _needed(self, name: str) -> Pixels:
        made = self.make(name)
        assert made is not None
        return made


def _floats(pixels: Pixels) -> Any:
    return pixels.astype("float32") / 255


def _pixels(image: Any) -> Pixels:
    """An image as bytes. Raises _NoImageError, which says what was expected."""
    try:
        array = np.asarray(image)
        array = array if array.dtype == np.uint8 else array.astype("float64")
    except (TypeError, ValueError) as error:
        raise _NoImageError(f"expected an array of numbers, found {type(image).__name__}") from error
    if array.ndim == 4 and len(array) == 1:
        array = array[0]
    if array.ndim != 3 or array.shape[-1] != 3 or not 0 < min(array.shape) <= max(array.shape) <= MOST_MADE:
        raise _NoImageError(f"expected an image of shape (height, width, 3), found {array.shape}")
    if array.dtype == np.uint8:
        return array.copy()
    if not np.isfinite(array).all():
        raise _NoImageError("the image holds numbers that are not finite")
    if array.max() > 2:
        raise _NoImageError(f"expected values from 0 to 1, or uint8; found up to {array.max():g}")
    return np.round(array.clip(0, 1) * 255).astype("uint8")


def _files(task: str, names: list[str], folder: Path, files: list[Path]) -> Iterator[tuple[str, Path]]:
    """The files `<task>/<name>.png` and `style/<name>.png`, whatever their case; the task's own folder comes first."""
    for place in (task, "style"):
        for path in files:
            parts = [part.lower() for part in path.relative_to(folder).parts]
            if len(parts) >= 2 and parts[-2] == place and path.suffix.lower() in SUFFIXES:
                name = path.stem.lower().replace("-", "_")
                if name in names:
                    yield name, path


def _handed_out(pixels: Pixels, source: str) -> dict[str, Any]:
    """The pixels, scaled down where there are many, with the digest of all of them."""
    small = shrunk(pixels)
    return {
        "width": pixels.shape[1], "height": pixels.shape[0], "pixels": pixels_digest(pixels), "source": source,
        "rows": small.shape[0], "columns": small.shape[1], "rgb": base64.b64encode(small.tobytes()).decode(),
    }  # fmt: skip
