"""moons: two crescents of points in the plane, one for each class, which no straight line separates.

Drawn from a fixed seed with PCG64 in float64, so that every machine draws the same points; kept as float32.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

CLASSES = ["lower", "upper"]
TRAIN, TEST, SECOND = 1000, 1000, 1000
SEED = 155
NOISE = 0.16
"""Standard deviation of the points around their crescent: about one in a hundred lies beyond the other one."""


def draw() -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.float32], NDArray[np.int64]]:
    """Training points `(1000, 2)` and labels `(1000,)`, test points `(1000, 2)` and labels."""
    points, labels = _draw(SEED, TRAIN + TEST)
    return points[:TRAIN], labels[:TRAIN], points[TRAIN:], labels[TRAIN:]


def draw_second() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """A second hidden test set of the same kind: points `(1000, 2)` and labels `(1000,)`."""
    return _draw(SEED + 1, SECOND)


def load_data() -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    """As the loaders of Keras: `(x_train, y_train), (x_test, y_test)`, with labels `(n,)`."""
    x_train, y_train, x_test, y_test = draw()
    return (x_train, y_train), (x_test, y_test)


def _draw(seed: int, count: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    generator = np.random.Generator(np.random.PCG64(seed))
    labels = generator.integers(0, 2, count)
    angle = generator.uniform(0.0, np.pi, count)
    upper = np.stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25], axis=1)  # half a circle, open below
    points = np.where(labels[:, None] == 1, upper, -upper) + generator.normal(0.0, NOISE, (count, 2))
    return points.astype(np.float32), labels.astype(np.int64)
