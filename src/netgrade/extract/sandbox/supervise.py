"""Supervise a program: feed its request, read what it writes within limits of time and size, and end it."""

import contextlib
import os
import selectors
import signal
import subprocess
import time
from dataclasses import dataclass
from typing import IO

from netgrade.objects.assignment import ExtractLimits

MOST_RESULT = 32 * 2**20
TAIL = 4000
END_SECONDS = 5.0


@dataclass(frozen=True)
class Run:
    """How a program ended."""

    result: bytes
    output: str
    seconds: float
    timed_out: bool
    too_much_output: bool
    out_of_memory: bool
    ended: bool
    """True: none of its processes lives."""
    exit_code: int


@dataclass
class Watched:
    """What has come out of a program so far."""

    result: bytes = b""
    tail: bytes = b""
    printed: int = 0
    timed_out: bool = False
    too_much: bool = False

    def run(self, exit_code: int, start: float, ended: bool, out_of_memory: bool = False) -> Run:
        """The Run that came of it; `start` is the monotonic time when it began."""
        return Run(
            result=self.result, output=self.tail.decode(errors="replace"), seconds=time.monotonic() - start,
            timed_out=self.timed_out, too_much_output=self.too_much, out_of_memory=out_of_memory, ended=ended,
            exit_code=exit_code,
        )  # fmt: skip


def watch(given: IO[bytes], results: IO[bytes], output: IO[bytes], request: bytes, limits: ExtractLimits) -> Watched:
    """Feed `given` the request, and read both pipes until they close, the time is over, or too much was written."""
    seen, until = Watched(), time.monotonic() + limits.wall_seconds
    with selectors.DefaultSelector() as selector:
        selector.register(output, selectors.EVENT_READ)
        selector.register(results, selectors.EVENT_READ)
        selector.register(given, selectors.EVENT_WRITE)
        while any(key.fileobj is not given for key in selector.get_map().values()):
            ready = selector.select(max(0.0, until - time.monotonic()))
            if not ready:
                seen.timed_out = True
                return seen
            for key, _ in ready:
                if key.fileobj is given:
                    request = _feed(given, request)
                    if not request:
                        selector.unregister(given)
                elif not _take(seen, key.fd, key.fileobj is results):
                    selector.unregister(key.fileobj)
            if seen.printed > limits.output_mb * 2**20 or len(seen.result) > MOST_RESULT:
                seen.too_much = True
                return seen
    return seen


def end(process: "subprocess.Popen[bytes]") -> None:
    """Kill the process group, and with bubblewrap the whole process namespace."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def closes(pipe: IO[bytes]) -> bool:
    """Whether the pipe comes to its end soon: then nobody who could write to it lives."""
    until = time.monotonic() + END_SECONDS
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while selector.select(max(0.0, until - time.monotonic())):
            if not os.read(pipe.fileno(), 65536):
                return True
    return False


def _feed(pipe: IO[bytes], request: bytes) -> bytes:
    """Write a piece of the request; close the pipe after the last."""
    try:
        rest = request[os.write(pipe.fileno(), request[:65536]) :] if request else b""
    except BrokenPipeError:
        rest = b""
    if not rest:
        pipe.close()
    return rest


def _take(seen: Watched, descriptor: int, is_result: bool) -> bool:
    """Read what is there; False at the end of the pipe."""
    block = os.read(descriptor, 65536)
    if is_result:
        seen.result += block
    else:
        seen.printed += len(block)
        seen.tail = (seen.tail + block)[-TAIL:]
    return bool(block)
