"""Own machine: students run their own code on their own machine, in a process of its own and without a sandbox.

It needs nothing but Python, because students have no bubblewrap. Time and output are limited as in grading, so that a
program that never ends is told of; memory is not, and nothing is kept from the program.
"""

import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from netgrade.extract.sandbox.supervise import TAIL, Run, end
from netgrade.extract.sandbox.view import View
from netgrade.objects.assignment import ExtractLimits

OWN_MACHINE = "own machine"

ENVIRONMENT = {
    "PYTHONDONTWRITEBYTECODE": "1",
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "CUDA_VISIBLE_DEVICES": "-1",
    "MPLBACKEND": "Agg",
}
"""What the sandbox's environment says and a student's need not."""

_LAUNCHER = "netgrade.extract.child.launch"


def run(command: Sequence[str], request: bytes, _view: View, limits: ExtractLimits) -> Run:
    """Run the program that `command` names, the last of its words, and see how it ends."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="netgrade-") as place:
        result, output = Path(place, "result"), Path(place, "output")
        # Without the `-s` of the sandbox: students install packages for themselves alone.
        words = [sys.executable, "-P", "-m", _LAUNCHER, str(result), command[-1]]
        environment = os.environ | ENVIRONMENT | {"KERAS_HOME": str(Path(place, "keras"))}
        with output.open("wb") as printed:
            process = subprocess.Popen(
                words, stdin=subprocess.PIPE, stdout=printed, stderr=subprocess.STDOUT, start_new_session=True,
                env=environment,
            )  # fmt: skip
            timed_out = _timed_out(process, request, limits.wall_seconds)
        text = output.read_bytes()
        return Run(
            result=result.read_bytes() if result.is_file() else b"", output=text[-TAIL:].decode(errors="replace"),
            seconds=time.monotonic() - start, timed_out=timed_out,
            too_much_output=len(text) > limits.output_mb * 2**20, out_of_memory=False, ended=True,
            exit_code=process.returncode,
        )  # fmt: skip


def version() -> str:
    """The system, by its own name."""
    return platform.platform()


def _timed_out(process: "subprocess.Popen[bytes]", request: bytes, seconds: int) -> bool:
    """Wait for the program, and end it where it takes longer than it may."""
    try:
        process.communicate(request, timeout=seconds)
    except subprocess.TimeoutExpired:
        return True
    finally:
        end(process)
    return False
