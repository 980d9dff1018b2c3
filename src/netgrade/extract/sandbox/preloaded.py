"""Preloaded: a backend whose programs need not load Keras anew, proven like the one that starts each of them afresh."""

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from netgrade.errors import SandboxError
from netgrade.extract.sandbox.backends import Backend
from netgrade.extract.sandbox.forked import LostError, Zygote
from netgrade.extract.sandbox.selftest import prove
from netgrade.extract.sandbox.supervise import Run
from netgrade.extract.sandbox.view import View
from netgrade.objects.assignment import ExtractLimits
from netgrade.objects.sandbox import SandboxTest

Tell = Callable[[str], None]


@contextlib.contextmanager
def proven(
    backend: Backend, shown: dict[str, Path], hidden: Sequence[Path], tell: Tell
) -> Iterator[tuple[Backend, SandboxTest]]:
    """The backend in its fastest form that keeps every promise, with the self-test that shows it.

    `shown` are the files that all submissions see; `tell` is told why a slower form was taken. Raises SandboxError
    where the plain form breaks a promise, because the fast one goes back to it when something fails.
    """
    test = prove(backend, hidden)
    with contextlib.ExitStack() as stack:
        if backend.forks:
            fast = stack.enter_context(preloaded(backend, shown, tell))
            try:
                backend, test = fast, prove(fast, hidden)
            except SandboxError as error:
                tell(f"Every submission starts its own Python: {error.what}")
        yield backend, test


@contextlib.contextmanager
def preloaded(backend: Backend, shown: dict[str, Path], tell: Tell) -> Iterator[Backend]:
    """The same backend, whose programs are forks of one zygote; without it where that fails, from then on."""
    way = _Way(backend, shown, tell)
    try:
        yield replace(backend, run=way.run)
    finally:
        way.close()


class _Way:
    """Forks as long as they work."""

    def __init__(self, backend: Backend, shown: dict[str, Path], tell: Tell) -> None:
        self._backend, self._shown, self._tell = backend, shown, tell
        self._zygote: Zygote | None = None
        self._lost = False
        self._starts = threading.Lock()

    def run(self, command: Sequence[str], request: bytes, view: View, limits: ExtractLimits) -> Run:
        """Run `command` as a fork; started afresh where the zygote or the keeper failed, whatever the program did."""
        try:
            return self._started().run(command, request, view, limits)
        except LostError as error:
            if not self._lost:
                self._tell(f"Every submission starts its own Python from here on: {error}")
            self._lost = True
            return self._backend.run(command, request, view, limits)

    def close(self) -> None:
        """End the zygote, where there is one."""
        if self._zygote:
            self._zygote.close()

    def _started(self) -> Zygote:
        with self._starts:
            if self._lost:
                raise LostError("it was lost before")
            self._zygote = self._zygote or Zygote(self._shown)
            return self._zygote
