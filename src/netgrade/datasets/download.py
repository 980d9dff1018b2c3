"""Download a file with progress; continue where an earlier attempt stopped; believe only the right digest."""

import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from netgrade.errors import DataError
from netgrade.store import sha256_file, writing

BLOCK = 1 << 18
TIMEOUT_SECONDS = 30


def download(url: str, path: Path, sha256: str) -> Path:
    """Fetch `url` to `path`, unless the file with that digest is there already.

    Raises DataError where the network or the digest fails; what was loaded so far is kept for the next attempt. Raises
    StorageError where the disk does.
    """
    if path.is_file() and sha256_file(path) == sha256:
        return path
    part = path.with_name(path.name + ".part")
    part.parent.mkdir(parents=True, exist_ok=True)
    try:
        with writing(part):
            _fetch(url, part)
    except (OSError, HTTPException) as error:
        remedy = "Run again to continue, or put the file into the folder named as `data` in config.yaml."
        raise DataError(f"{url} could not be downloaded: {error}", remedy) from error
    if sha256_file(part) != sha256:
        part.unlink()
        raise DataError(f"{url} is not the published file: its SHA-256 differs", "Run again.")
    part.replace(path)
    return path


def _fetch(url: str, part: Path) -> None:
    start = part.stat().st_size if part.is_file() else 0
    request = urllib.request.Request(url, headers={"Range": f"bytes={start}-"} if start else {})
    try:
        response = urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS)
    except urllib.error.HTTPError as error:
        if error.code == 416:  # the part is already whole
            return
        raise
    with response, _progress() as progress:
        resumed = response.status == 206
        total = int(response.headers.get("Content-Length", 0)) + (start if resumed else 0)
        task = progress.add_task(part.name.removesuffix(".part"), total=total or None, completed=start * resumed)
        with part.open("ab" if resumed else "wb") as file:
            while block := response.read(BLOCK):
                file.write(block)
                progress.advance(task, len(block))


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True))
