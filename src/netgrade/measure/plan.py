"""Measure one plan: every seed's record against the labels, then the figures over all seeds."""

import csv
import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from netgrade.errors import DataError, NetgradeError
from netgrade.measure import metrics
from netgrade.measure.clocks import clock_figures
from netgrade.measure.plane import plane_of
from netgrade.objects.base import Cause, Status
from netgrade.objects.dataset import Dataset
from netgrade.objects.measurement import Curve, Measurement, Probe, SeedMeasure, Speed
from netgrade.objects.record import Record
from netgrade.store import load, load_record, record_folder, sha256_file

MOST_EPOCHS = 1000
"""Longer curves are kept in part."""

MOMENTS = np.unique(np.geomspace(1, 10**6, 1500).round().astype(int))
"""The epochs that are kept then: all up to about 100, and ever fewer after them."""

_REMEDY = "Run `snakemake --cores all --forceall`: it trains only what is missing or damaged."

_SPEED = ("seed", "train_seconds", "examples_per_second", "timed_epochs", "batch_size", "inferences_per_second",
          "inference_batch", "others_busy")  # fmt: skip


def measure_plan(plan: str, seeds: list[int], dataset: Dataset, store: Path) -> Measurement:
    """Measure all trainings of `plan`. Whatever cannot be measured comes back with a status and its cause."""
    folders = [record_folder(store, plan, dataset.digest or "", seed) for seed in seeds]
    base = Measurement(plan=plan, dataset=dataset.name, stand_in=dataset.stand_in, data_note=dataset.note,
                       images=dataset.test_images)  # fmt: skip
    try:
        records = [load_record(folder) for folder in folders]
        if failed := next((r for r in records if not r.ok and r.diverged_at is None), None):
            return base.model_copy(update={"status": Status.FAULT, "cause": failed.cause})
        if not records:
            raise NetgradeError("No training of this plan exists.")
        return _measured(base, records, folders, dataset)
    except (NetgradeError, OSError, ValueError, KeyError) as error:
        cause = Cause(what=f"The training could not be measured: {error}", remedy=_REMEDY)
        return base.model_copy(update={"status": Status.FAULT, "cause": cause})


def speeds_of(plan: str, seeds: list[int], dataset: Dataset, store: Path) -> list[Speed]:
    """How fast the trainings of `plan` were; those that cannot be read or did not end are left out."""
    speeds = []
    for seed in seeds:
        try:
            record = load(record_folder(store, plan, dataset.digest or "", seed) / "record.json", Record)
        except NetgradeError:
            continue
        if record.ok:
            speeds.append(_speed(record))
    return speeds


def _speed(record: Record) -> Speed:
    return Speed(device=record.environment.device, **{name: getattr(record, name) for name in _SPEED})


def _measured(base: Measurement, records: list[Record], folders: list[Path], dataset: Dataset) -> Measurement:
    thinned = max(record.epochs_run for record in records) > MOST_EPOCHS
    curves = [_curve(record, folder, thinned) for record, folder in zip(records, folders, strict=True)]
    whole = [(r, f) for r, f in zip(records, folders, strict=True) if r.ok]
    diverged = next((r for r in records if r.diverged_at is not None), None)
    base = base.model_copy(
        update={"curves": curves, "diverged_at": diverged.diverged_at if diverged else None,
                "diagnoses": [r.diagnosis for r in records if r.diagnosis]}
    )  # fmt: skip
    if not whole:
        return base.model_copy(update={"status": Status.FAILED, "cause": records[0].cause})
    labels = _labels(dataset)
    if whole[0][0].encoding:
        return base.model_copy(update=clock_figures([r for r, _ in whole], [f for _, f in whole], labels))
    probed = _probes([folder for _, folder in whole], labels, dataset)
    outputs = [_probabilities(folder, labels, len(dataset.classes)) for _, folder in whole]
    seen = {"plane": plane_of(whole[0][0].seed, whole[0][1], labels, dataset)} if not dataset.pictures else {}
    figures = _figures([r for r, _ in whole], outputs, labels, dataset.classes)
    return base.model_copy(update=figures | ({} if dataset.pictures else {"worst": []}) | probed | seen)


