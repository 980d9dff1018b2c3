"""The final weights of a training, kept beside its record where a task asks to look at the network.

A record is shared and does not know who asked: it neither names nor needs them. Where they are asked for and missing,
the training is repeated for them (`adopt_weights`) and the record stays as it is. Those of larger networks are only
kept until test images were shown to all trainings of a plan: what it made of them is kept instead (`sights.py`).
"""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from netgrade.errors import DataError, NetgradeError
from netgrade.objects.record import KeptWeights, Record
from netgrade.store import load, replacing, save, sha256_file

if TYPE_CHECKING:
    import keras

WEIGHTS = "weights.npz"
NOTE = "weights.json"
"""Written last: where it exists, the weights are complete."""

AGAIN = "again"
"""Folder beside a record in which its training is repeated."""

MOST_VALUES = 2_000_000
"""Weights of larger networks are not kept: 8 MB a training, as float32. Half precision would overflow the variances
that batch normalisation keeps for images in 0..255."""

MOST_KEPT = 250_000
"""Weights of larger networks go once they were looked at: 1 MB a training, so that those of 1,000 students with a
network to look at, trained 2.5 times, and all else that five networks each leave, stay below 5 GB."""


def keep_weights(folder: Path, model: "keras.Model") -> None:
    """Write the weights as float32, in Keras's order; of a large network, nothing."""
    if model.count_params() > MOST_VALUES:
        return
    with replacing(folder / WEIGHTS) as part:
        np.savez(part, **{f"weight_{place:03d}": array for place, array in enumerate(model.get_weights())})
    save(folder / NOTE, KeptWeights(file=sha256_file(folder / WEIGHTS)))


def kept_weights(folder: Path) -> KeptWeights | None:
    """What is known of the weights in a record's folder; None where there are none, or not those that were written."""
    try:
        known = load(folder / NOTE, KeptWeights)
        return known if sha256_file(folder / WEIGHTS) == known.file else None
    except (NetgradeError, OSError):
        return None


def lacks_weights(folder: Path, record: Record) -> bool:
    """Whether weights could lie beside this record, and do not."""
    return record.ok and record.parameters <= MOST_VALUES and kept_weights(folder) is None


def adopt_weights(folder: Path) -> None:
    """Move the weights of the repeated training beside the record, and note how far apart the two came out.

    A repetition that did not come to its end, on another machine perhaps, leaves none.
    """
    again = folder / AGAIN
    if (known := kept_weights(again)) is not None:
        (folder / NOTE).unlink(missing_ok=True)
        (again / WEIGHTS).replace(folder / WEIGHTS)
        save(folder / NOTE, known.model_copy(update={"apart": _apart(folder, again)}))
    shutil.rmtree(again)


def remove_weights(folder: Path) -> None:
    """Remove the weights beside a record that is made anew, or that were looked at."""
    for name in (NOTE, WEIGHTS):
        (folder / name).unlink(missing_ok=True)


def restore_weights(folder: Path, model: "keras.Model") -> None:
    """Give a model that was built from the same plan the weights of a training. Raises DataError, OSError."""
    with np.load(folder / WEIGHTS, allow_pickle=False) as archive:
        arrays = [archive[name] for name in sorted(archive.files)]
    if [array.shape for array in arrays] != [tuple(weight.shape) for weight in model.weights]:
        raise DataError(f"{folder / WEIGHTS} does not hold the weights of this plan")
    model.set_weights(arrays)


def _apart(folder: Path, again: Path) -> float:
    """The largest difference between the probabilities (n, k) that two trainings give to the test images."""
    found = []
    for place in (folder, again):
        with np.load(place / "outputs.npz", allow_pickle=False) as archive:
            found.append(archive["probabilities"].astype(np.float64))
    return float(np.abs(found[0] - found[1]).max())
