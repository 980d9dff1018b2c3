"""Points: the same for a data set of points rather than pictures, whose values are used as they are."""

from typing import Any

import numpy as np

from netgrade.extract.child.images import Images

NEAR = 1e-4
"""A row nearer than this to a point is that point; float32 is ten times finer."""


class Points(Images):
    """The training points `(n, d)` float32 and labels `(n,)` of one data set."""

    usual: tuple[list[float], list[float]] = ([1.0], [0.0])

    def load_data(self, *_: Any, **__: Any) -> Any:
        """As `Images.load_data`, with labels `(n,)`."""
        points, labels, count = np.array(self.images), np.array(self.labels), self.test_images
        return (points, labels), (points[:count].copy(), labels[:count].copy())

    def is_test_copy(self, x: Any) -> bool:
        """Whether these rows, in this order, are what was handed out as the test split."""
        found = self._found(x) if len(x) == self.test_images else None
        return found is not None and bool((found[0] == self._picks(len(x))).all())

    def transform_of(self, x: Any) -> tuple[list[float], list[float]] | None:
        """Scale and offset for each coordinate such that `x = raw * scale + offset`; None where there are none."""
        found = self._found(x)
        return found and found[1]

    def labels_agree(self, x: Any, y: Any) -> bool:
        """Whether the sampled rows have the labels that the data set gives them."""
        found, y = self._found(x), np.asarray(y)
        if found is None:
            return True
        given = y.argmax(axis=-1) if y.ndim > 1 and y.shape[-1] > 1 else y.reshape(len(y))
        return bool((self.labels[found[0]] == given[self._picks(len(x))]).all())

    def _found(self, x: Any) -> tuple[Any, tuple[list[float], list[float]]] | None:
        """The indices of a sample of rows among the points, and how they were scaled."""
        x = np.asarray(x, dtype="float64")
        if x.ndim != 2 or x.shape[1:] != self.images.shape[1:] or not len(x):
            return None
        points = np.asarray(self.images, dtype="float64")
        rows = x[self._picks(len(x))]
        for scale, offset in self._scalings(x, points):
            distance = np.abs((rows - offset) / scale - points[:, None]).max(axis=-1)  # (n, rows)
            if distance.min(axis=0).max() < NEAR:
                return distance.argmin(axis=0), ([float(s) for s in scale], [float(o) for o in offset])
        return None

    @staticmethod
    def _scalings(x: Any, points: Any) -> Any:
        """As they are, or stretched so that the whole range fits."""
        yield np.ones(points.shape[1]), np.zeros(points.shape[1])
        scale = np.ptp(x, axis=0) / np.ptp(points, axis=0)
        if (scale > 0).all() and np.isfinite(scale).all():
            yield scale, x.min(axis=0) - scale * points.min(axis=0)
