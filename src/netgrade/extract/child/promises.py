"""Runs in the sandbox and tries to break each of its promises; tells what it saw. Needs the standard library alone.

The request names what should be out of reach. The answer is `{promise: [held, what was seen]}` on descriptor 3.
"""

import ctypes
import errno
import json
import mmap
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

RESULT_FD = 3
EARLIER = "nothing of an earlier run"
MARK = "netgrade_self_test"
MARKS = [Path(folder, MARK) for folder in ("/tmp", "/dev", "/dev/shm", "/dev/mqueue", "/run", "/var/tmp")]
SHARED_KEY, CREATE = 0x6E657467, 0o1666
CLONE_NEWUSER = 0x10000000
MEMORY_SYSTEMS = {"tmpfs", "proc", "devpts", "devtmpfs", "mqueue", "sysfs", "cgroup", "cgroup2"}


def main() -> None:
    """Try everything, also where a trial itself goes wrong."""
    request = json.load(sys.stdin)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    seen: dict[str, list[Any]] = {}
    for name in request["trials"]:
        try:
            seen[name] = list(TRIALS[name](request))
        except Exception as error:
            seen[name] = [False, f"the trial failed: {type(error).__name__}: {error}"]
    _leave_marks()
    os.write(RESULT_FD, json.dumps(seen).encode())
    os._exit(0)


def earlier_runs(request: dict[str, Any]) -> tuple[bool, str]:
    """Nothing is there of what an earlier run has left: in files, in memory that is shared, in memory that is not."""
    found = [str(place) for place in MARKS if place.exists()]
    if not _refused(_shared_segment, 0)[0]:
        found.append("a shared segment")
    if hasattr(sys, MARK):
        found.append("a variable")
    return not found, f"found {', '.join(found)}" if found else "nothing was found"


def network(request: dict[str, Any]) -> tuple[bool, str]:
    """No interface but the loopback of its own, where the grader's services are not."""
    lines = Path("/proc/net/dev").read_text().splitlines()[2:]
    others = [name for line in lines if (name := line.partition(":")[0].strip()) != "lo" and "up" in _state(name)]
    if others:
        return False, f"has the interfaces {', '.join(others)}"
    return _refused(socket.create_connection, ("127.0.0.1", request["port"]), 1)


def hidden_files(request: dict[str, Any]) -> tuple[bool, str]:
    """Files of the grader, the labels and other submissions cannot be opened."""
    found = [path for path in request["hidden"] if not _refused(Path(path).stat)[0]]
    return not found, f"reached {len(found)} of them" if found else "none was found"


def environment(request: dict[str, Any]) -> tuple[bool, str]:
    """The grader's environment is not handed on, nor readable from another process."""
    texts = [_read(path) for path in Path("/proc").glob("[0-9]*/environ")]
    found = any(request["secret"] in text for text in texts)
    return not found, "the grader's was seen" if found else "its own alone"


def command_lines(request: dict[str, Any]) -> tuple[bool, str]:
    """No command line shows a path of the host's."""
    texts = [_read(path) for path in Path("/proc").glob("[0-9]*/cmdline")]
    found = any(path in text for text in texts for path in request["hidden"])
    return not found, "a path of the host's was seen" if found else "no path of the host's"


def processes_unseen(request: dict[str, Any]) -> tuple[bool, str]:
    """Only its own processes can be seen."""
    highest = max(int(path.name) for path in Path("/proc").glob("[0-9]*"))
    return highest < 100, "its own alone" if highest < 100 else f"process {highest} was seen"


def descriptors(request: dict[str, Any]) -> tuple[bool, str]:
    """Nothing is open but input, output and the result's pipe."""
    others = {int(path.name) for path in Path("/proc/self/fd").iterdir()} - {0, 1, 2, RESULT_FD}
    # The one that listed them is closed by now.
    open_ones = sorted(number for number in others if not _refused(os.fstat, number)[0])
    return not open_ones, f"{open_ones} are open" if open_ones else "input, output and the result's pipe"


def read_only(request: dict[str, Any]) -> tuple[bool, str]:
    """No file outside its own memory can be made."""
    written = []
    for folder in ("/", "/usr", "/etc", "/netgrade", "/submission", sys.prefix):
        place = Path(folder, "netgrade-self-test")
        if not _refused(place.write_text, "x")[0]:
            written.append(folder)
    return not written, f"wrote to {', '.join(written)}" if written else "every write was refused"


def memory_mounts(request: dict[str, Any]) -> tuple[bool, str]:
    """Whatever is mounted for writing is memory."""
    mounts = [line.split() for line in Path("/proc/self/mounts").read_text().splitlines()]
    found = [place for _, place, kind, options, *_ in mounts
             if "rw" in options.split(",") and kind not in MEMORY_SYSTEMS]  # fmt: skip
    return not found, f"{', '.join(found)} lie on a disk" if found else "memory alone"


