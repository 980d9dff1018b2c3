"""clocks: grey pictures of a clock face turned at any angle, drawn by the project; the label is the time it tells.

Drawn from a fixed seed. Sines are taken once an image and in float64; a pixel meets only operations that IEEE 754
rounds the same everywhere, so that every machine draws the same bytes. Shapes: n images of s x s pixels.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgrade.clockfaces import (
    HOUR_HAND,
    MINUTE_HAND,
    PERSPECTIVE,
    RADIUS,
    SEED,
    TAIL,
    TEST,
    TILT,
    TRAIN,
    Poses,
    begin,
    direction,
)
from netgrade.dial import hours_and_minutes
from netgrade.encodings import TIMES, clock_text

CLASSES = [clock_text(time) for time in range(TIMES)]
BATCH = 16
"""Images drawn at once: so many fit into a core's cache."""

NOISE = 0.035
TEXTURE, REACH = 512, 1.6
"""The face is drawn once, on so many pixels a side, out to so many radii."""

Split = tuple[NDArray[np.uint8], NDArray[np.uint8]]
"""Images and labels."""

Array = Any  # of float32: numpy's own annotations lose the type in arithmetic


@dataclass(frozen=True)
class Clocks:
    """How each of n clocks looks; every field has the shape `(n, 1, 1)`."""

    radius: Array
    centre: tuple[Array, Array]
    turn: tuple[Array, Array]  # cosine and sine
    hour: tuple[Array, Array]  # direction of the hand in the picture
    minute: tuple[Array, Array]
    ground: Array
    light: Array
    slope: tuple[Array, Array]


def draw(
    size: int, train: int = TRAIN, test: int = TEST
) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64]]:
    """Training images `(train, size, size, 1)` and labels `(train,)` in 0..719, test images and labels."""
    count = train + test
    labels, poses, generator = begin(count)
    clocks, face = _clocks(labels, poses, generator), _face(size)
    images = np.empty((count, size, size, 1), np.uint8)
    paint = partial(_paint, images, clocks, face)
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as threads:
        for _ in threads.map(paint, range(0, count, BATCH)):
            pass
    return images[:train], labels[:train], images[train:], labels[train:]


def load_data_of(size: int) -> tuple[Split, Split]:
    """Training and test images `(n, size, size)` with labels `(n, 2)`: hour 0 to 11, minute 0 to 59."""
    x_train, y_train, x_test, y_test = draw(size)
    return (x_train[..., 0], hours_and_minutes(y_train)), (x_test[..., 0], hours_and_minutes(y_test))


def _clocks(labels: NDArray[np.int64], poses: Poses, generator: np.random.Generator) -> Clocks:
    def uniform(low: float, high: float) -> Array:
        return _column(generator.uniform(low, high, len(labels)))

    def hand(shares: Array) -> tuple[Array, Array]:
        across, down = direction(poses.turn, shares)
        return _column(across), _column(down)

    return Clocks(
        radius=_column(poses.radius),
        centre=(_column(poses.across), _column(poses.down)),
        turn=(_column(np.cos(poses.turn)), _column(np.sin(poses.turn))),
        hour=hand(labels / TIMES),
        minute=hand(labels % 60 / 60),
        ground=uniform(0.15, 0.55),
        light=uniform(0.75, 1.05),
        slope=(uniform(-0.15, 0.15), uniform(-0.15, 0.15)),
    )


def _column(values: Array) -> Array:
    return values.astype(np.float32)[:, None, None]


