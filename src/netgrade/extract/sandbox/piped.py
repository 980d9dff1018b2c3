"""Run a program with its result's pipe as descriptor 3 and, hidden from its command line, arguments as 4 and 5."""

import fcntl
import os
import select
import subprocess
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import IO

from netgrade.extract.sandbox.cgroup import Group, control_group
from netgrade.extract.sandbox.supervise import Run, closes, end, watch
from netgrade.extract.sandbox.view import SHARED_MEMORY, scratch_bytes
from netgrade.objects.assignment import ExtractLimits

RESULT_FD = 3
ARGUMENTS_FDS = (4, 5)
"""Where programs read their arguments: command lines can be read by everyone, in the sandbox and out of it."""

_GATE = ("/usr/bin/sh", "-c", f'echo >&{RESULT_FD}; read -r _ && exec "$@"', "gate")
"""Stands before a program inside its sandbox, and opens when the supervisor answers it.

By then all that ends the program with its supervisor is in place. One that was killed before gives no answer, and the
program never starts.
"""

SPARE = 8
"""Processes of bubblewrap's own in the control group."""


def run_piped(
    sandbox: Sequence[str],
    program: Sequence[str],
    request: bytes,
    limits: ExtractLimits,
    environment: dict[str, str],
    hidden: Sequence[Sequence[str]] = (),
) -> Run:
    """Run `program` in what the words of `sandbox` start.

    `hidden` are the arguments that descriptors 4 and 5 hold, each word ended by a zero byte.
    """
    start = time.monotonic()
    read_end, write_end = (out_of_the_way(descriptor) for descriptor in os.pipe())
    with (
        group_of(limits) as group,
        os.fdopen(read_end, "rb", buffering=0) as results,
    ):
        given = {RESULT_FD: write_end} | dict(zip(ARGUMENTS_FDS, map(arguments, hidden), strict=False))
        process = start_with([*sandbox, *_GATE, *program], given, environment, group)
        assert process.stdin and process.stdout
        with process.stdout as output:
            _await_gate(results, limits.wall_seconds)
            seen = watch(process.stdin, results, output, b"\n" + request, limits)
            end(process)
            group.kill()
        return seen.run(process.returncode, start, ended=closes(results), out_of_memory=group.out_of_memory)


def group_of(limits: ExtractLimits) -> AbstractContextManager[Group]:
    """The control group of one run."""
    memory = limits.memory_mb * 2**20 + scratch_bytes(limits) + SHARED_MEMORY
    return control_group(memory, limits.processes + SPARE)


def start_with(
    command: Sequence[str], given: dict[int, int], environment: dict[str, str], group: Group
) -> "subprocess.Popen[bytes]":
    """Start `command`; `given` are the descriptors it gets beside the usual three, by the number it knows them by."""

    def prepare() -> None:
        group.join()
        for number, descriptor in given.items():
            os.dup2(descriptor, number)

    try:
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
            preexec_fn=prepare, pass_fds=tuple(given),
            env=environment or {"PATH": os.environ.get("PATH", "/usr/bin:/bin")},
        )  # fmt: skip
    finally:
        for descriptor in given.values():
            os.close(descriptor)


def _await_gate(results: IO[bytes], seconds: float) -> None:
    """Until the gate is there, or the sandbox has ended without it."""
    if select.select([results], [], [], seconds)[0]:
        os.read(results.fileno(), 1)


def arguments(words: Sequence[str]) -> int:
    """A descriptor of a file in memory that holds the words."""
    descriptor = os.memfd_create("arguments")
    content = b"".join(word.encode(errors="surrogateescape") + b"\0" for word in words)
    os.pwrite(descriptor, content, 0)
    return out_of_the_way(descriptor)


def out_of_the_way(descriptor: int) -> int:
    """The same descriptor under a number that none of the program's own can have."""
    high = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(descriptor)
    return high
