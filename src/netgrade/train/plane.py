"""Plane: what a model answers all over the plane of its points, looked at a few times while it learns.

One look is an array `(g * g + t,)`: the probability of the second class on a grid, rows from below, and on t test
points.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgrade.train.data import Images
from netgrade.train.facts import as_probabilities
from netgrade.train.loop import Loop

GRID = 40
MOST_LOOKS = 7
EDGE = 0.08
"""How far the grid reaches beyond the training points, as a share of their spread."""

Look = NDArray[np.float16]


class Plane:
    """Looks at one training on points of two classes; on other data there is nothing to look at."""

    def __init__(self, images: Images, classes: int, epochs: int) -> None:
        self.shown = images.train.ndim == 2 and images.train.shape[1] == 2 and classes == 2
        self._moments = moments(epochs) if self.shown else frozenset()
        if not self.shown:
            return
        low, high = images.train.min(axis=0), images.train.max(axis=0)
        spread = EDGE * (high - low)
        self._axes = [np.linspace(a, b, GRID) for a, b in zip(low - spread, high + spread, strict=True)]
        grid = np.stack(np.meshgrid(*self._axes), axis=-1).reshape(-1, 2)
        self._points = np.concatenate([grid, images.test]).astype(np.float32)

    def look(self, loop: Loop, epoch: int, looks: dict[int, Look], last: bool = False) -> None:
        """Add to `looks` what the model answers after `epoch` epochs, where that is one of the moments or the last."""
        if self.shown and (last or (epoch in self._moments and epoch not in looks)):
            looks[epoch] = as_probabilities(loop.plan, loop.outputs(self._points))[:, 1].astype(np.float16)

    def arrays(self, looks: dict[int, Look]) -> dict[str, NDArray[Any]]:
        """For the record: epochs `(s,)`, box (left, right, bottom, top), grids `(s, g, g)`, test points `(s, t)`."""
        if not self.shown:
            return {}
        epochs, (across, up) = sorted(looks), self._axes
        every = np.stack([looks[epoch] for epoch in epochs])
        return {
            "plane_epochs": np.array(epochs),
            "plane_box": np.array([across[0], across[-1], up[0], up[-1]]),
            "plane": every[:, : GRID**2].reshape(-1, GRID, GRID),
            "plane_test": every[:, GRID**2 :],
        }


def moments(epochs: int) -> frozenset[int]:
    """Epochs at which to look: before the first, and then in powers up to the last."""
    return frozenset({0, *np.geomspace(1, epochs, MOST_LOOKS - 1).round().astype(int).tolist()})
