"""Pictures: how image files are read and written. What a student handed in is read inside the sandbox alone."""

import hashlib
import io
import warnings
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from netgrade.errors import SpecError, UnreadableError
from netgrade.objects.picture import LEAST_SIDE, MOST_SIDE
from netgrade.objects.tasks.style import StyleTask

Pixels = NDArray[np.uint8]
"""RGB, `(height, width, 3)`."""

FORMATS = ("PNG", "JPEG")
SUFFIXES = (".png", ".jpg", ".jpeg")
MOST_BYTES = 16 * 2**20
MOST_PIXELS = 16_000_000
"""A small file may say that it holds many more: they are counted before any is unpacked."""


def read_picture(path: Path) -> Pixels:
    """Read a PNG or JPEG in full size; transparent parts become white. Raises UnreadableError."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UnreadableError(f"it is larger than {MOST_BYTES >> 20} MB")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=FORMATS) as image:
                width, height = image.size
                if width * height > MOST_PIXELS:
                    raise UnreadableError(f"it has {width} x {height} pixels, more than {MOST_PIXELS // 10**6} million")
                if min(width, height) < LEAST_SIDE:
                    raise UnreadableError(f"it has {width} x {height} pixels, and fewer than {LEAST_SIDE} on a side")
                return np.asarray(_on_white(image))
    except UnreadableError:
        raise
    except Image.DecompressionBombError as error:  # Pillow counts them too, and gives up above its own bound
        raise UnreadableError(f"it has more than {MOST_PIXELS // 10**6} million pixels") from error
    # Pillow's decoders raise whatever a damaged file leads them to.
    except Exception as error:
        raise UnreadableError("it is no PNG or JPEG that can be read", "Save it anew as PNG.") from error


def _on_white(image: Image.Image) -> Image.Image:
    if "transparency" not in image.info and "A" not in image.getbands():
        return image.convert("RGB")
    seen = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen).convert("RGB")


def shrunk(pixels: Pixels, most: int = MOST_SIDE) -> Pixels:
    """The same image with no side longer than `most`."""
    height, width = pixels.shape[:2]
    factor = most / max(height, width)
    return pixels if factor >= 1 else resized(pixels, max(1, round(height * factor)), max(1, round(width * factor)))


def resized(pixels: Pixels, height: int, width: int) -> Pixels:
    """The same image in another size, by Lanczos' filter."""
    return np.asarray(Image.fromarray(pixels).resize((width, height), Image.Resampling.LANCZOS))


def png_of(pixels: Pixels) -> bytes:
    """The image as a PNG without any text in it."""
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    return content.getvalue()


def pixels_digest(pixels: Pixels) -> str:
    """SHA-256 of height, width and bytes: equal for identical images alone."""
    return hashlib.sha256(f"{pixels.shape[0]} {pixels.shape[1]} ".encode() + pixels.tobytes()).hexdigest()


def given_files(tasks: Iterable[object], folder: Path) -> dict[str, dict[str, Path]]:
    """The instructor's images by task and name. Raises SpecError where one is missing or cannot be read."""
    found: dict[str, dict[str, Path]] = {}
    for task in tasks:
        if not isinstance(task, StyleTask):
            continue
        found[task.id] = {name: folder / file for name, file in task.given.items()}
        for name, path in found[task.id].items():
            try:
                read_picture(path)
            except UnreadableError as error:
                what = f"{path}, the image `{name}` of the task `{task.id}`, cannot be used: {error.what}"
                raise SpecError(what, "Put a PNG or JPEG there, or mend `given:` in assignment.yaml.") from error
    return found
