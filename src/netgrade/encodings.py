"""Encodings: the words for how a network states the time of a clock; `dial` has their mathematics.

A time is a whole number of minutes, 0 to 719. An encoding is written as words, one for each thing that is stated, in
the order of the outputs: `hour-class minute-class`. A class has a head of its own; numbers that follow each other may
share one.
"""

from collections.abc import Sequence
from itertools import permutations

TIMES = 720
"""Times that a dial of twelve hours can tell."""

CLASSES = {"time-class": 720, "hour-class": 12, "minute-class": 60}
"""Words that stand for classes, and how many."""

NUMBERS = {"fraction": 1, "hours": 1, "hour": 1, "minute": 1, "hour-sin-cos": 2, "minute-sin-cos": 2}
"""Words that stand for numbers, and how many: `fraction` of the dial in [0, 1), `hours` as in 7.25, `hour` and
`minute` as whole numbers, sine and cosine of the angle of a hand."""

_HOURS, _MINUTES = ("hour-class", "hour", "hour-sin-cos"), ("minute-class", "minute", "minute-sin-cos")
ENCODINGS = (
    "time-class", "fraction", "hours", "hour-sin-cos",
    *(f"{hour} {minute}" for hour in _HOURS for minute in _MINUTES),
)  # fmt: skip
"""All encodings, with the hour first; the words may stand in another order."""

Head = tuple[str, ...]
"""The words that one output states."""


def clock_text(time: float) -> str:
    """`405` as `6:45`."""
    hour, minute = divmod(round(time) % TIMES, 60)
    return f"{hour}:{minute:02d}"


def read_encoding(text: str) -> str | None:
    """The encoding in one spelling, in the order in which its words were written; None where there is no such."""
    words = text.lower().split()
    known = any(tuple(words) in permutations(encoding.split()) for encoding in ENCODINGS)
    return " ".join(words) if known and len(words) <= 2 else None


def heads_of(encoding: str, sizes: Sequence[int]) -> tuple[Head, ...] | None:
    """What each of the outputs states, which have `sizes` values; None where they do not fit the encoding."""
    # Sine and cosine may be two outputs, so that heads are filled value by value.
    values = [value for word in encoding.split() for value in _values(word)]
    heads = []
    for size in sizes:
        if values and values[0] in CLASSES:
            taken, fits = values[:1], CLASSES[values[0]] == size
        else:
            taken = values[:size]
            fits = len(taken) == size > 0 and not any(value in CLASSES for value in taken)
        if not fits:
            return None
        heads.append(tuple(taken))
        values = values[len(taken) :]
    return None if values else tuple(heads)


def is_class(head: Head) -> bool:
    """Whether an output states one of some classes."""
    return head[0] in CLASSES


def _values(word: str) -> list[str]:
    """The values that a word stands for: `hour-sin` and `hour-cos` for `hour-sin-cos`."""
    hand = word.removesuffix("-sin-cos")
    return [f"{hand}-sin", f"{hand}-cos"] if hand != word else [word]
