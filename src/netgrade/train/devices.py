"""Which GPU a training uses, and with how many others: Snakemake counts shares, but knows no device.

Every GPU has SHARES_PER_GPU lock files on its own machine. A process holds as many of them as it was given shares, all
of one GPU, until it ends; the kernel frees them however it ends. Only one process at a time looks for a place, and it
takes all its shares at once, so that none waits with half of what another needs.

None of this was measured on a GPU.
"""

import fcntl
import os
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO

from netgrade.errors import NetgradeError
from netgrade.machine import SHARES_PER_GPU, gpus

SHARES = "NETGRADE_GPU_SHARES"
"""Environment variable with the shares of one GPU that the workflow counted for this job; 0 or none: a whole one."""

_VISIBLE = "CUDA_VISIBLE_DEVICES"
_LOOK_AGAIN = 1.0
"""Seconds between two looks for a free place."""

_held: list[IO[str]] = []
"""Open files whose lock lasts as long as this process."""


def claim_gpu() -> None:
    """Wait for this process's shares of a GPU, and hide the others from the engine; does nothing where there is none.

    Call before the engine is imported, and before any other lock is taken. On a cluster the batch system has chosen
    the device, and nobody else uses it.
    """
    if _held or _allotted() or not (devices := gpus()):
        return
    device, locks = claim(devices, wanted_shares(), _place())
    _held.extend(locks)
    os.environ[_VISIBLE] = device


def is_sharing() -> bool:
    """Whether this process holds a part of a GPU rather than all of one: more room may be had."""
    return 0 < len(_held) < SHARES_PER_GPU


def wanted_shares() -> int:
    """From 1 to SHARES_PER_GPU; everything where the workflow did not say."""
    value = os.environ.get(SHARES, "")
    return min(int(value), SHARES_PER_GPU) if value.isdigit() and int(value) else SHARES_PER_GPU


def claim(devices: Sequence[str], shares: int, place: Path) -> tuple[str, list[IO[str]]]:
    """Wait until one of `devices` has so many `shares` free; return it, and the open files that hold them.

    The lock files lie in `place`. Of several devices the one with the fewest shares taken is chosen. Whoever waits
    holds the door, so that a large training is not overtaken by small ones for ever.
    """
    with (place / "door").open("a") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        while True:
            free = {device: _free(device, place) for device in devices}
            device = max(devices, key=lambda name: len(free[name]))
            _close(lock for other in devices if other != device for lock in free[other])
            if len(free[device]) >= shares:
                _close(free[device][shares:])
                return device, free[device][:shares]
            _close(free[device])
            time.sleep(_LOOK_AGAIN)


def _free(device: str, place: Path) -> list[IO[str]]:
    """Lock all shares of `device` that nobody holds."""
    found: list[IO[str]] = []
    for number in range(SHARES_PER_GPU):
        # A device's name may be a path of a partition, such as MIG-GPU-.../1/0.
        lock = (place / f"{device.replace('/', '_')}.{number}").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            found.append(lock)
        except BlockingIOError:
            lock.close()
    return found


def _close(locks: Iterable[IO[str]]) -> None:
    for lock in locks:
        lock.close()


def _allotted() -> bool:
    """Whether a batch system gave this job devices of its own."""
    return "SLURM_JOB_ID" in os.environ


def _place() -> Path:
    """A folder of this account alone, on this machine: a GPU is never shared across machines."""
    place = Path(tempfile.gettempdir(), f"netgrade-gpus-{os.getuid()}")
    place.mkdir(mode=0o700, exist_ok=True)
    if place.is_symlink() or place.stat().st_uid != os.getuid():
        raise NetgradeError(f"{place} belongs to somebody else", "Remove it, or set TMPDIR to a folder of your own.")
    return place
