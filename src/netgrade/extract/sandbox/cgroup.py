"""Control groups: limits on the memory and processes of a whole sandbox, where this account may make a group.

Without one, the limits of each process alone (`prlimit`) hold.
"""

import contextlib
import itertools
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MOUNT = Path("/sys/fs/cgroup")
_numbers = itertools.count()


@dataclass(frozen=True)
class Group:
    """The folders of one group: one for all controllers (version 2), one for each (version 1), or none."""

    folders: tuple[Path, ...] = ()

    def join(self, process: int = 0) -> None:
        """Put a process, or the calling one, into the group: everything it starts is counted there."""
        for folder in self.folders:
            (folder / "cgroup.procs").write_text(str(process))

    def kill(self) -> None:
        """End every process of the group, also one that left its session."""
        for folder in self.folders:
            for process in (folder / "cgroup.procs").read_text().split():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(process), signal.SIGKILL)

    @property
    def out_of_memory(self) -> bool:
        """Whether the kernel has killed a process of the group for memory."""
        counts = [line.split() for folder in self.folders for name in ("memory.events", "memory.oom_control")
                  if (folder / name).exists() for line in (folder / name).read_text().splitlines()]  # fmt: skip
        return any(words[0] == "oom_kill" and words[1] != "0" for words in counts)


@contextlib.contextmanager
def control_group(memory: int, processes: int) -> Iterator[Group]:
    """A group limited to `memory` bytes and a number of processes, removed at the end; empty where none can be made."""
    name = f"netgrade-{os.getpid()}-{next(_numbers)}"
    made: list[Path] = []
    try:
        made = _made(name, memory, processes)
        yield Group(tuple(made))
    finally:
        for folder in made:
            _remove(folder)


def _made(name: str, memory: int, processes: int) -> list[Path]:
    """Make the folders of a group and set its limits; what was made is undone where that fails."""
    for place in _places():
        made: list[Path] = []
        try:
            for controller, parent in place.items():
                folder = parent / name
                if folder not in made:
                    folder.mkdir()
                    made.append(folder)
                _limit(folder, controller, memory, processes)
            return made
        except OSError:
            for folder in made:
                _remove(folder)
    return []


def _places() -> Iterator[dict[str, Path]]:
    """Where a group could be made: for each controller the folder above it.

    Version 2 gives controllers only to groups beside processes, never below them: the parent comes first.
    """
    own: dict[str, str] = {}
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        own |= dict.fromkeys(controllers.split(","), path.strip("/"))
    if (MOUNT / "cgroup.controllers").exists():
        inside = MOUNT / own.get("", "")
        for parent in dict.fromkeys((inside.parent if inside != MOUNT else inside, inside)):
            yield {"memory": parent, "pids": parent}
    elif {"memory", "pids"} <= own.keys():
        yield {controller: MOUNT / controller / own[controller] for controller in ("memory", "pids")}


def _limit(folder: Path, controller: str, memory: int, processes: int) -> None:
    if controller == "pids":
        (folder / "pids.max").write_text(str(processes))
        return
    version_2 = (folder / "memory.max").exists()
    (folder / ("memory.max" if version_2 else "memory.limit_in_bytes")).write_text(str(memory))
    swap = folder / ("memory.swap.max" if version_2 else "memory.memsw.limit_in_bytes")
    if swap.exists():
        swap.write_text("0" if version_2 else str(memory))


def _remove(folder: Path) -> None:
    """The kernel needs a moment until the last process has left."""
    for _ in range(50):
        try:
            folder.rmdir()
        except FileNotFoundError:
            return
        except OSError:
            time.sleep(0.02)
        else:
            return
