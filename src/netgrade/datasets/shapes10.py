"""shapes10: ten shapes on a noisy ground, drawn by the project for machines without any public data set.

Drawn from a fixed seed with PCG64 in float64, so that every machine draws the same bytes.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

CLASSES = ["disc", "ring", "square", "frame", "triangle", "cross", "star", "crescent", "bars", "hourglass"]
SIZE = 32
TRAIN, TEST, SECOND = 6000, 4000, 2000
SEED = 1010

Array = Any  # of float64: numpy's own annotations lose the type in arithmetic
Distance = Callable[[Array, Array], Array]
"""Signed distance to a shape of about unit radius at points (u, v): negative inside."""


def draw() -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64]]:
    """Training images `(6000, 32, 32, 3)` and labels `(6000,)`, test images `(4000, 32, 32, 3)` and labels."""
    generator = np.random.Generator(np.random.PCG64(SEED))
    labels = generator.permutation(np.arange(TRAIN + TEST) % len(CLASSES)).astype(np.int64)
    images = np.concatenate([_draw_batch(generator, part) for part in np.array_split(labels, 20)])
    return images[:TRAIN], labels[:TRAIN], images[TRAIN:], labels[TRAIN:]


def draw_second() -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """A second hidden test set of the same kind: images `(2000, 32, 32, 3)` and labels `(2000,)`."""
    generator = np.random.Generator(np.random.PCG64(SEED + 1))
    labels = generator.permutation(np.arange(SECOND) % len(CLASSES)).astype(np.int64)
    return np.concatenate([_draw_batch(generator, part) for part in np.array_split(labels, 4)]), labels


def load_data() -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    """As the loaders of Keras: `(x_train, y_train), (x_test, y_test)`, with labels `(n, 1)`."""
    x_train, y_train, x_test, y_test = draw()
    return (x_train, y_train[:, None]), (x_test, y_test[:, None])


def _draw_batch(generator: np.random.Generator, labels: NDArray[np.int64]) -> NDArray[np.uint8]:
    n = len(labels)
    u, v, scale = _coordinates(generator, n)
    inside = np.empty((n, SIZE, SIZE))
    for label, distance in enumerate(DISTANCES):
        chosen = labels == label
        inside[chosen] = distance(u[chosen], v[chosen])
    # Antialiased: the edge is about one pixel wide at any scale.
    mask = np.clip(0.5 - inside * scale, 0.0, 1.0)[..., None]
    ground, colour = _colours(generator, n)
    picture = ground * (1 - mask) + colour * mask + _clutter(generator, n)
    picture += generator.normal(0.0, NOISE, picture.shape)
    drawn: NDArray[np.uint8] = (np.clip(picture, 0.0, 1.0) * 255).round().astype(np.uint8)
    return drawn


def _coordinates(generator: np.random.Generator, n: int) -> tuple[Array, Array, Array]:
    """Pixel centres in the frame of each image's shape: moved, turned, scaled. Shapes `(n, 32, 32)`."""
    scale = generator.uniform(*RADIUS, size=(n, 1, 1))
    angle = generator.uniform(-TURN, TURN, size=(n, 1, 1))
    shift = generator.uniform(-SHIFT, SHIFT, size=(2, n, 1, 1))
    grid = np.arange(SIZE) + 0.5 - SIZE / 2
    x, y = grid[None, None, :] - shift[0], grid[None, :, None] - shift[1]
    cos, sin = np.cos(angle), np.sin(angle)
    return (x * cos + y * sin) / scale, (y * cos - x * sin) / scale, scale


def _colours(generator: np.random.Generator, n: int) -> tuple[Array, Array]:
    """A ground with a gradient `(n, 32, 32, 3)` and a shape colour `(n, 1, 1, 3)`, brighter or darker by chance."""
    base = generator.uniform(0.3, 0.7, size=(n, 1, 1, 3))
    slope = generator.uniform(-0.2, 0.2, size=(2, n, 1, 1, 3))
    ramp = np.linspace(-1.0, 1.0, SIZE)
    ground = base + slope[0] * ramp[None, None, :, None] + slope[1] * ramp[None, :, None, None]
    sign = np.where(generator.random((n, 1, 1, 1)) < DARK, -1.0, 1.0)
    contrast = sign * generator.uniform(*CONTRAST, size=(n, 1, 1, 3))
    return ground, base + contrast


def _clutter(generator: np.random.Generator, n: int) -> Array:
    """Three short strokes and dots that belong to no shape, `(n, 32, 32, 3)`."""
    grid = np.arange(SIZE) + 0.5
    total = np.zeros((n, SIZE, SIZE, 3))
    for _ in range(3):
        centre = generator.uniform(0, SIZE, size=(2, n, 1, 1))
        spread = generator.uniform(0.8, 3.0, size=(2, n, 1, 1))
        squares = ((grid[None, None, :] - centre[0]) / spread[0]) ** 2 + (
            (grid[None, :, None] - centre[1]) / spread[1]
        ) ** 2
        total += np.exp(-squares)[..., None] * generator.uniform(-CLUTTER, CLUTTER, size=(n, 1, 1, 3))
    return total


def _disc(u: Array, v: Array) -> Array:
    return np.hypot(u, v) - 0.95


def _ring(u: Array, v: Array) -> Array:
    return np.abs(np.hypot(u, v) - 0.75) - 0.2


def _square(u: Array, v: Array) -> Array:
    return np.maximum(np.abs(u), np.abs(v)) - 0.8


def _frame(u: Array, v: Array) -> Array:
    return np.abs(np.maximum(np.abs(u), np.abs(v)) - 0.65) - 0.18


def _triangle(u: Array, v: Array) -> Array:
    return np.maximum(v - 0.55, np.abs(u) * 0.866 - v * 0.5 - 0.5)


def _cross(u: Array, v: Array) -> Array:
    along, across = np.maximum(np.abs(u), np.abs(v)), np.minimum(np.abs(u), np.abs(v))
    return np.maximum(along - 1.0, across - 0.28)


def _star(u: Array, v: Array) -> Array:
    return np.hypot(u, v) - 0.65 - 0.35 * np.cos(5 * np.arctan2(u, -v))


def _crescent(u: Array, v: Array) -> Array:
    return np.maximum(np.hypot(u, v) - 0.95, 0.75 - np.hypot(u - 0.5, v))


def _bars(u: Array, v: Array) -> Array:
    return np.maximum(np.abs(u) - 0.9, np.abs(np.abs(v) - 0.5) - 0.22)


def _hourglass(u: Array, v: Array) -> Array:
    return np.maximum(np.abs(v) - 0.85, np.abs(u) - np.abs(v))


DISTANCES: list[Distance] = [
    _disc, _ring, _square, _frame, _triangle, _cross, _star, _crescent, _bars, _hourglass
]  # fmt: skip

# How hard the pictures are; `benchmarks/difficulty.py` shows what common networks reach on them.
NOISE = 0.10
RADIUS = (7.0, 12.0)
TURN = 0.6
SHIFT = 3.0
CONTRAST = (0.12, 0.45)
DARK = 0.15
CLUTTER = 0.5
