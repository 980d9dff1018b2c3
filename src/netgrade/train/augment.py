"""Augmentation: one random affine map for each image and epoch, with the meaning of Keras's ImageDataGenerator."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray


def draw_maps(
    count: int, size: tuple[int, int], augmentation: Mapping[str, float | bool], random: np.random.Generator
) -> NDArray[np.float32]:
    """Draw maps `(count, 8)` from output to input coordinates (x, y), as `keras.ops.image.affine_transform` wants them.

    `size` is (height, width). Ranges: rotation in degrees, zoom as a fraction, shifts as a fraction of the size where
    below 1 and else in pixels. The map is centre + R (t + Z F (p - centre)): rotation, shift, zoom, flip.
    """
    height, width = size
    angle = np.deg2rad(_symmetric(augmentation.get("rotation_range", 0), count, random))
    shift_x = _symmetric(_pixels(augmentation.get("width_shift_range", 0), width), count, random)
    shift_y = _symmetric(_pixels(augmentation.get("height_shift_range", 0), height), count, random)
    zoom_x = 1 + _symmetric(augmentation.get("zoom_range", 0), count, random)
    zoom_y = 1 + _symmetric(augmentation.get("zoom_range", 0), count, random)
    zoom_x *= _flips(augmentation.get("horizontal_flip", False), count, random)
    zoom_y *= _flips(augmentation.get("vertical_flip", False), count, random)

    cos, sin = np.cos(angle), np.sin(angle)
    a0, a1, b0, b1 = cos * zoom_x, -sin * zoom_y, sin * zoom_x, cos * zoom_y
    centre_x, centre_y = (width - 1) / 2, (height - 1) / 2
    a2 = centre_x + cos * shift_x - sin * shift_y - a0 * centre_x - a1 * centre_y
    b2 = centre_y + sin * shift_x + cos * shift_y - b0 * centre_x - b1 * centre_y
    zero = np.zeros(count)
    return np.stack([a0, a1, a2, b0, b1, b2, zero, zero], axis=1).astype(np.float32)


def _symmetric(limit: float, count: int, random: np.random.Generator) -> NDArray[np.float64]:
    return random.uniform(-limit, limit, count) if limit else np.zeros(count)


def _pixels(value: float, size: int) -> float:
    return value * size if value < 1 else value


def _flips(wanted: float | bool, count: int, random: np.random.Generator) -> NDArray[np.float64]:
    """-1 for half of the images where flips are wanted, else 1."""
    return random.choice([-1.0, 1.0], count) if wanted else np.ones(count)
