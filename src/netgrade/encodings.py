"""Encodings: how a network states the time of a clock, as pure mathematics. Shapes: n clocks, k values of a head.

A time is a whole number of minutes, 0 to 719. An encoding is written as words, one for each thing that is stated, in
the order of the outputs: `hour-class minute-class`. A class has a head of its own; numbers that follow each other may
share one.
"""

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

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


def hours_and_minutes(times: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Times `(n,)` as labels `(n, 2)`: the hour, 0 to 11, and the minute."""
    return np.stack([times // 60, times % 60], axis=1).astype(np.uint8)


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


def target(head: Head, times: NDArray[np.int64]) -> NDArray[np.int64] | NDArray[np.float32]:
    """What one output should say of `times` `(n,)`: class numbers `(n,)`, or values `(n, k)`."""
    if is_class(head):
        of_class: dict[str, Any] = {"time-class": times, "hour-class": times // 60, "minute-class": times % 60}
        classes: NDArray[np.int64] = of_class[head[0]].astype(np.int64)
        return classes
    return np.stack([_number(value, times) for value in head], axis=1).astype(np.float32)


def decode(heads: Sequence[Head], outputs: Sequence[NDArray[Any]]) -> NDArray[np.int64]:
    """The time `(n,)` that outputs `(n, k)` of each head state, in 0..719.

    Of numbers only their place on the dial counts: 12.5 hours are half past twelve. Where the angle of the hour hand
    stands beside the minute, the hour is the one for which both agree best.
    """
    said: dict[str, NDArray[np.float64]] = {}
    for head, output in zip(heads, outputs, strict=True):
        if is_class(head):
            said[head[0]] = output.argmax(axis=1).astype(np.float64)
        else:
            said |= {value: output[:, place].astype(np.float64) for place, value in enumerate(head)}
    times: NDArray[np.int64] = np.rint(_time(said) % TIMES).astype(np.int64) % TIMES
    return times


def dial_distance(times: NDArray[Any], others: NDArray[Any]) -> NDArray[np.int64]:
    """The common-sense error: minutes between two times around a dial of twelve hours, 0 to 360."""
    apart = np.abs(np.asarray(times, np.int64) - np.asarray(others, np.int64)) % TIMES
    distances: NDArray[np.int64] = np.minimum(apart, TIMES - apart)
    return distances


def _values(word: str) -> list[str]:
    """The values that a word stands for: `hour-sin` and `hour-cos` for `hour-sin-cos`."""
    hand = word.removesuffix("-sin-cos")
    return [f"{hand}-sin", f"{hand}-cos"] if hand != word else [word]


def _number(value: str, times: NDArray[np.int64]) -> NDArray[np.float64]:
    hour_angle, minute_angle = 2 * np.pi * times / TIMES, 2 * np.pi * (times % 60) / 60
    numbers: dict[str, Any] = {
        "fraction": times / TIMES, "hours": times / 60, "hour": times // 60, "minute": times % 60,
        "hour-sin": np.sin(hour_angle), "hour-cos": np.cos(hour_angle),
        "minute-sin": np.sin(minute_angle), "minute-cos": np.cos(minute_angle),
    }  # fmt: skip
    return np.asarray(numbers[value], np.float64)


def _time(said: dict[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    """Minutes on the dial, before they are brought into one turn of it."""
    if "time-class" in said:
        return said["time-class"]
    if "fraction" in said:
        return said["fraction"] % 1 * TIMES
    if "hours" in said:
        return said["hours"] % 12 * 60
    minute = _minute(said)
    if "hour-sin" in said:
        hand = _angle(said["hour-sin"], said["hour-cos"]) * TIMES
        return hand if minute is None else np.rint((hand - minute) / 60) * 60 + minute
    hour = said["hour-class"] if "hour-class" in said else np.rint(said["hour"] % 12)
    return hour * 60 + (0 if minute is None else minute)


def _minute(said: dict[str, NDArray[np.float64]]) -> NDArray[np.float64] | None:
    if "minute-sin" in said:
        return _angle(said["minute-sin"], said["minute-cos"]) * 60
    return said.get("minute-class", said.get("minute"))


def _angle(sine: NDArray[np.float64], cosine: NDArray[np.float64]) -> NDArray[np.float64]:
    """The angle as a share of a turn, in [0, 1)."""
    return np.arctan2(sine, cosine) / (2 * np.pi) % 1
