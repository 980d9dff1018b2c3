"""Bubblewrap: namespaces of every kind for an ordinary user, and no privilege anywhere."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from netgrade.extract.sandbox.piped import ARGUMENTS_FDS, run_piped
from netgrade.extract.sandbox.supervise import Run
from netgrade.extract.sandbox.view import (
    ENVIRONMENT,
    LINKS,
    NOBODY,
    SCRATCH,
    SHARED_MEMORY,
    View,
    binds,
    kernel_limits,
    parents,
    scratch_bytes,
)
from netgrade.objects.assignment import ExtractLimits

ROOM = 2**26
"""Bytes that the zygote may write."""

_ENVIRONMENT = [word for name, value in ENVIRONMENT.items() for word in ("--setenv", name, value)]
_LOCK = ["--unshare-all", "--unshare-user", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv",
         *_ENVIRONMENT]  # fmt: skip
_NO_FURTHER = ["--disable-userns"]
_CLOSED = ["--remount-ro", "/", "--chdir", SCRATCH]


def run(command: Sequence[str], request: bytes, view: View, limits: ExtractLimits) -> Run:
    """Run `command` in bubblewrap; `request` is its standard input."""
    # Set inside the new user namespace, where only its own processes count: outside, those of the same user in another
    # sandbox, or on the desktop, would count as well.
    processes = ["prlimit", f"--nproc={limits.processes}", "--"]
    prefix, hidden = _prefix(view, limits)
    return run_piped([*prefix, *processes], command, request, limits, {}, hidden)


def version() -> str:
    """As bubblewrap says it, e.g. `bubblewrap 0.8.0`."""
    return subprocess.run(["bwrap", "--version"], capture_output=True, text=True, check=True).stdout.strip()


def around_zygote(view: View) -> tuple[list[str], list[list[str]]]:
    """The same as `_prefix` for the zygote, which runs no student code: it may make a further sandbox for each run."""
    return _layers(view, _scratch(ROOM), _LOCK, [])


def within_zygote(view: View, limits: ExtractLimits) -> list[str]:
    """The arguments that make a run's own sandbox out of the zygote's: what they show was laid out for that one."""
    return _shut(view, _scratch(scratch_bytes(limits)), [*_LOCK, *_NO_FURTHER])


def _prefix(view: View, limits: ExtractLimits) -> tuple[list[str], list[list[str]]]:
    """The commands before the program's own, and the arguments of the innermost bubblewrap and of the outer one."""
    return _layers(view, _scratch(scratch_bytes(limits)), [*_LOCK, *_NO_FURTHER], kernel_limits(limits))


def _layers(view: View, scratch: list[str], lock: list[str], limited: list[str]) -> tuple[list[str], list[list[str]]]:
    """An ordinary user needs one bubblewrap.

    Root first builds the view, which may lie in folders that are closed to others, and becomes nobody: limits on
    processes do not bind root, and root inside could do more than nobody.
    """
    inner, outer = (["bwrap", "--args", str(descriptor), "--"] for descriptor in ARGUMENTS_FDS)
    innermost = [*limited, *inner]
    if os.geteuid() != 0:
        return innermost, [[*lock, *scratch, *_view(view), *_CLOSED]]
    nobody = ["setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", "--no-new-privs", "--"]
    # Without a process namespace, the outer one would die alone: it has given away the right to kill what is nobody's.
    laid_out = ["--unshare-pid", "--die-with-parent", *_view(view), "--dev", "/dev", "--bind", "/proc", "/proc",
                "--perms", "0755", "--dir", SCRATCH]  # fmt: skip
    # The innermost one looks its own processes up: it needs those of its namespace, and all that the kernel shows.
    own_processes = ["unshare", "--mount-proc", "--"]
    return [*outer, *own_processes, *nobody, *innermost], [_shut(view, scratch, lock), laid_out]


def _shut(view: View, scratch: list[str], lock: list[str]) -> list[str]:
    """Arguments that shut a view in which was laid out before."""
    return [*lock, "--ro-bind", "/", "/", *scratch, *_below_scratch(view), *_CLOSED]


def _scratch(size: int) -> list[str]:
    """Devices, processes, and `size` bytes of memory to write to."""
    return ["--dev", "/dev", "--proc", "/proc", "--perms", "1777", "--size", str(size), "--tmpfs",
            SCRATCH, "--perms", "1777", "--size", str(SHARED_MEMORY), "--tmpfs", "/dev/shm"]  # fmt: skip


def _below_scratch(view: View) -> list[str]:
    """What the scratch space would hide, shown again: somebody may have cloned netgrade below /tmp."""
    hidden = sorted(place for place in binds(view) if place.startswith(f"{SCRATCH}/"))
    return [word for place in hidden for word in ("--ro-bind", place, place)]


def _view(view: View) -> list[str]:
    """Arguments that lay out the file system."""
    shown = binds(view)
    arguments: list[str] = []
    for link in LINKS:
        if Path("/", link).is_symlink():
            arguments += ["--symlink", str(Path("/", link).readlink()), f"/{link}"]
    for folder in parents(shown):
        arguments += ["--perms", "0755", "--dir", folder]
    for inside, outside in sorted(shown.items()):
        arguments += ["--ro-bind", outside, inside]
    return arguments
