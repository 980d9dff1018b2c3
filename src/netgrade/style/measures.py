"""Measures: how far an image is from another in content and in style, how sharp it is, and what differs.

Content and style are those of Gatys, Ecker and Bethge (2016), “Image Style Transfer Using Convolutional Neural
Networks”, equations 1 and 3 to 5. Both are divided by the size of what they are compared with, so that they have no
unit and do not depend on how large features are: 0 is equal, 1 is as far as an image without any features.
"""

from collections.abc import Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

from netgrade.errors import DataError
from netgrade.language import later
from netgrade.objects.picture import Picture
from netgrade.objects.tasks.style import StyleCheck
from netgrade.phrases import told
from netgrade.pictures import Pixels, resized, shrunk
from netgrade.style.features import Features, Network

MOST_SIDE = 256
"""Of an image whose features are computed."""

_GREY = np.array([0.299, 0.587, 0.114])
"""ITU-R BT.601."""


class Measures:
    """Measures a task's images; each image's features are computed once."""

    def __init__(self, network: Network, pictures: Mapping[str, Picture], pixels: Mapping[str, Pixels]) -> None:
        self._network, self._pictures, self._pixels = network, pictures, pixels
        self._features = cache(self._features_of)

    def value(self, check: StyleCheck) -> float:
        """What a check comes to. Raises DataError where a quotient has nothing to be divided by."""
        value = self._absolute(check, check.of)
        if check.relative_to is None:
            return value
        whole = self._absolute(check, [check.relative_to, *check.of[1:]])
        if whole <= 0:
            # The names of the measures are in the catalogs for the report.
            measure = told(check.measure.replace("_", " "))
            raise DataError(
                told(
                    "The {measure} of `{image}` is 0, by which nothing is divided.",
                    measure=measure,
                    image=check.relative_to,
                )
            )
        return value / whole

    def _absolute(self, check: StyleCheck, of: list[str]) -> float:
        match check.measure:
            case "content_distance":
                return self._content(*of)
            case "style_distance":
                return self._style(*of)
            case "sharpness":
                return sharpness(self._pixels[of[0]])
            case "identical":
                return self._differing(*of)
            case "difference":
                return difference(self._pixels[of[0]], self._pixels[of[1]])
            case "size":
                return float(min(self._pictures[of[0]].width, self._pictures[of[0]].height))

    def _content(self, one: str, other: str) -> float:
        """Squared distance of the features, by the squared size of the other's; the one is brought to its size."""
        size = self._small(other).shape
        return _relative(
            self._features(one, size)[self._network.content], self._features(other, size)[self._network.content]
        )

    def _style(self, one: str, other: str) -> float:
        """The same for Gram matrices, as the mean over the layers of style."""
        first, second = (self._features(name, self._small(name).shape) for name in (one, other))
        return float(np.mean([_relative(gram(first[i]), gram(second[i])) for i in self._network.style]))

    def _differing(self, one: str, other: str) -> float:
        """The share of pixels that differ: 0 for images that are equal in full size, and for no others."""
        if self._pictures[one].pixels == self._pictures[other].pixels:
            return 0.0
        first, second = self._pixels[one], self._pixels[other]
        if first.shape != second.shape:
            return 1.0
        share = float((first != second).any(axis=-1).mean())
        return max(share, 1 / (self._pictures[one].width * self._pictures[one].height))

    def _small(self, name: str) -> Pixels:
        return shrunk(self._pixels[name], MOST_SIDE)

    def _features_of(self, name: str, shape: tuple[int, ...]) -> list[Features]:
        pixels = self._small(name)
        return self._network.features(pixels if pixels.shape == shape else resized(pixels, *shape[:2]))


def gram(features: Features) -> Features:
    """Correlations of the features `(h, w, k)` with each other, `(k, k)`, as means over all places."""
    flat = features.reshape(-1, features.shape[-1])
    found: Features = flat.T @ flat / np.float32(len(flat))
    return found


def sharpness(pixels: Pixels) -> float:
    """Variance of the Laplacian of the grey values 0 to 255 (Pech-Pacheco et al., 2000); the margin is left out."""
    grey: NDArray[np.float64] = pixels @ _GREY
    middle = -4 * grey[1:-1, 1:-1]
    return float((middle + grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]).var())


def difference(one: Pixels, other: Pixels) -> float:
    """Mean absolute difference of the values, 0 to 1; the one is brought to the other's size."""
    same = one if one.shape == other.shape else resized(one, *other.shape[:2])
    return float(np.abs(same.astype(np.float64) - other).mean() / 255)


def _relative(one: Features, other: Features) -> float:
    """Squared distance by the squared size of the other."""
    size = float((other.astype(np.float64) ** 2).sum())
    if size <= 0:
        raise DataError(later("An image leaves the feature network without any answer."))
    return float(((one.astype(np.float64) - other) ** 2).sum()) / size