def _figures(
    records: list[Record], outputs: list[NDArray[np.float64]], labels: NDArray[np.int64], names: list[str]
) -> dict[str, object]:
    accuracies = [float((p.argmax(axis=1) == labels).mean()) for p in outputs]
    accuracy = sum(accuracies) / len(accuracies)
    train = [r.train_accuracy for r in records if r.train_accuracy is not None]
    confusion = sum(metrics.confusion_matrix(labels, p.argmax(axis=1), len(names)) for p in outputs)
    bins, error = metrics.calibration(np.concatenate(outputs), np.tile(labels, len(outputs)))
    assert isinstance(confusion, np.ndarray)
    return {
        "accuracy": accuracy,
        "interval": metrics.accuracy_interval(accuracies, len(labels)),
        "seeds": [_seed(r, a) for r, a in zip(records, accuracies, strict=True)],
        "classes": metrics.class_measures(confusion, names),
        "confusion": confusion.tolist(),
        "top_confusions": metrics.top_confusions(confusion, names),
        "worst": metrics.worst_images(outputs[0], labels, names),
        "calibration": bins,
        "calibration_error": error,
        "gap": sum(train) / len(train) - accuracy if train else None,
    }


def _seed(record: Record, accuracy: float) -> SeedMeasure:
    return SeedMeasure(
        seed=record.seed,
        test_accuracy=accuracy,
        train_accuracy=record.train_accuracy,
        validation_accuracy=record.validation_accuracy,
        epochs_run=record.epochs_run,
        best_epoch=record.best_epoch,
    )


def _curve(record: Record, folder: Path, thinned: bool) -> Curve:
    with (folder / "curves.csv").open(newline="", encoding="utf-8") as file:
        epochs = list(csv.DictReader(file))
    kept = MOMENTS[len(epochs) >= MOMENTS] if thinned else np.arange(1, len(epochs) + 1)
    columns = {
        name: [_finite(epochs[moment - 1][name]) for moment in kept]
        for name in ("loss", "accuracy", "error", "val_loss", "val_accuracy", "val_error")
        if epochs and name in epochs[0]
    }
    return Curve(seed=record.seed, epochs=kept.tolist() if thinned else [], span=record.span, **columns)


def _finite(text: str) -> float | None:
    """A value of a curve; None where it is empty or no finite number."""
    value = float(text or "nan")
    return value if math.isfinite(value) else None


def _labels(dataset: Dataset) -> NDArray[np.int64]:
    path = Path(dataset.hidden_labels)
    if dataset.labels_digest and sha256_file(path) != dataset.labels_digest:
        raise DataError(f"{path} is not the file that was laid out")
    with np.load(path, allow_pickle=False) as archive:
        labels: NDArray[np.int64] = archive["labels"].astype(np.int64)
    return labels[: dataset.test_images]


def _probes(folders: list[Path], labels: NDArray[np.int64], dataset: Dataset) -> dict[str, Probe]:
    """Accuracies on the perturbed and on the second test images, where every training has them."""
    truth = {"perturbed": labels}
    if dataset.second_labels:
        with np.load(dataset.second_labels, allow_pickle=False) as archive:
            truth["second"] = archive["labels"]
    found = {}
    for name, true in truth.items():
        predicted = [_predicted(folder, name) for folder in folders]
        hits = [float((p == true).mean()) for p in predicted if p is not None and p.shape == true.shape]
        if len(hits) == len(folders):
            found[name] = Probe(accuracy=sum(hits) / len(hits), images=len(true))
    return found


def _predicted(folder: Path, name: str) -> NDArray[np.int16] | None:
    with np.load(folder / "outputs.npz", allow_pickle=False) as archive:
        found: NDArray[np.int16] | None = archive.get(name)
    return found


def _probabilities(folder: Path, labels: NDArray[np.int64], classes: int) -> NDArray[np.float64]:
    """The outputs `(n, k)` of one training; anything else than finite numbers of that shape is refused."""
    with np.load(folder / "outputs.npz", allow_pickle=False) as archive:
        outputs: NDArray[np.float64] = archive["probabilities"].astype(np.float64)
    if outputs.shape != (len(labels), classes) or not np.isfinite(outputs).all():
        raise DataError(f"expected finite outputs of shape ({len(labels)}, {classes}), found {outputs.shape}")
    return outputs
