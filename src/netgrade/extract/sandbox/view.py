"""What a program in the sandbox finds: places, environment, and the limits that the kernel holds it to."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from netgrade.objects.assignment import ExtractLimits

SOURCE = Path(__file__).parents[3]
NOBODY = "65534"
SCRATCH = "/tmp"
SHARED_MEMORY = 2**26
SYSTEM = ("/usr", "/etc/alternatives", "/etc/ld.so.cache", "/etc/fonts", "/etc/localtime")
LINKS = ("bin", "sbin", "lib", "lib64", "lib32")
ENVIRONMENT = {
    "PATH": f"{Path(sys.prefix)}/bin:/usr/bin:/bin",
    "HOME": SCRATCH,
    "LANG": "C.UTF-8",
    "PYTHONPATH": "/netgrade",
    "PYTHONDONTWRITEBYTECODE": "1",
    "KERAS_BACKEND": "tensorflow",
    "KERAS_HOME": "/tmp/keras",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "CUDA_VISIBLE_DEVICES": "-1",
    "MPLBACKEND": "Agg",
    "MPLCONFIGDIR": "/tmp/matplotlib",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


@dataclass(frozen=True)
class View:
    """What a program sees besides the system: places inside, and the files and folders they show, read-only."""

    submission: Path | None
    """None: there is none, or it is handed in by another way."""

    shown: dict[str, Path] = field(default_factory=dict)


def binds(view: View) -> dict[str, str]:
    """What lies outside, by its place inside."""
    found = {place: place for place in SYSTEM if Path(place).exists()}
    # Links on most systems, folders on some.
    found |= {f"/{name}": f"/{name}" for name in LINKS if Path("/", name).is_dir() and not Path("/", name).is_symlink()}
    for prefix in (sys.base_prefix, sys.prefix):
        if not prefix.startswith("/usr"):
            found[prefix] = prefix
    found["/netgrade"] = str(SOURCE)
    if view.submission is not None:
        found["/submission"] = str(view.submission)
    return found | {inside: str(path) for inside, path in view.shown.items()}


def parents(places: Iterable[str]) -> list[str]:
    """Folders above the places, which no backend makes open to nobody by itself."""
    found = {str(parent) for place in places for parent in Path(place).parents}
    return sorted(folder for folder in found if folder != "/" and not folder.startswith("/usr"))


def scratch_bytes(limits: ExtractLimits) -> int:
    """Size of the memory that stands for a disk: what a submission may write, and room for caches."""
    return limits.output_mb * 2**20 + 2**28


def limits_of_a_process(limits: ExtractLimits) -> dict[str, int]:
    """What the kernel holds each process to, by prlimit's names."""
    return {
        "core": 0, "nofile": 1024, "fsize": limits.output_mb * 2**20, "cpu": limits.cpu_seconds,
        "data": limits.memory_mb * 2**20,
    }  # fmt: skip


def kernel_limits(limits: ExtractLimits) -> list[str]:
    """The command that sets the limits of one process."""
    return ["prlimit", *(f"--{name}={value}" for name, value in limits_of_a_process(limits).items()), "--"]
