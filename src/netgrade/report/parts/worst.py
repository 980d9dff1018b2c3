"""The worst classified test images: a grid of pictures with what they were taken for, and all probabilities."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from netgrade.objects.measurement import Measurement, WorstImage
from netgrade.report.backdrop import Images
from netgrade.report.pictures import array_uri
from netgrade.report.text import line, percent

MOST_WORST, MOST_CLASSES, MOST_SHARES = 6, 12, 3
BAR = 20
"""Steps of a bar."""


@dataclass(frozen=True)
class Share:
    """The probability of one class; `bar` is 0 to 20."""

    name: str
    share: str
    bar: int
    right: bool


@dataclass(frozen=True)
class WorstTile:
    """One image; `picture` is a `data:` URI, or empty. `shares` are the likeliest classes and the true one."""

    index: str
    picture: str
    true: str
    predicted: str
    shares: tuple[Share, ...]
    probabilities: tuple[str, ...]


@dataclass(frozen=True)
class Worst:
    """The grid, and the classes that its table of all probabilities has."""

    classes: tuple[str, ...]
    tiles: tuple[WorstTile, ...]


def worst_images(measured: Measurement, images: Images | None) -> Worst | None:
    """The worst of a measurement, with their pictures where these are at hand; None where there are none."""
    shown = measured.worst[:MOST_WORST]
    if not shown:
        return None
    names = list(dict.fromkeys(name for w in shown for name in w.probabilities))
    names.sort(key=lambda name: -max(w.probabilities.get(name, 0.0) for w in shown))
    kept = set(names[:MOST_CLASSES])
    order = [n for n in dict.fromkeys([c.name for c in measured.classes] + names) if n in kept]
    return Worst(tuple(line(n, 14) for n in order), tuple(_tile(w, order, images) for w in shown))


def _tile(worst: WorstImage, order: Sequence[str], images: Images | None) -> WorstTile:
    likeliest = sorted(worst.probabilities, key=lambda name: -worst.probabilities[name])[:MOST_SHARES]
    shown = likeliest if worst.true in likeliest else [*likeliest, worst.true]
    return WorstTile(
        index=str(worst.index), picture=_picture(images, worst.index), true=line(worst.true, 14),
        predicted=line(worst.predicted, 14), shares=tuple(_share(name, worst) for name in shown),
        probabilities=tuple(percent(worst.probabilities.get(name)) for name in order),
    )  # fmt: skip


def _share(name: str, worst: WorstImage) -> Share:
    value = worst.probabilities.get(name)
    return Share(line(name, 14), percent(value), round(BAR * (value or 0.0)), name == worst.true)


def _picture(images: Images | None, index: int) -> str:
    """One test image as a PNG `data:` URI, or nothing where it is not at hand."""
    if images is None or not 0 <= index < len(images):
        return ""
    return array_uri(np.asarray(images[index]))
