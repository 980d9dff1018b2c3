"""Locate: find the files of a public data set on this machine, or fetch them."""

import hashlib
import os
from pathlib import Path

from netgrade.datasets.download import download
from netgrade.datasets.published import Published
from netgrade.errors import DataError
from netgrade.store import sha256_file


def keras_cache() -> Path:
    """Where Keras keeps what it downloaded."""
    home = os.environ.get("KERAS_HOME") or str(Path.home() / ".keras")
    return Path(home) / "datasets"


def locate(found: Published, data: Path | None) -> Path | None:
    """The file or folder that holds the data set on this machine, or None."""
    return next((place for place in _candidates(found, data) if place.exists()), None)


def fetch(found: Published) -> Path:
    """Download the data set into Keras's cache, and return where it is. Raises DataError."""
    folder = keras_cache() / found.folder
    files = [download(found.origin + name, folder / name, digest) for name, digest in found.files.items()]
    return folder if found.folder else files[0]


def places_looked_at(found: Published, data: Path | None) -> str:
    """For the message that says what is missing."""
    return ", ".join(dict.fromkeys(str(place) for place in _candidates(found, data)))


def is_published(found: Published, place: Path, arrays_digest: str) -> bool:
    """Whether the data is bit for bit what was published."""
    if found.arrays:
        return arrays_digest == found.arrays
    if place.is_file():
        return sha256_file(place) in found.files.values()
    return all(_md5(place / name) == digest for name, digest in found.members.items())


def install_hint(found: Published) -> str:
    """The ways to get a missing data set."""
    hint = "Allow `download` in config.yaml, or put it into the folder named there as `data`"
    return f"{hint}, or install Debian's {found.package[0]}." if found.package else f"{hint}."


def _candidates(found: Published, data: Path | None) -> list[Path]:
    folders = [data] if data else []
    places = [folder / name for folder in [*folders, keras_cache()] for name in found.places]
    return places + ([Path(found.package[1])] if found.package else [])


def _md5(path: Path) -> str:
    if not path.is_file():
        raise DataError(f"{path} is missing")
    with path.open("rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()
