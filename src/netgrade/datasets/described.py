"""Described: what is known of a data set before any of its images is here."""

from netgrade.clockfaces import TEST, TRAIN
from netgrade.datasets import clocks, moons, shapes10
from netgrade.datasets.published import PUBLISHED
from netgrade.objects.base import Cause, Status
from netgrade.objects.dataset import CLOCKS, Dataset

_DRAWN = {"shapes10": (shapes10, (shapes10.SIZE, shapes10.SIZE, 3)), "moons": (moons, (2,))}


def described(name: str) -> Dataset:
    """Shape, classes and sizes of the data set `name`, in no folder; status `fault` for a name that is not known."""
    if name in _DRAWN:
        module, shape = _DRAWN[name]
        return Dataset(name=name, title=name, classes=module.CLASSES, shape=shape, train_images=module.TRAIN,
                       test_images=module.TEST)  # fmt: skip
    if name in CLOCKS:
        side = int(name.removeprefix("clocks"))
        return Dataset(name=name, title=name, classes=clocks.CLASSES, shape=(side, side, 1),
                       train_images=TRAIN, test_images=TEST)  # fmt: skip
    if name in PUBLISHED:
        known = PUBLISHED[name]
        return Dataset(name=name, title=known.title, classes=known.classes, shape=known.shape,
                       train_images=known.train_images, test_images=known.test_images)  # fmt: skip
    cause = Cause(what=f"No data set is called {name}.", remedy="A newer version of netgrade may know it.")
    return Dataset(name=name, status=Status.FAULT, cause=cause)
