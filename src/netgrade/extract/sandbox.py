"""Sandbox: run one program on a submission with bubblewrap, without network or write access to this machine.

The program sees its system libraries, this Python, netgrade's source, the submission and the training arrays, all
read-only; it writes to memory alone, and its result leaves through a pipe. Time, CPU, memory, processes, file size
and output are limited, and everything it started ends with it.
"""

import contextlib
import os
import selectors
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from netgrade.errors import SandboxError
from netgrade.objects.assignment import ExtractLimits

SOURCE = Path(__file__).parents[2]
NOBODY = "65534"
RESULT_FD = 3
SCRATCH = "/tmp"
MOST_RESULT = 32 * 2**20
TAIL = 4000
SYSTEM = ("/usr", "/etc/alternatives", "/etc/ld.so.cache", "/etc/fonts", "/etc/localtime")
LINKS = ("bin", "sbin", "lib", "lib64", "lib32")


@dataclass(frozen=True)
class View:
    """What a program sees besides the system: places inside, and the files and folders they show, read-only."""

    submission: Path
    shown: dict[str, Path] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """How a program ended."""

    result: bytes
    output: str
    seconds: float
    timed_out: bool
    too_much_output: bool
    exit_code: int


def probe() -> None:
    """Run a small program in the sandbox. Raises SandboxError, with the way to mend it, where that does not work."""
    missing = [tool for tool in ("bwrap", "prlimit", "setpriv") if not shutil.which(tool)]
    if missing:
        raise SandboxError(f"The sandbox needs {', '.join(missing)}.", "sudo apt-get install -y bubblewrap util-linux")
    limits = ExtractLimits(wall_seconds=20, cpu_seconds=20, memory_mb=512)
    code = f"import os; os.write({RESULT_FD}, b'works')"
    run = run_isolated([sys.executable, "-I", "-c", code], b"", View(SOURCE), limits)
    if run.result != b"works":
        raise SandboxError(
            f"bubblewrap does not work on this machine: {run.output.strip()[-300:] or 'no message'}",
            "Unprivileged user namespaces may be forbidden. On Ubuntu run `sudo sysctl -w "
            "kernel.apparmor_restrict_unprivileged_userns=0`; start a container with `--security-opt "
            "seccomp=unconfined`. Or allow unprotected runs: `isolation: none` in config.yaml.",
        )


def run_isolated(command: Sequence[str], request: bytes, view: View, limits: ExtractLimits) -> Run:
    """Run `command` in bubblewrap; `request` is its standard input."""
    # Set inside the new user namespace, where only its own processes count: outside, those of the same user in another
    # sandbox, or on the desktop, would count as well.
    processes = ["prlimit", f"--nproc={limits.processes}", "--"]
    return _run([*_prefix(view, limits), *processes, *command], request, limits, environment={})


def run_unprotected(command: Sequence[str], request: bytes, limits: ExtractLimits, places: dict[str, str]) -> Run:
    """Run `command` with limits but without isolation: only where the instructor allowed it by name."""
    environment = _environment() | {"PATH": os.environ.get("PATH", "")} | places
    return _run([*_limits(limits), *command], request, limits, environment)


def _prefix(view: View, limits: ExtractLimits) -> list[str]:
    """The commands before the program's own.

    An ordinary user needs one bubblewrap. Root first builds the view, which may lie in folders that are closed to
    others, and becomes nobody: limits on processes do not bind root, and root inside could do more than nobody.
    """
    lock = ["--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--new-session",
            "--cap-drop", "ALL", "--clearenv", *_set_environment()]  # fmt: skip
    closed = ["--remount-ro", "/", "--chdir", SCRATCH, "--"]
    if os.geteuid() != 0:
        return [*_limits(limits), "bwrap", *lock, *_scratch(limits), *_view(view), *closed]
    return [
        "bwrap", "--die-with-parent", *_view(view), "--dev", "/dev", "--bind", "/proc", "/proc", "--perms", "0755",
        "--dir", SCRATCH, "--", "setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", "--no-new-privs",
        "--", *_limits(limits), "bwrap", *lock, "--ro-bind", "/", "/", *_scratch(limits), *_below_scratch(view),
        *closed,
    ]  # fmt: skip


def _scratch(limits: ExtractLimits) -> list[str]:
    """Devices, processes, and memory to write to."""
    size = str(limits.output_mb * 2**20 + 2**28)
    return ["--dev", "/dev", "--proc", "/proc", "--perms", "1777", "--size", size, "--tmpfs", SCRATCH,
            "--perms", "1777", "--size", str(2**26), "--tmpfs", "/dev/shm"]  # fmt: skip


def _below_scratch(view: View) -> list[str]:
    """What the scratch space would hide, shown again: somebody may have cloned netgrade below /tmp."""
    hidden = sorted(place for place in _binds(view) if place.startswith(f"{SCRATCH}/"))
    return [word for place in hidden for word in ("--ro-bind", place, place)]


