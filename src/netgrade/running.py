"""Whether a workflow runs in this folder: so that the locks of a killed one need no command known by heart."""

import fcntl
from pathlib import Path
from typing import IO

_held: list[IO[str]] = []
"""Open files whose lock lasts as long as this process; the kernel gives it up even after kill -9."""


def forget_dead_runs(folder: Path) -> None:
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
