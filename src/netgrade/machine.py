"""Machine: what the computer has, read from the kernel without starting an engine."""

import os
import platform
from itertools import takewhile
from pathlib import Path

SHARES_PER_GPU = 4
"""Small trainings leave most of a GPU idle: it is handed out in shares, and one training holds one to four."""


def gpus() -> list[str]:
    """The NVIDIA GPUs that this process may use, as CUDA_VISIBLE_DEVICES calls them."""
    found = [path.name.removeprefix("nvidia") for path in sorted(Path("/dev").glob("nvidia[0-9]*"))]
    named = os.environ.get("CUDA_VISIBLE_DEVICES")
    if named is None or not found:
        return found
    # As the driver reads it: what follows a device that does not exist is not there either.
    return list(takewhile(lambda name: name not in ("", "-1"), (name.strip() for name in named.split(","))))


def cpu_name() -> str:
    """As the maker calls it, or the architecture where the kernel does not say."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def memory_bytes() -> int:
    """All memory, used or not."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
