"""Self-test: every promise of the sandbox is tried before student code runs, and one that is broken stops the run."""

import json
import os
import platform
import secrets
import socket
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from netgrade.errors import SandboxError, UnreadableError
from netgrade.extract.child.promises import EARLIER, TRIALS
from netgrade.extract.sandbox.backends import Backend
from netgrade.extract.sandbox.piped import RESULT_FD
from netgrade.extract.sandbox.view import SHARED_MEMORY, View, scratch_bytes
from netgrade.objects.assignment import ExtractLimits
from netgrade.objects.sandbox import SandboxTest
from netgrade.untrusted import read_json

LIMITS = ExtractLimits(wall_seconds=60, cpu_seconds=30, memory_mb=512, processes=24, output_mb=8)
PROGRAM = Path("/netgrade/netgrade/extract/child/promises.py")
STAYS = f"""
import os, signal, time
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
    signal.signal(number, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
    os.write({RESULT_FD}, b"stays")
time.sleep(600)
"""
ENDING = "everything ends with the run"


def prove(backend: Backend, hidden: Sequence[Path] = ()) -> SandboxTest:
    """Try every promise; `hidden` are further files and folders that must be out of reach, e.g. the test labels.

    Raises SandboxError, which names what did not hold, unless everything held.
    """
    with tempfile.TemporaryDirectory(prefix="netgrade-") as folder, socket.create_server(("127.0.0.1", 0)) as listener:
        canary = Path(folder, "canary")
        canary.write_text("canary")
        submission = Path(folder, "submission")
        submission.mkdir()
        Path(folder).chmod(0o755)
        seen = _try(backend, submission, listener.getsockname()[1], [canary, *hidden], list(TRIALS))
        # That first run has left marks.
        seen |= _try(backend, submission, 0, [], [EARLIER])
        seen[ENDING] = _ends(backend, submission)
    test = SandboxTest(
        backend=backend.version(), kernel=f"{platform.system()} {platform.release()}",
        held={name: what for name, (held, what) in seen.items() if held},
        broken={name: what for name, (held, what) in seen.items() if not held},
    )  # fmt: skip
    if test.broken:
        told = "; ".join(f"{name} ({what})" for name, what in test.broken.items())
        raise SandboxError(f"The sandbox does not keep what it promises on this machine: {told}.", backend.remedy)
    return test


def _try(
    backend: Backend, submission: Path, port: int, hidden: list[Path], trials: list[str]
) -> dict[str, tuple[bool, str]]:
    """What the program of trials saw from inside."""
    secret = secrets.token_hex(16)
    request = {
        "trials": trials,
        "port": port,
        "hidden": [str(path.absolute()) for path in hidden],
        "secret": secret,
        "cpu_seconds": LIMITS.cpu_seconds,
        "memory_bytes": LIMITS.memory_mb * 2**20,
        "file_bytes": LIMITS.output_mb * 2**20,
        "scratch_bytes": scratch_bytes(LIMITS),
        "shared_bytes": SHARED_MEMORY,
        "processes": LIMITS.processes,
    }
    os.environ["NETGRADE_SELF_TEST"] = secret
    try:
        command = [sys.executable, "-I", str(PROGRAM)]
        run = backend.run(command, json.dumps(request).encode(), View(submission), LIMITS)
    finally:
        del os.environ["NETGRADE_SELF_TEST"]
    try:
        return {str(name): (bool(held), str(what)) for name, (held, what) in read_json(run.result).items()}
    except (UnreadableError, ValueError, TypeError, AttributeError):
        message = run.output.strip()[-300:] or "no message"
        raise SandboxError(f"{backend.name} does not work on this machine: {message}", backend.remedy) from None


def _ends(backend: Backend, submission: Path) -> tuple[bool, str]:
    """Whether a process that ignores signals and leaves its session is gone after the time is over."""
    for seconds in (1, 10):
        limits = LIMITS.model_copy(update={"wall_seconds": seconds})
        run = backend.run([sys.executable, "-I", "-c", STAYS], b"", View(submission), limits)
        if run.result:
            return run.ended and run.timed_out, "all gone" if run.ended else "a process lives on"
    return False, "the trial did not start in time"