def _paint(images: NDArray[np.uint8], clocks: Clocks, face: tuple[Array, Array], start: int) -> None:
    """Draw the images `start` to `start + BATCH`, with noise of their own."""
    part = slice(start, start + BATCH)
    size = images.shape[1]
    grid = (np.arange(size, dtype=np.float32) + np.float32(0.5)) * np.float32(2 / size) - np.float32(1)
    across, down = grid[None, None, :], grid[None, :, None]
    radius = clocks.radius[part]
    x, y = (across - clocks.centre[0][part]) / radius, (down - clocks.centre[1][part]) / radius
    depth = np.float32(1) + np.float32(PERSPECTIVE) * y  # (b, s, 1)
    x, y = x / depth, y / (depth * np.float32(TILT))
    picture = _ground(x, y, clocks, part, face)
    sharp = radius * np.float32(size / 2)  # pixels in one radius
    for hand, (length, half) in ((clocks.hour, HOUR_HAND), (clocks.minute, MINUTE_HAND)):
        a, b = hand[0][part], hand[1][part]
        along, aside = x * a + y * b, np.abs(x * b - y * a)
        beyond = np.maximum(along - np.float32(length), np.float32(-TAIL) - along)
        outside = np.maximum(aside - np.float32(half), beyond)
        cover = np.clip(np.float32(0.5) - outside * sharp, np.float32(0), np.float32(1))
        picture += cover * (np.float32(0.06) - picture)
    picture *= clocks.light[part] + clocks.slope[0][part] * across + clocks.slope[1][part] * down
    images[part, :, :, 0] = _noisy(picture, np.random.Generator(np.random.PCG64([SEED, size, start])))


def _ground(x: Array, y: Array, clocks: Clocks, part: slice, face: tuple[Array, Array]) -> Array:
    """What lies behind the hands `(b, s, s)`: the face, turned, on a plain ground."""
    cos, sin = clocks.turn[0][part], clocks.turn[1][part]
    scale, middle = np.float32(TEXTURE / (2 * REACH)), np.float32(TEXTURE / 2)
    column = ((x * cos + y * sin) * scale + middle).astype(np.int32)
    row = ((y * cos - x * sin) * scale + middle).astype(np.int32)
    place = np.clip(row, 0, TEXTURE - 1) * TEXTURE + np.clip(column, 0, TEXTURE - 1)
    grey, cover = (table.take(place) for table in face)
    ground = clocks.ground[part]
    return ground + cover * (grey - ground)


def _noisy(picture: Array, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Add noise of a triangular density, drawn as whole numbers, and round."""
    noise = generator.integers(0, 256, (2, *picture.shape), dtype=np.uint8).astype(np.float32)
    # The sum of two even bytes has mean 255 and standard deviation 104.5.
    picture = picture + (noise[0] + noise[1] - np.float32(255)) * np.float32(NOISE / 104.5)
    drawn: NDArray[np.uint8] = np.rint(np.clip(picture, 0, 1) * np.float32(255)).astype(np.uint8)
    return drawn


def _face(size: int) -> tuple[Array, Array]:
    """Grey values of the upright face, and where it covers the ground, both flat `(TEXTURE * TEXTURE,)`.

    A long bar and a disc stand at 12 and nowhere else: they tell the time of a face that is turned. Both are blurred
    by about one pixel of the picture, so that one look-up a pixel is smooth.
    """
    grid = (np.arange(TEXTURE) + 0.5) * (2 * REACH / TEXTURE) - REACH
    u, v = grid[None, :], grid[:, None]
    distance = np.sqrt(u * u + v * v)
    grey = np.where(distance > 0.94, 0.12, 0.88)
    for hour in range(12):
        a, b = np.sin(np.pi * hour / 6), -np.cos(np.pi * hour / 6)
        along, aside = u * a + v * b, np.abs(u * b - v * a)
        inner, half = (0.70, 0.05) if hour == 0 else (0.80, 0.022)
        grey[(aside < half) & (along > inner) & (along < 0.92)] = 0.15
    grey[u * u + (v + 0.62) ** 2 < 0.10**2] = 0.15
    # It takes longer to import than all that a student's check needs of this module.
    from scipy.ndimage import uniform_filter

    blur = round(TEXTURE / REACH / (size * sum(RADIUS) / 2))
    tables = (uniform_filter(table, max(1, blur), mode="nearest") for table in (grey, (distance < 1.0) * 1.0))
    smooth, cover = ((np.rint(table * 255) / 255).astype(np.float32).ravel() for table in tables)
    return smooth, cover
