"""The figures of a model that tells the time. Shapes: n clocks, s seeds; times and errors in minutes."""

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

from netgrade.dial import decode, dial_distance
from netgrade.encodings import TIMES, heads_of
from netgrade.errors import DataError
from netgrade.objects.measurement import ClockMeasure, Interval, SeedMeasure, WorstClock
from netgrade.objects.record import Record

SEED_SHARE = 0.15
"""Standard deviation of the error from seed to seed that is assumed before any is seen, as a share of the error."""

SEED_PRIOR = 4
"""How many observations that assumption weighs."""

NEAR = 5
BIN = 10


def clock_figures(records: list[Record], folders: list[Path], labels: NDArray[np.int64]) -> dict[str, object]:
    """All figures of the trainings of one plan, as fields of a Measurement. Raises DataError."""
    encoding = records[0].encoding or ""
    predicted = np.stack([_predicted(folder, encoding, len(labels)) for folder in folders])  # (s, n)
    errors = dial_distance(predicted, labels)  # (s, n)
    measure = ClockMeasure(
        encoding=encoding,
        error=float(errors.mean()),
        interval=error_interval(errors),
        median=float(np.median(errors)),
        near=float((errors < NEAR).mean()),
        histogram=np.bincount(np.minimum(errors.ravel(), 359) // BIN, minlength=360 // BIN).tolist(),
        worst=worst_clocks(predicted[0], labels),
        perturbed=_perturbed(folders, labels),
    )
    seeds = [_seed(record, float(of_seed.mean())) for record, of_seed in zip(records, errors, strict=True)]
    return {"clock": measure, "seeds": seeds}


def error_interval(errors: NDArray[np.int64]) -> Interval:
    """95 % interval of a design's mean error from errors `(s, n)` of seeds on the same clocks.

    As for accuracies, two sources are added in quadrature: which clocks were drawn (central limit theorem over the
    clocks' errors, each the mean over seeds), and which seeds (Student's t for their mean, the variance pooled with a
    prior as a scaled inverse chi-squared, Gelman et al., BDA3, 2.6; the prior grows with the error).
    """
    seeds, clocks = errors.shape
    mean, of_seed = float(errors.mean()), errors.mean(axis=1)
    of_clocks = float(ndtri(0.975)) * float(errors.mean(axis=0).std(ddof=1)) / math.sqrt(clocks)
    freedom = SEED_PRIOR + seeds - 1
    squares = float(((of_seed - mean) ** 2).sum())
    deviation = math.sqrt((SEED_PRIOR * (SEED_SHARE * mean) ** 2 + squares) / freedom)
    half = math.hypot(of_clocks, float(stdtrit(freedom, 0.975)) * deviation / math.sqrt(seeds))
    return Interval(low=max(0.0, mean - half), high=min(TIMES / 2, mean + half))


def worst_clocks(predicted: NDArray[np.int64], labels: NDArray[np.int64], most: int = 6) -> list[WorstClock]:
    """The clocks that were read with the largest errors, which are no errors of nothing."""
    errors = dial_distance(predicted, labels)
    order = np.argsort(-errors, kind="stable")[:most]
    return [WorstClock(index=int(i), true=int(labels[i]), predicted=int(predicted[i])) for i in order if errors[i]]


def _predicted(folder: Path, encoding: str, clocks: int) -> NDArray[np.int64]:
    """The times `(n,)` that one training states; anything else than finite outputs that fit is refused."""
    with np.load(folder / "outputs.npz", allow_pickle=False) as archive:
        names = sorted((name for name in archive.files if name.startswith("head_")), key=lambda name: int(name[5:]))
        outputs = [archive[name].astype(np.float64) for name in names]
    fits = all(output.ndim == 2 and len(output) == clocks and np.isfinite(output).all() for output in outputs)
    states = heads_of(encoding, [output.shape[1] for output in outputs]) if fits else None
    if states is None:
        raise DataError(f"expected finite outputs for {clocks} clocks that fit the encoding `{encoding}`")
    return decode(states, outputs)


def _perturbed(folders: list[Path], labels: NDArray[np.int64]) -> float | None:
    """The mean error on the perturbed test images, where every training has it."""
    errors = []
    for folder in folders:
        with np.load(folder / "outputs.npz", allow_pickle=False) as archive:
            times = archive.get("perturbed")
        if times is None or times.shape != labels.shape:
            return None
        errors.append(float(dial_distance(times, labels).mean()))
    return sum(errors) / len(errors)


def _seed(record: Record, error: float) -> SeedMeasure:
    return SeedMeasure(
        seed=record.seed, test_accuracy=None, train_accuracy=None, validation_accuracy=None,
        epochs_run=record.epochs_run, best_epoch=record.best_epoch,
        test_error=error, train_error=record.train_error, validation_error=record.validation_error,
    )  # fmt: skip
