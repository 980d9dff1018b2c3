"""The final weights of a training, kept beside its record: what a network sees is computed from them later.

Every training keeps them, whoever asked for it: records are shared, and must not depend on an assignment's wish.
"""

from pathlib import Path

import keras
import numpy as np

from netgrade.errors import DataError
from netgrade.store import replacing

WEIGHTS = "weights.npz"

MOST_VALUES = 2_000_000
"""Weights of larger networks are not kept: 8 MB a training, as float32. Half precision would overflow the variances
that batch normalisation keeps for images in 0..255."""


def keep_weights(folder: Path, model: keras.Model) -> list[str]:
    """Write the weights as float32, in Keras's order; return the names of the files, none for a large network."""
    if model.count_params() > MOST_VALUES:
        return []
    with replacing(folder / WEIGHTS) as part:
        np.savez(part, **{f"weight_{place:03d}": array for place, array in enumerate(model.get_weights())})
    return [WEIGHTS]


def restore_weights(folder: Path, model: keras.Model) -> None:
    """Give a model that was built from the same plan the weights of a training. Raises DataError, OSError."""
    with np.load(folder / WEIGHTS, allow_pickle=False) as archive:
        arrays = [archive[name] for name in sorted(archive.files)]
    if [array.shape for array in arrays] != [tuple(weight.shape) for weight in model.weights]:
        raise DataError(f"{folder / WEIGHTS} does not hold the weights of this plan")
    model.set_weights(arrays)
