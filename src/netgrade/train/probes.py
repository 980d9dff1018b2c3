"""Probes: what a trained model says of images that no student code ever saw. For audits; no points follow from them.

A model that knows the test images rather than their classes loses what it knew when they move by a pixel, or when
others of the same kind are drawn.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgrade.dial import decode
from netgrade.train.data import Images
from netgrade.train.loop import Loop

SEED = 2026
BRIGHTNESS = 0.04
"""Largest change, as a fraction of full brightness."""


def probe(loop: Loop, images: Images) -> dict[str, NDArray[np.int16]]:
    """Predicted classes: `perturbed` (t,) for the perturbed test images, `second` (s,) for the second test set.

    Points have no pixels by which they could be moved. Of clocks, which have no second test set, the times in minutes.
    """
    if loop.plan.heads:
        return {"perturbed": _times(loop, perturbed(images.test))}
    found = {"perturbed": _predicted(loop, perturbed(images.test))} if images.test.ndim == 4 else {}
    return found if images.second is None else found | {"second": _predicted(loop, images.second)}


def perturbed(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The images `(n, h, w, c)`, each moved by a pixel in one of four directions, and a bit brighter or darker."""
    random = np.random.default_rng(SEED)
    directions = random.integers(4, size=len(images))
    moved = np.empty_like(images)
    for direction, (axis, step) in enumerate(((1, 1), (1, -1), (2, 1), (2, -1))):
        chosen = directions == direction
        moved[chosen] = _moved(images[chosen], axis, step)
    change = (random.uniform(-BRIGHTNESS, BRIGHTNESS, len(images)) * 255).round()[:, None, None, None]
    up, down = change.clip(0).astype(np.uint8), (-change).clip(0).astype(np.uint8)
    return np.minimum(np.maximum(moved, down) - down, 255 - up) + up  # in bytes, and so never beyond 0 and 255


def _moved(images: NDArray[np.uint8], axis: int, step: int) -> NDArray[np.uint8]:
    """Move along an axis by a pixel; the row that comes in repeats the edge."""
    size = images.shape[axis]
    return images.take(np.clip(np.arange(size) - step, 0, size - 1), axis=axis)


def _predicted(loop: Loop, images: NDArray[Any]) -> NDArray[np.int16]:
    classes: NDArray[np.int16] = loop.outputs(images).argmax(axis=1).astype(np.int16)
    return classes


def _times(loop: Loop, images: NDArray[np.uint8]) -> NDArray[np.int16]:
    states = [head.states for head in loop.plan.heads]
    times: NDArray[np.int16] = decode(states, loop.all_outputs(images)).astype(np.int16)
    return times
