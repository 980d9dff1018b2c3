"""Job: what the supervisor and the zygote say to each other; nothing of it comes from a submission or goes there."""

import json
import os
import socket
from dataclasses import dataclass

CONTROL_FD = 3
"""Where the zygote is asked."""

RESULT_FD = 3
"""Where a program writes its result."""

MOST_MESSAGE = 2**16
READY = b"ready"
HERE, GO, ENTERED = b"here", b"go", b"entered"
"""Between supervisor and keeper, in this order: the keeper is there; it may go on; the program is shut in."""


@dataclass
class Job:
    """One run: what was asked for, and the descriptors that came with it."""

    sandbox: list[str]
    """Arguments of bubblewrap."""

    limits: dict[str, int]
    """Of each process, by prlimit's names."""

    words: list[str]
    """What `python` is given."""

    channel: socket.socket
    """To the supervisor."""

    files: int
    """A tar of the submission."""

    @classmethod
    def read(cls, message: bytes, descriptors: list[int]) -> "Job":
        """Put the descriptors into their places: from here on everything goes to the supervisor's pipes."""
        channel, files, request, output, result = descriptors
        for descriptor, number in ((request, 0), (output, 1), (output, 2), (result, RESULT_FD)):
            os.dup2(descriptor, number)
        for descriptor in (request, output, result):
            os.close(descriptor)
        return cls(**json.loads(message), channel=socket.socket(fileno=channel), files=files)
