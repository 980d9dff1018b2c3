"""The dial: times of a clock as the values that an encoding states, and back. Shapes: n clocks, k values of a head.

A time is a whole number of minutes, 0 to 719; `encodings` has the words. No command that only reads words waits for
numpy.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgrade.encodings import TIMES, Head, is_class


def hours_and_minutes(times: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Times `(n,)` as labels `(n, 2)`: the hour, 0 to 11, and the minute."""
    return np.stack([times // 60, times % 60], axis=1).astype(np.uint8)


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
