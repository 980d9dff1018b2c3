"""Plane: how the answers of one training over the plane of its points became right."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from netgrade.errors import DataError
from netgrade.objects.dataset import Dataset
from netgrade.objects.measurement import Plane, PlaneLook

MOST_POINTS = 150


def plane_of(seed: int, folder: Path, labels: NDArray[np.int64], dataset: Dataset) -> Plane | None:
    """The looks that a training has kept, held against the test labels `(t,)`; None where it has kept none.

    Raises DataError where they do not fit together.
    """
    with np.load(folder / "outputs.npz", allow_pickle=False) as archive:
        if "plane" not in archive:
            return None
        epochs, box = archive["plane_epochs"].tolist(), archive["plane_box"].tolist()
        grids = archive["plane"].astype(np.float64)  # (s, g, g)
        answers = archive["plane_test"] > 0.5  # (s, t)
    if answers.shape != (len(epochs), len(labels)) or len(grids) != len(epochs) or not np.isfinite(grids).all():
        raise DataError(f"The looks at the plane in {folder} do not fit together.")
    percent = (grids * 100).round().astype(int)
    looks = [
        PlaneLook(epoch=epoch, accuracy=float((said == labels).mean()), percent=grid.tolist())
        for epoch, said, grid in zip(epochs, answers, percent, strict=True)
    ]
    return Plane(seed=seed, box=tuple(box), looks=looks, points=_sample(dataset))


def _sample(dataset: Dataset) -> list[tuple[float, float, int]]:
    """The first training points with their classes."""
    points, labels = (
        np.load(Path(dataset.folder, f"train_{name}.npy"), allow_pickle=False) for name in ("images", "labels")
    )
    return [
        (round(float(x), 3), round(float(y), 3), int(label))
        for (x, y), label in zip(points[:MOST_POINTS], labels[:MOST_POINTS], strict=True)
    ]
