"""The program of the zygote: load, say so on descriptor 3, and fork for each run that descriptor 3 asks for."""

import importlib
import os
import signal
import socket
import sys
import threading
from pathlib import Path

from netgrade.extract.zygote.job import CONTROL_FD, MOST_MESSAGE, READY, Job
from netgrade.extract.zygote.keeper import keep
from netgrade.extract.zygote.program import run
from netgrade.garbage import lasting

MOST_DESCRIPTORS = 8
PRELOADED = (
    "netgrade.extract.child.reading",
    "matplotlib.pyplot",
    "pandas",
    "scipy.stats",
    "sklearn.metrics",
    "sklearn.model_selection",
    "tensorflow.keras",
)
"""What notebooks import; modules alone, because whatever is made here would be in every submission's process."""


def main() -> None:
    """Serve; what returns from serving is a fork that has been shut in, and becomes the program it was asked for."""
    with lasting():  # looking for garbage would take a quarter of the time now, and copy every page in each fork later
        for name in PRELOADED:
            importlib.import_module(name)
    if flaw := _flaw():
        sys.exit(f"What was loaded cannot be forked: {flaw}.")
    run(serve(CONTROL_FD))


def serve(descriptor: int) -> list[str]:
    """Fork a keeper for each message, until the supervisor is gone.

    Returns in no other process than a run's own: the words of its program.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for keepers
    control = socket.socket(fileno=descriptor)
    control.send(READY)
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, MOST_MESSAGE, MOST_DESCRIPTORS)
        if not message:
            os._exit(0)
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            control.detach()
            return keep(Job.read(message, descriptors))
        for each in descriptors:
            os.close(each)


def _flaw() -> str:
    """Why this process must not be forked; empty where it may."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join(10)
    if len(list(Path("/proc/self/task").iterdir())) > 1:
        return "threads are running, and a fork would lack them"
    maps = (line.split() for line in Path("/proc/self/maps").read_text().splitlines())
    if any("w" in permissions and "s" in permissions for _, permissions, *_ in maps):
        return "memory for writing would be shared by all submissions"
    return ""


if __name__ == "__main__":
    main()