def _binds(view: View) -> dict[str, str]:
    """What lies outside, by its place inside."""
    binds = {place: place for place in SYSTEM if Path(place).exists()}
    for prefix in (sys.base_prefix, sys.prefix):
        if not prefix.startswith("/usr"):
            binds[prefix] = prefix
    binds |= {"/netgrade": str(SOURCE), "/submission": str(view.submission)}
    return binds | {inside: str(path) for inside, path in view.shown.items()}


def _view(view: View) -> list[str]:
    """Arguments that lay out the file system."""
    binds = _binds(view)
    arguments: list[str] = []
    for link in LINKS:
        if Path("/", link).is_symlink():
            arguments += ["--symlink", str(Path("/", link).readlink()), f"/{link}"]
        elif Path("/", link).is_dir():
            arguments += ["--ro-bind", f"/{link}", f"/{link}"]
    for folder in _parents(binds):
        arguments += ["--perms", "0755", "--dir", folder]
    for inside, outside in sorted(binds.items()):
        arguments += ["--ro-bind", outside, inside]
    return arguments


def _parents(places: Iterable[str]) -> list[str]:
    """Folders above the places: bubblewrap would make them closed to nobody."""
    found = {str(parent) for place in places for parent in Path(place).parents}
    return sorted(folder for folder in found if folder != "/" and not folder.startswith("/usr"))


def _environment() -> dict[str, str]:
    return {
        "PATH": f"{Path(sys.prefix)}/bin:/usr/bin:/bin",
        "HOME": "/tmp",
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


def _set_environment() -> list[str]:
    return [word for name, value in _environment().items() for word in ("--setenv", name, value)]


def _limits(limits: ExtractLimits) -> list[str]:
    """Limits that the kernel holds the program to."""
    return [
        "prlimit", "--core=0", "--nofile=1024", f"--fsize={limits.output_mb * 2**20}",
        f"--cpu={limits.cpu_seconds}", f"--data={limits.memory_mb * 2**20}", "--",
    ]  # fmt: skip


def _run(command: list[str], request: bytes, limits: ExtractLimits, environment: dict[str, str]) -> Run:
    start = time.monotonic()
    result_end, write_end = os.pipe()
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        # The result's pipe is descriptor 3 in the program, whatever its number is here.
        preexec_fn=lambda: os.dup2(write_end, RESULT_FD), pass_fds=(RESULT_FD,),
        env=environment or {"PATH": os.environ.get("PATH", "/usr/bin:/bin")},
    )  # fmt: skip
    os.close(write_end)
    with os.fdopen(result_end, "rb", buffering=0) as results:
        watched = _watch(process, results, request, start + limits.wall_seconds, limits.output_mb * 2**20)
    _end(process)
    return Run(
        result=watched.result, output=watched.tail.decode(errors="replace"), seconds=time.monotonic() - start,
        timed_out=watched.timed_out, too_much_output=watched.too_much, exit_code=process.returncode,
    )  # fmt: skip


@dataclass
class _Watched:
    result: bytes = b""
    tail: bytes = b""
    printed: int = 0
    timed_out: bool = False
    too_much: bool = False


def _watch(process: "subprocess.Popen[bytes]", results: IO[bytes], request: bytes, until: float, most: int) -> _Watched:
    """Feed the request, and read both pipes until they close, the time is over, or too much was written."""
    assert process.stdin and process.stdout
    seen = _Watched()
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        selector.register(results, selectors.EVENT_READ)
        selector.register(process.stdin, selectors.EVENT_WRITE)
        while any(key.fileobj is not process.stdin for key in selector.get_map().values()):
            ready = selector.select(max(0.0, until - time.monotonic()))
            if not ready:
                seen.timed_out = True
                return seen
            for key, _ in ready:
                if key.fileobj is process.stdin:
                    request = _feed(process.stdin, request)
                    if not request:
                        selector.unregister(process.stdin)
                elif not _take(seen, key.fd, key.fileobj is results):
                    selector.unregister(key.fileobj)
            if seen.printed > most or len(seen.result) > MOST_RESULT:
                seen.too_much = True
                return seen
    return seen


def _feed(pipe: IO[bytes], request: bytes) -> bytes:
    """Write a piece of the request; close the pipe after the last."""
    try:
        rest = request[os.write(pipe.fileno(), request[:65536]) :] if request else b""
    except BrokenPipeError:
        rest = b""
    if not rest:
        pipe.close()
    return rest


def _take(seen: _Watched, descriptor: int, is_result: bool) -> bool:
    """Read what is there; False at the end of the pipe."""
    block = os.read(descriptor, 65536)
    if is_result:
        seen.result += block
    else:
        seen.printed += len(block)
        seen.tail = (seen.tail + block)[-TAIL:]
    return bool(block)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Leave nothing running: the process group dies, and with bubblewrap the whole process namespace."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout:
        process.stdout.close()
