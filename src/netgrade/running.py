"""Running: one workflow at a time in a folder, and nothing left behind by one that was killed: no lock, no jobs.

The kernel knows best who is alive: its locks end with the process that holds them, even after kill -9 or a restart. A
workflow holds `.snakemake/alive` alone; its jobs hold `.snakemake/jobs` together.
"""

import contextlib
import fcntl
import json
import os
import re
import select
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from netgrade.errors import NetgradeError
from netgrade.store import PART, writing

WORKFLOW = "NETGRADE_WORKFLOW"
"""Environment variable with the process id of the workflow that started a job."""

_PLACE = Path(".snakemake")
ALIVE = _PLACE / "alive"
"""Locked by the run at work, which wrote it when it began."""

_WRITTEN = ("results", "reports")
_PROBE = bytes(2**20)
_PATIENCE = 60.0
"""Seconds until the jobs of a killed run must have ended; they need hardly one."""

_GLANCE = 0.5
"""Seconds in which whoever only looks has looked: a dry run, and `at_work`, hold the lock for a moment."""

_held: list[IO[str]] = []
"""Open files whose lock lasts as long as this process."""


def lead_jobs() -> None:
    """Call in every process that starts jobs: they end with it."""
    os.environ[WORKFLOW] = str(os.getpid())


def begin_workflow(folder: Path, only_looks: bool = False) -> None:
    """Call once in the process of the whole workflow, before Snakemake locks `folder`.

    Raises NetgradeError where another run is at work, StorageError where the folder cannot be written to. A dry run,
    which `only_looks`, may look on at both.
    """
    try:
        with writing(folder / _PLACE):
            (folder / _PLACE).mkdir(exist_ok=True)
            alive = _only_one(folder)
    except NetgradeError:
        if only_looks:
            return
        raise
    _forget_dead_runs(folder)
    if only_looks:
        alive.close()
        return
    _held.append(alive)
    require_space(folder)


def at_work(folder: Path) -> str:
    """Which run is at work in `folder`, as `process 12 on a-machine, since 20:15`; empty where none is."""
    with contextlib.suppress(FileNotFoundError), (folder / ALIVE).open() as alive:
        try:
            fcntl.flock(alive, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return alive.read().strip(" ()")
    return ""


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """While this lasts, no run begins in `folder`, and no job of one that was killed is still at work.

    Raises NetgradeError where another run is at work, StorageError where the folder cannot be written to.
    """
    with writing(folder / _PLACE):
        (folder / _PLACE).mkdir(exist_ok=True)
        alive = _only_one(folder)
    with alive, (folder / _PLACE / "jobs").open("a") as jobs:
        _wait_for(jobs, folder)
        yield


def left_parts(folder: Path) -> list[Path]:
    """The temporary files and folders below `folder`: what a killed run left, where none is at work."""
    found = []
    for name in _WRITTEN:
        for place, folders, files in os.walk(folder / name):
            parts = [part for part in folders + files if part.startswith(PART)]
            folders[:] = [kept for kept in folders if kept not in parts]
            found += [Path(place, part) for part in parts]
    return found


def is_dry_run(arguments: Sequence[str]) -> bool:
    """Whether Snakemake was called to look only: nothing else says so before its rules are read."""
    return any(a in ("--dry-run", "--dryrun") or re.fullmatch(r"-[a-zA-Z]*n[a-zA-Z]*", a) for a in arguments)


def require_space(folder: Path) -> None:
    """Try to write where a run writes. Raises StorageError where that fails, or less than 1 MB is left."""
    for name in (_PLACE, *_WRITTEN):
        with writing(folder / name):
            (folder / name).mkdir(exist_ok=True)
            with tempfile.TemporaryFile(prefix=PART, dir=folder / name) as file:
                file.write(_PROBE)


def end_with_workflow() -> None:
    """Exit when the workflow that started this job is gone, or the shell between them, even if it was killed."""
    workflow = os.environ.get(WORKFLOW, "")
    if not workflow.isdigit():
        return
    with contextlib.suppress(OSError):
        jobs = (_PLACE / "jobs").open()
        fcntl.flock(jobs, fcntl.LOCK_SH)
        _held.append(jobs)
    try:
        ends = [os.pidfd_open(process) for process in (os.getppid(), int(workflow))]
        orphaned = int(workflow) not in _ancestors()
    except (ProcessLookupError, FileNotFoundError):
        orphaned = True
    if orphaned:
        os._exit(1)

    def watch() -> None:
        select.select(ends, [], [])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _only_one(folder: Path) -> IO[str]:
    """The open file that says that this workflow is alive, and the only one."""
    alive = (folder / ALIVE).open("a+")
    until = time.monotonic() + _GLANCE
    while True:
        try:
            fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() > until:
                alive.seek(0)
                raise NetgradeError(
                    f"Another run is at work in {folder.absolute()}{alive.read()}.",
                    "Wait until it has ended; this one has changed nothing.",
                ) from None
            time.sleep(0.05)
    alive.truncate(0)
    alive.write(f" (process {os.getpid()} on {os.uname().nodename}, since {time.strftime('%H:%M')})")
    alive.flush()
    return alive


def _forget_dead_runs(folder: Path) -> None:
    """Wait for the last jobs of a killed run, and remove its locks and temporary files. Whoever calls this is alone."""
    _distrust_notes(folder)
    with (folder / _PLACE / "jobs").open("a") as jobs:
        _wait_for(jobs, folder)
    for lock in (folder / _PLACE / "locks").glob("*.lock"):
        lock.unlink(missing_ok=True)
    for part in left_parts(folder):
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
        else:
            part.unlink(missing_ok=True)


def _distrust_notes(folder: Path) -> None:
    """Have those jobs run again whose results Snakemake would wrongly take for up to date.

    It notes the inputs and parameters of a job even where the job failed, and does not miss a file in the middle of a
    chain: what was made from the file before the failure would stay. And a loss of power leaves its last notes empty.
    """
    notes = folder / _PLACE / "metadata"
    for note in notes.rglob("*"):
        if note.is_file() and not _holds(note, folder):
            _mark(folder, note.relative_to(notes))


def _mark(folder: Path, name: Path) -> None:
    """Mark an output, under the name that Snakemake has for it, as that of a job which was never finished."""
    mark = folder / _PLACE / "incomplete" / name
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.write_text("{}")


def _holds(note: Path, folder: Path) -> bool:
    """Whether a note can be read, and all that its file was made from is still there."""
    try:
        made_from = json.loads(note.read_bytes())["input"] or []
    except (ValueError, KeyError, TypeError):
        note.unlink()
        return False
    return all((folder / name).exists() for name in made_from)


def _wait_for(jobs: IO[str], folder: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            return fcntl.flock(jobs, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise NetgradeError(
                    f"Jobs of a run that was killed are still at work in {folder.absolute()}.",
                    "Stop the processes called `netgrade`, then run again.",
                ) from None
            time.sleep(0.1)


def _ancestors() -> Iterator[int]:
    """The processes above this one, from its parent on."""
    process = os.getppid()
    while process > 1:
        yield process
        # The name in parentheses, the second field, may hold anything.
        process = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
