"""Preloaded: a backend whose programs need not load Keras anew, proven like the one that starts each of them afresh."""

import contextlib
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
            try:
                zygote = stack.enter_context(contextlib.closing(Zygote(shown)))
                test = prove(replace(backend, run=zygote.run), hidden)
                backend = forking(backend, zygote, tell)
            except (LostError, SandboxError) as error:
                tell(f"Every submission starts a Python of its own: {str(error).splitlines()[0]}")
        yield backend, test


def forking(backend: Backend, zygote: Zygote, tell: Tell) -> Backend:
    """The same backend, whose programs are forks; one that is lost starts afresh, whatever it did."""

    def run(command: Sequence[str], request: bytes, view: View, limits: ExtractLimits) -> Run:
        try:
            return zygote.run(command, request, view, limits)
        except LostError as error:
            tell(f"This submission starts a Python of its own: {error}")
            return backend.run(command, request, view, limits)

    return replace(backend, run=run)
