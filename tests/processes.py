"""The processes of a run, read from the kernel, to be killed one by one."""

import contextlib
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Process:
    """A process, told by its start from a later one with the same id."""

    id: int
    parent: int
    started: int
    words: tuple[str, ...]

    @property
    def stage(self) -> str:
        """The stage that it is, or nothing."""
        names = [Path(word).name for word in self.words]
        return names[names.index("stage") + 1] if "netgrade" in names and "stage" in names[:-1] else ""

    def kill(self) -> None:
        """SIGKILL it, unless it has just ended."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.id, signal.SIGKILL)


def processes() -> list[Process]:
    """All that run now; those that have ended and only wait to be asked how are left out."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            # After the name in parentheses, which may hold anything: state, parent, ..., and the start as the 20th.
            fields = (place / "stat").read_text().rpartition(")")[2].split()
            words = (place / "cmdline").read_bytes().decode(errors="replace").split("\0")
            if fields[0] not in "ZX":
                found.append(Process(int(place.name), int(fields[1]), int(fields[19]), tuple(words[:-1])))
    return found


def below(root: int) -> list[Process]:
    """All processes that `root` started, and those that they started."""
    everyone = processes()
    family = {root}
    while more := {p.id for p in everyone if p.parent in family} - family:
        family |= more
    return [p for p in everyone if p.id in family and p.id != root]


def abandoned(program: str) -> list[Process]:
    """Processes of a program, by a piece of its command, above which no Python but the program's own is left."""
    everyone = {p.id: p for p in processes() if p.id != 1}

    def minded(p: Process) -> bool:
        above = everyone.get(p.parent)
        return above is not None and ((_is_python(above) and program not in " ".join(above.words)) or minded(above))

    return [p for p in everyone.values() if program in " ".join(p.words) and _is_python(p) and not minded(p)]


def _is_python(p: Process) -> bool:
    return bool(p.words) and Path(p.words[0]).name.startswith("python")


def survivors(family: list[Process], seconds: float) -> list[Process]:
    """Those that are still alive after so many seconds; returns early when none is."""
    known = {(p.id, p.started) for p in family}
    until = time.monotonic() + seconds
    while (alive := [p for p in processes() if (p.id, p.started) in known]) and time.monotonic() < until:
        time.sleep(0.05)
    return alive