def privileges(request: dict[str, Any]) -> tuple[bool, str]:
    """No capability, and no way to gain one by a program with privileges."""
    status = dict(line.split(":\t", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":\t" in line)
    none = all(int(value, 16) == 0 for name, value in status.items() if name.startswith("Cap"))
    return none and status["NoNewPrivs"].strip() == "1", f"capabilities {status['CapEff']}"


def namespaces(request: dict[str, Any]) -> tuple[bool, str]:
    """No further user namespace, in which it would be root."""
    failed = ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWUSER) != 0
    return failed, "refused" if failed else "it could become root in a namespace of its own"


def limits_stay(request: dict[str, Any]) -> tuple[bool, str]:
    """The limits on CPU time, files and core dumps are the ones that were set, and cannot be raised."""
    wanted = {resource.RLIMIT_CPU: request["cpu_seconds"], resource.RLIMIT_FSIZE: request["file_bytes"],
              resource.RLIMIT_CORE: 0, resource.RLIMIT_DATA: request["memory_bytes"]}  # fmt: skip
    as_set = all(resource.getrlimit(kind)[1] == value for kind, value in wanted.items())
    raised = [kind for kind, value in wanted.items() if not _refused(resource.setrlimit, kind, (value, value + 1))[0]]
    return as_set and not raised, "as set, and not to be raised" if as_set else "not as set"


def memory(request: dict[str, Any]) -> tuple[bool, str]:
    """More memory than allowed is refused."""
    private = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
    return _fails_with(errno.ENOMEM, mmap.mmap, -1, request["memory_bytes"], private)


def process_count(request: dict[str, Any]) -> tuple[bool, str]:
    """Forking ends at the limit."""
    children: list[int] = []
    try:
        while len(children) <= request["processes"]:
            if (child := os.fork()) == 0:
                signal.pause()
                os._exit(0)
            children.append(child)
    except OSError as error:
        return error.errno == errno.EAGAIN and bool(children), "no more than the limit"
    finally:
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    return False, f"{len(children)} children were made"


def file_size(request: dict[str, Any]) -> tuple[bool, str]:
    """A file ends at the limit."""
    large = Path("/tmp/large")
    try:
        _allocate([large], request["file_bytes"])
        return _fails_with(errno.EFBIG, _allocate, [large], request["file_bytes"] + 1)
    finally:
        large.unlink(missing_ok=True)


def disk(request: dict[str, Any]) -> tuple[bool, str]:
    """What may be written is bounded as a whole."""
    return _fill(Path("/tmp"), request["file_bytes"], request["scratch_bytes"])


def shared_memory(request: dict[str, Any]) -> tuple[bool, str]:
    """So is shared memory."""
    return _fill(Path("/dev/shm"), request["file_bytes"], request["shared_bytes"])


TRIALS: dict[str, Callable[[dict[str, Any]], tuple[bool, str]]] = {
    EARLIER: earlier_runs,
    "no network": network,
    "no file of the grader's": hidden_files,
    "no environment of the grader's": environment,
    "no path in a command line": command_lines,
    "no process of the host's": processes_unseen,
    "no open descriptor": descriptors,
    "nothing writable": read_only,
    "nothing but memory to write to": memory_mounts,
    "no privileges": privileges,
    "no further namespaces": namespaces,
    "memory is limited": memory,
    "processes are limited": process_count,
    "file size is limited": file_size,
    "disk is limited": disk,
    "shared memory is limited": shared_memory,
    # The last, because where it is broken it has changed them.
    "limits cannot be raised": limits_stay,
}


def _leave_marks() -> None:
    """For `earlier_runs` to find in the next run, where one can reach another."""
    for place in MARKS:
        _refused(place.write_text, "x")
    _refused(_shared_segment, CREATE)
    setattr(sys, MARK, True)


def _shared_segment(flags: int) -> None:
    """Raises OSError where there is none."""
    if ctypes.CDLL(None, use_errno=True).shmget(SHARED_KEY, 4096, flags) < 0:
        raise OSError(ctypes.get_errno(), "no segment")


def _refused(action: Callable[..., object], *arguments: object) -> tuple[bool, str]:
    """Whether the system refuses an action."""
    try:
        action(*arguments)
    except (OSError, ValueError, MemoryError) as error:
        return True, f"refused: {getattr(error, 'strerror', None) or error or type(error).__name__}"
    return False, "it worked"


def _fails_with(expected: int, action: Callable[..., object], *arguments: object) -> tuple[bool, str]:
    """Whether an action fails for the one reason that shows a limit."""
    try:
        action(*arguments)
    except OSError as error:
        return error.errno == expected, f"refused: {error.strerror}"
    return False, "it worked"


def _allocate(paths: list[Path], size: int) -> None:
    for path in paths:
        with path.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, size)


def _fill(folder: Path, piece: int, most: int) -> tuple[bool, str]:
    """Write files until the system refuses."""
    names = [folder / f"fill-{number}" for number in range(most // piece + 2)]
    try:
        return _fails_with(errno.ENOSPC, _allocate, names, piece)
    finally:
        for name in names:
            name.unlink(missing_ok=True)


def _state(interface: str) -> str:
    """`up` or `down`; kernels give every namespace some interfaces that are down."""
    return _read(Path("/sys/class/net", interface, "operstate")) or "down"


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode(errors="replace")
    except OSError:
        return ""


if __name__ == "__main__":
    main()
