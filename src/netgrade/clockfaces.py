"""Clock faces: the times of the drawn clocks and how their faces lie in the pictures, from the number of a clock alone.

Who draws a clock and who later draws hands over it both need this. A face has radius 1, its x to the right and its y
down; a picture goes from -1 to 1, also to the right and down.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgrade.encodings import TIMES

TRAIN, TEST = 14_400, 3_600
"""Clocks in the data sets; those for testing come last."""

SEED = 1200

# The camera looks at the face from below, always from the same place.
TILT, PERSPECTIVE = 0.86, 0.12
RADIUS = (0.80, 0.92)
SHIFT = 0.06
HOUR_HAND, MINUTE_HAND = (0.50, 0.055), (0.80, 0.032)  # length and half of the width
TAIL = 0.10

Point = tuple[float, float]
"""Across and down in a picture."""

Line = tuple[Point, Point]
"""A hand from its tail to its tip."""


@dataclass(frozen=True)
class Poses:
    """How the faces of n clocks lie in their pictures; each array has the shape `(n,)`."""

    turn: NDArray[np.float64]  # radians, clockwise
    radius: NDArray[np.float64]
    across: NDArray[np.float64]
    down: NDArray[np.float64]


def begin(count: int) -> tuple[NDArray[np.int64], Poses, np.random.Generator]:
    """Times in minutes `(count,)` and poses of the first clocks, and the generator for what else differs in them."""
    generator = np.random.Generator(np.random.PCG64(SEED))
    times = generator.permutation(np.arange(count) % TIMES).astype(np.int64)
    turn = generator.uniform(0, 2 * np.pi, count)
    radius = generator.uniform(*RADIUS, count)
    across, down = generator.uniform(-SHIFT, SHIFT, count), generator.uniform(-SHIFT, SHIFT, count)
    return times, Poses(turn, radius, across, down), generator


def direction(turn: Any, share: Any) -> tuple[Any, Any]:
    """Where a hand points on a face turned by `turn`, `share` of a round after its 12: across and down."""
    angle = turn + 2 * np.pi * share
    return np.sin(angle), -np.cos(angle)


def hands(poses: Poses, number: int, time: int) -> tuple[Line, Line]:
    """The hour and the minute hand that would show `time` (minutes) on the clock `number`."""
    shares = ((time / TIMES, HOUR_HAND[0]), (time % 60 / 60, MINUTE_HAND[0]))
    hour, minute = (
        (_seen(poses, number, share, -TAIL), _seen(poses, number, share, length)) for share, length in shares
    )
    return hour, minute


def hands_on_test_image(index: int, time: int) -> tuple[Line, Line]:
    """The same for a test picture of a data set as it is laid out."""
    return hands(_poses(), TRAIN + index, time)


@lru_cache(maxsize=1)
def _poses() -> Poses:
    return begin(TRAIN + TEST)[1]


def _seen(poses: Poses, number: int, share: float, along: float) -> Point:
    """Where the camera sees the point of a hand that lies `along` from the middle: the inverse of what is drawn.

    A picture's point (x, y), from the middle and in radii, is the face's (x / depth, y / (depth TILT)), where depth is
    1 + PERSPECTIVE y.
    """
    x, y = (along * part for part in direction(poses.turn[number], share))
    depth = 1 / (1 - PERSPECTIVE * TILT * y)
    radius = poses.radius[number]
    return float(poses.across[number] + radius * x * depth), float(poses.down[number] + radius * y * TILT * depth)
