"""Sandbox: run one program on a submission, without network or write access to this machine.

The program sees its system libraries, this Python, netgrade's source, the submission and the training arrays, all
read-only; it writes to memory alone, and its result leaves through a pipe. Time, CPU, memory, processes, file size
and output are limited, and everything it started ends with it. Who keeps these promises is a backend, which the
course names; `selftest` tries each promise before a backend is trusted.
"""

from netgrade.extract.sandbox.backends import Backend, backend_of, run_unprotected
from netgrade.extract.sandbox.preloaded import proven
from netgrade.extract.sandbox.selftest import prove
from netgrade.extract.sandbox.supervise import Run
from netgrade.extract.sandbox.view import View

__all__ = ["Backend", "Run", "View", "backend_of", "prove", "proven", "run_unprotected"]
