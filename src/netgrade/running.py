"""Running: what a workflow leaves behind when it is killed, which must be nothing: no lock, and no jobs."""

import contextlib
import fcntl
import os
import select
import threading
from pathlib import Path
from typing import IO

WORKFLOW = "NETGRADE_WORKFLOW"
"""Environment variable with the process id of the workflow that started a job."""

_held: list[IO[str]] = []
"""Open files whose lock lasts as long as this process; the kernel gives it up even after kill -9."""


def begin_workflow(folder: Path) -> None:
    """Call once in the workflow's own process, before it locks `folder`."""
    os.environ[WORKFLOW] = str(os.getpid())
    _forget_dead_runs(folder)


def end_with_workflow() -> None:
    """Exit when the workflow that started this job is gone, even if it was killed."""
    workflow = os.environ.get(WORKFLOW, "")
    if not workflow.isdigit():
        return

    def watch() -> None:
        with contextlib.suppress(ProcessLookupError):
            select.select([os.pidfd_open(int(workflow))], [], [])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _forget_dead_runs(folder: Path) -> None:
    """Remove the locks that a killed workflow left in `folder`, unless another one is alive there.

    A live workflow holds a kernel lock on `.snakemake/alive`; whoever gets it is alone, so that every lock file of
    Snakemake's is stale.
    """
    place = folder / ".snakemake"
    place.mkdir(exist_ok=True)
    alive = (place / "alive").open("w")
    try:
        fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        alive.close()
        return
    _held.append(alive)
    for lock in (place / "locks").glob("*.lock"):
        lock.unlink(missing_ok=True)
