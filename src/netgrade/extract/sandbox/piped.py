"""Run a program with its result's pipe as descriptor 3 and, hidden from its command line, arguments as descriptor 4."""

import fcntl
import os
import subprocess
import tempfile
import time
from collections.abc import Sequence

from netgrade.extract.sandbox.cgroup import Group, control_group
from netgrade.extract.sandbox.supervise import Run, closes, end, watch
from netgrade.extract.sandbox.view import SHARED_MEMORY, scratch_bytes
from netgrade.objects.assignment import ExtractLimits

RESULT_FD = 3
ARGUMENTS_FD = 4
"""The innermost bubblewrap reads its arguments there: its command line can be read in the sandbox, and shows none."""

SPARE = 8
"""Processes of bubblewrap's own in the control group."""


def run_piped(
    command: Sequence[str], request: bytes, limits: ExtractLimits, environment: dict[str, str], hidden: Sequence[str]
) -> Run:
    """Run `command`; `hidden` is what descriptor 4 holds, each word ended by a zero byte."""
    start = time.monotonic()
    read_end, write_end = (_out_of_the_way(descriptor) for descriptor in os.pipe())
    memory = limits.memory_mb * 2**20 + scratch_bytes(limits) + SHARED_MEMORY
    with (
        control_group(memory, limits.processes + SPARE) as group,
        tempfile.TemporaryFile() as arguments,
        os.fdopen(read_end, "rb", buffering=0) as results,
    ):
        arguments.write(b"".join(word.encode(errors="surrogateescape") + b"\0" for word in hidden))
        arguments.seek(0)
        process = _start(command, write_end, os.dup(arguments.fileno()), environment, group)
        assert process.stdout
        with process.stdout as output:
            seen = watch(process, results, output, request, limits)
            end(process)
            group.kill()
        return seen.run(process, start, ended=closes(results), out_of_memory=group.out_of_memory)


def _start(
    command: Sequence[str], result: int, arguments: int, environment: dict[str, str], group: Group
) -> "subprocess.Popen[bytes]":
    arguments = _out_of_the_way(arguments)

    def prepare() -> None:
        group.join()
        os.dup2(result, RESULT_FD)
        os.dup2(arguments, ARGUMENTS_FD)

    try:
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
            preexec_fn=prepare, pass_fds=(RESULT_FD, ARGUMENTS_FD),
            env=environment or {"PATH": os.environ.get("PATH", "/usr/bin:/bin")},
        )  # fmt: skip
    finally:
        os.close(result)
        os.close(arguments)


def _out_of_the_way(descriptor: int) -> int:
    """The same descriptor under a number that none of the program's own can have."""
    high = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(descriptor)
    return high
