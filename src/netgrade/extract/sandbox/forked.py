"""Forked: run programs as forks of a zygote, which has loaded Keras once for all of them."""

import contextlib
import json
import os
import signal
import socket
import struct
import sys
import tarfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from netgrade.extract.sandbox import bubblewrap
from netgrade.extract.sandbox.cgroup import Group
from netgrade.extract.sandbox.piped import ARGUMENTS_FDS, arguments, group_of, out_of_the_way, start_with
from netgrade.extract.sandbox.supervise import END_SECONDS, Run, Watched, closes, end, watch
from netgrade.extract.sandbox.view import View, limits_of_a_process
from netgrade.extract.zygote.job import CONTROL_FD, ENTERED, GO, HERE, MOST_MESSAGE, READY
from netgrade.objects.assignment import ExtractLimits

LOAD_SECONDS = 180.0
"""A busy machine takes its time."""

ANSWER_SECONDS = 60.0
OWN_PROCESSES = 2
"""The keeper, and what holds its sandbox: they count among those of the run."""

CREDENTIALS = struct.Struct("iII")
"""Process, user and group of who sent a message, as the kernel says it."""


class LostError(Exception):
    """The zygote, or the keeper of a run, has failed; nothing is known of the program."""


class Zygote:
    """One zygote, and the runs that are its forks; several may be at work at once."""

    def __init__(self, shown: dict[str, Path]) -> None:
        """Start it; `shown` is what all of its runs see. Raises LostError where it does not become ready."""
        self.view = View(None, shown)
        prefix, hidden = bubblewrap.around_zygote(self.view)
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        given = {CONTROL_FD: out_of_the_way(theirs.detach())}
        given |= dict(zip(ARGUMENTS_FDS, map(arguments, hidden), strict=False))
        program = [sys.executable, "-P", "-s", "-m", "netgrade.extract.zygote"]
        self._process = start_with([*prefix, *program], given, {}, Group())
        self._control.settimeout(LOAD_SECONDS)
        try:
            ready = self._control.recv(MOST_MESSAGE) == READY
        except OSError:
            ready = False
        if not ready:
            raise LostError(self.close() or "it did not become ready")

    def run(self, command: Sequence[str], request: bytes, view: View, limits: ExtractLimits) -> Run:
        """Run `command`, whose first word is this Python, in a sandbox of its own, without what else `view` shows.

        Raises LostError where the zygote or the keeper has failed.
        """
        start = time.monotonic()
        with group_of(limits) as group, self._asked(command, view, limits) as (channel, given, results, output):
            try:
                _let_in(channel, group)
            except OSError as error:
                # It would not answer the next one either.
                self.close()
                raise LostError(f"no keeper answered ({error})") from error
            seen = watch(given, results, output, request, limits)
            heard = _ended(channel)
            group.kill()
            ended = closes(results)
            if not ended:
                # With the zygote's own sandbox everything in it ends.
                self.close()
                ended = closes(results)
            return seen.run(_exit_code(heard, seen, group), start, ended, group.out_of_memory)

    def close(self) -> str:
        """End it with all of its runs; the last that it said."""
        self._control.close()
        end(self._process)
        assert self._process.stdin and self._process.stdout
        if self._process.stdout.closed:
            return ""
        with self._process.stdin, self._process.stdout as output:
            os.set_blocking(output.fileno(), False)
            return (output.read() or b"").decode(errors="replace").strip()[-300:]

    @contextlib.contextmanager
    def _asked(
        self, command: Sequence[str], view: View, limits: ExtractLimits
    ) -> Iterator[tuple[socket.socket, IO[bytes], IO[bytes], IO[bytes]]]:
        """Ask for a run; gives the channel to its keeper, and the pipes of its request, its result and its output."""
        job = {
            "sandbox": bubblewrap.within_zygote(self.view, limits),
            "limits": limits_of_a_process(limits) | {"nproc": limits.processes + OWN_PROCESSES},
            "words": list(command[1:]),
        }
        files = _packed(view.submission)
        channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        channel.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        channel.settimeout(ANSWER_SECONDS)
        request, output, result = os.pipe(), os.pipe(), os.pipe()
        handed_over = [theirs.detach(), files, request[0], output[1], result[1]]
        with (
            channel,
            os.fdopen(request[1], "wb", buffering=0) as given,
            os.fdopen(result[0], "rb", buffering=0) as results,
            os.fdopen(output[0], "rb", buffering=0) as printed,
        ):
            try:
                socket.send_fds(self._control, [json.dumps(job).encode()], handed_over)
            except OSError as error:
                raise LostError(f"it could not be asked: {error}") from error
            finally:
                for descriptor in handed_over:
                    os.close(descriptor)
            yield channel, given, results, printed


def _packed(folder: Path | None) -> int:
    """A descriptor of a tar in memory; the files of a submission are copied and not looked into.

    Raises LostError where they cannot be read.
    """
    file = os.memfd_create("submission")
    try:
        with os.fdopen(os.dup(file), "wb") as copy, tarfile.open(fileobj=copy, mode="w") as archive:
            if folder is not None:
                archive.add(folder, arcname=".")
        os.lseek(file, 0, os.SEEK_SET)
    except OSError as error:
        os.close(file)
        raise LostError(f"a submission could not be copied: {error}") from error
    return file


def _let_in(channel: socket.socket, group: Group) -> None:
    """Put the keeper, and so all that it starts, into the control group; then it may go on. Raises OSError."""
    message, told, _, _ = channel.recvmsg(MOST_MESSAGE, socket.CMSG_SPACE(CREDENTIALS.size))
    keepers = [CREDENTIALS.unpack(data)[0] for _, kind, data in told if kind == socket.SCM_CREDENTIALS]
    if message != HERE or not keepers:
        raise OSError("it has ended")
    group.join(keepers[0])
    channel.send(GO)


def _ended(channel: socket.socket) -> list[bytes]:
    """Tell the keeper to end what still runs; all that it said."""
    heard: list[bytes] = []
    channel.settimeout(END_SECONDS)
    with contextlib.suppress(OSError):
        channel.shutdown(socket.SHUT_WR)
        while message := channel.recv(MOST_MESSAGE):
            heard.append(message)
    return heard


def _exit_code(heard: list[bytes], seen: Watched, group: Group) -> int:
    """What the keeper said of the program. Raises LostError where it said nothing, and no limit explains that."""
    if ENTERED not in heard:
        raise LostError(f"no sandbox was made: {seen.tail.decode(errors='replace').strip()[-300:] or 'no message'}")
    code = next((message for message in heard if message != ENTERED), None)
    if code is None and not (group.out_of_memory or seen.timed_out or seen.too_much):
        raise LostError("the keeper of a run has ended")
    return int(code) if code else -signal.SIGKILL
