"""The backends a course may name, behind one small interface. None is ever chosen in another's place."""

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from netgrade.errors import SandboxError
from netgrade.extract.sandbox import bubblewrap, own, podman
from netgrade.extract.sandbox.piped import run_piped
from netgrade.extract.sandbox.supervise import Run
from netgrade.extract.sandbox.view import ENVIRONMENT, View, kernel_limits
from netgrade.objects.assignment import ExtractLimits


@dataclass(frozen=True)
class Backend:
    """One way to shut a program in."""

    name: str
    tools: tuple[str, ...]
    packages: str
    remedy: str
    run: Callable[[Sequence[str], bytes, View, ExtractLimits], Run]
    version: Callable[[], str]
    forks: bool = False
    """Whether its sandboxes may be entered, so that programs can be forks of a zygote."""
    confines: bool = True
    """False: the program sees this machine as it is, and the submission where it lies."""


_BACKENDS = {
    "bubblewrap": Backend(
        "bubblewrap", ("bwrap", "prlimit", "setpriv", "unshare"), "bubblewrap util-linux",
        "Unprivileged user namespaces may be forbidden. On Ubuntu run `sudo sysctl -w "
        "kernel.apparmor_restrict_unprivileged_userns=0`; start a container with `--security-opt seccomp=unconfined`. "
        "Or use another backend (`isolation: podman` in config.yaml), or allow unprotected runs by name "
        "(`isolation: none`).",
        bubblewrap.run, bubblewrap.version, forks=True,
    ),
    "podman": Backend(
        "podman", ("podman", "prlimit"), "podman uidmap util-linux",
        "Try `podman run --rm --network none --memory 1g --pids-limit 64 docker.io/library/debian true` for podman's "
        "own advice, or use `isolation: bubblewrap` in config.yaml.",
        podman.run, podman.version,
    ),
    # For students who check their own work on their own machine. No course can name it.
    own.OWN_MACHINE: Backend(own.OWN_MACHINE, (), "", "", own.run, own.version, confines=False),
}  # fmt: skip


def backend_of(isolation: str) -> Backend:
    """The backend that a course names. Raises SandboxError where its programs are missing."""
    backend = _BACKENDS[isolation]
    missing = [tool for tool in backend.tools if not shutil.which(tool)]
    if missing:
        raise SandboxError(f"The sandbox needs {', '.join(missing)}.", f"sudo apt-get install -y {backend.packages}")
    return backend


def run_unprotected(command: Sequence[str], request: bytes, limits: ExtractLimits, places: dict[str, str]) -> Run:
    """Run `command` with limits but without isolation: only where the instructor allowed it by name."""
    environment = ENVIRONMENT | {"PATH": os.environ.get("PATH", "")} | places
    return run_piped(kernel_limits(limits), command, request, limits, environment)
