"""Keeper: the process that shuts one run in, waits for it, and ends it when the supervisor says so.

It stands outside the process namespace of its sandbox, so that student code can neither see it nor send it a signal.
"""

import json
import os
import resource
import select
import socket
import subprocess
import tarfile

from netgrade.extract.zygote.entrance import enter, give_up_privileges
from netgrade.extract.zygote.job import ENTERED, GO, HERE, RESULT_FD, Job

MOST_DESCRIPTORS = 2**20
SCRATCH = "/tmp"
SUBMISSION = f"{SCRATCH}/submission"
HOLDER = "echo; exec sleep infinity >&2"
"""Keeps a sandbox, and says that it stands."""


def keep(job: Job) -> list[str]:
    """Shut one run in and wait until it has ended; returns in the run's own process alone: the words of its program.

    Whatever goes wrong before ends this process, and the supervisor never hears that the sandbox was entered.
    """
    job.channel.send(HERE)
    if job.channel.recv(len(GO)) != GO:
        os._exit(0)
    sandbox, first = _made(job.sandbox)
    enter(first)
    program = os.fork()
    if program == 0:
        # Its parent's child: nothing here must ever wait for a process of that number.
        sandbox.returncode = 0
        _shut_in(job)
        return job.words
    _let_go(job)
    status = _awaited(program, sandbox, job.channel)
    job.channel.send(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _made(arguments: list[str]) -> tuple["subprocess.Popen[bytes]", int]:
    """A sandbox with nothing in it but a program that holds it, and the number of its first process."""
    words, written = os.pipe()
    os.write(written, b"".join(word.encode(errors="surrogateescape") + b"\0" for word in arguments))
    os.close(written)
    (told, telling), (stands, standing) = os.pipe(), os.pipe()
    sandbox = subprocess.Popen(
        ["bwrap", "--args", str(words), "--info-fd", str(telling), "--", "/usr/bin/sh", "-c", HOLDER],
        stdin=subprocess.DEVNULL, stdout=standing, pass_fds=(words, telling),
    )  # fmt: skip
    for descriptor in (words, telling, standing):
        os.close(descriptor)
    with os.fdopen(stands, "rb") as stand, os.fdopen(told, "rb") as information:
        if not stand.readline():
            raise OSError("bubblewrap made no sandbox")
        return sandbox, json.load(information)["child-pid"]


def _shut_in(job: Job) -> None:
    """In the run's own process: give up what student code must not have, lay the submission out, and say so."""
    os.setsid()
    os.chdir(SCRATCH)
    give_up_privileges()
    with os.fdopen(job.files, "rb") as file, tarfile.open(fileobj=file) as archive:
        archive.extractall(SUBMISSION)
    for name, value in job.limits.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name.upper()}"), (value, value))
    job.channel.send(ENTERED)
    job.channel.close()
    os.closerange(RESULT_FD + 1, MOST_DESCRIPTORS)


def _let_go(job: Job) -> None:
    """In the keeper: hold none of the run's pipes, whose end tells the supervisor that nobody lives."""
    os.close(job.files)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in range(RESULT_FD + 1):
        os.dup2(nothing, number)


def _awaited(program: int, sandbox: "subprocess.Popen[bytes]", channel: socket.socket) -> int:
    """The program's status, when it has ended, or was ended because the supervisor closed its side of the channel."""
    poll = select.poll()
    poll.register(os.pidfd_open(program), select.POLLIN)
    poll.register(channel, select.POLLIN)
    poll.poll()
    # With its first process every other one of a sandbox ends.
    sandbox.kill()
    sandbox.wait()
    return os.waitpid(program, 0)[1]
