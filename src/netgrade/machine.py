"""Machine: what the computer has, read from the kernel without starting an engine."""

import os
import platform
from pathlib import Path


def gpus() -> int:
    """How many NVIDIA GPUs there are."""
    return len(list(Path("/dev").glob("nvidia[0-9]*")))


def cpu_name() -> str:
    """As the maker calls it, or the architecture where the kernel does not say."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def memory_bytes() -> int:
    """All memory, used or not."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
