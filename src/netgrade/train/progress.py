"""How a training says where it is: one moving line on a terminal, at most one line in two seconds in a log."""

import re
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TextIO

from rich.console import Console
from rich.live import Live
from rich.text import Text

from netgrade.objects.plan import Plan
from netgrade.store import writing

LOG_SECONDS = 2.0
LINE = re.compile(
    r"plan (\d+)/\d+ · seed (\d+)/\d+ · epoch (\d+)/(\d+) · (\w+ [\d.a-z]+(?: min)?) · [\d,]+ examples/s · "
    r"(\d+):(\d\d) left"
)
MOST_LINE = 400


@dataclass(frozen=True)
class Place:
    """Where a training is, as its log has it."""

    plan: int
    seed: int
    """Both counted from 1, among those of the job."""
    epoch: int
    epochs: int
    score: str
    seconds_left: int


class Progress(Protocol):
    """Told about every training; called a few times a second."""

    def begin(self, title: str, epochs: int) -> None:
        """A training begins: `title` as in `plan 3/12 · seed 1/1`, and its most epochs."""

    def advance(self, epoch: int, score: str, rate: float, images_left: int) -> None:
        """In `epoch`, from 1: its score so far, as `accuracy 0.61`, examples per second, images still to train on."""

    def end(self, outcome: str) -> None:
        """The training ended, or its record was there already."""


class Lines:
    """Progress as plain lines in a text stream."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._shown = stream, 0.0
        self._title, self._epochs = "", 0

    def begin(self, title: str, epochs: int) -> None:
        """Remember what the lines are about."""
        self._title, self._epochs = title, epochs

    def advance(self, epoch: int, score: str, rate: float, images_left: int) -> None:
        """Write a line, unless the last one is less than two seconds old."""
        if time.monotonic() - self._shown >= LOG_SECONDS:
            self._write(f"{self._title} · {describe(epoch, self._epochs, score, rate, images_left)}")

    def end(self, outcome: str) -> None:
        """Write the last line of a training, always."""
        self._write(f"{self._title} · {outcome}")

    def _write(self, line: str) -> None:
        self._shown = time.monotonic()
        print(line, file=self._stream, flush=True)


class Bar:
    """Progress as one line of a terminal that is written over."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._title, self._epochs = "", 0

    def begin(self, title: str, epochs: int) -> None:
        """Show which training begins."""
        self._title, self._epochs = title, epochs
        self._show(title)

    def advance(self, epoch: int, score: str, rate: float, images_left: int) -> None:
        """Write the line anew."""
        self._show(f"{self._title} · {describe(epoch, self._epochs, score, rate, images_left)}")

    def end(self, outcome: str) -> None:
        """Leave the outcome above the moving line."""
        self._live.console.print(f"{self._title} · {outcome}", markup=False, highlight=False)

    def _show(self, line: str) -> None:
        self._live.update(Text(line, no_wrap=True, overflow="ellipsis"))


class Several:
    """The same progress in several places."""

    def __init__(self, places: list[Progress]) -> None:
        self._places = places

    def begin(self, title: str, epochs: int) -> None:
        """Pass on."""
        for place in self._places:
            place.begin(title, epochs)

    def advance(self, epoch: int, score: str, rate: float, images_left: int) -> None:
        """Pass on."""
        for place in self._places:
            place.advance(epoch, score, rate, images_left)

    def end(self, outcome: str) -> None:
        """Pass on."""
        for place in self._places:
            place.end(outcome)


@contextmanager
def progress_to(log: Path | None) -> Iterator[Progress]:
    """Progress on standard error where it is a terminal, and in `log`; without either, lines on standard error."""
    with ExitStack() as stack:
        places: list[Progress] = []
        if sys.stderr.isatty():
            live = Live(console=Console(stderr=True), transient=True, refresh_per_second=4)
            places.append(Bar(stack.enter_context(live)))
        if log:
            stack.enter_context(writing(log))
            log.parent.mkdir(parents=True, exist_ok=True)
            places.append(Lines(stack.enter_context(log.open("a", encoding="utf-8"))))
        yield Several(places or [Lines(sys.stderr)])


def title_of(plan: int, plans: int, seed: int, seeds: int) -> str:
    """E.g. `plan 3/12 · seed 1/1`: which of a job's trainings it is."""
    return f"plan {plan}/{plans} · seed {seed}/{seeds}"


def describe(epoch: int, epochs: int, score: str, rate: float, images_left: int) -> str:
    """E.g. `epoch 4/8 · accuracy 0.61 · 1,234 examples/s · 0:42 left`."""
    minutes, seconds = divmod(round(images_left / rate), 60)
    return f"epoch {epoch}/{epochs} · {score} · {rate:,.0f} examples/s · {minutes}:{seconds:02d} left"


def score_text(plan: Plan, score: float) -> str:
    """`accuracy 0.61`, or of clocks `error 7.7 min`."""
    return f"error {score:.1f} min" if plan.heads else f"accuracy {score:.2f}"


def last_place(log: Path) -> Place | None:
    """Where the training is that wrote the last line of a log; None where it has ended, or said nothing yet."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - MOST_LINE))
            lines = file.read().decode(errors="replace").splitlines()
    except FileNotFoundError:
        return None
    found = LINE.fullmatch(lines[-1]) if lines else None
    if found is None:
        return None
    plan, seed, epoch, epochs, minutes, seconds = map(int, found.group(1, 2, 3, 4, 6, 7))
    return Place(plan, seed, epoch, epochs, found[5], 60 * minutes + seconds)
