"""A class that nobody handed in: submissions, what they declare, and the record of every training they ask for.

Written through the stages' own objects and store, so that the workflow takes each for its own.
"""

import contextlib
import copy
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np

import netgrade
from netgrade import store
from netgrade.checking import check
from netgrade.cli.group import load_datasets
from netgrade.cli.stages.chain import declaration_places
from netgrade.collect import PSEUDONYMS, REFERENCE_CHUNK, partition, pseudonym_key
from netgrade.objects.assignment import Assignment
from netgrade.objects.dataset import Dataset
from netgrade.objects.declaration import Answer, Declaration, InputTransform, ModelDeclaration
from netgrade.objects.diagnosis import Diagnosis
from netgrade.objects.plan import Plan
from netgrade.objects.record import Environment, Record
from netgrade.objects.submission import Submission, Submissions
from netgrade.spec import load_assignment
from netgrade.store import RECORDS, load, record_folder, save, sha256_file

ROOT = Path(__file__).parents[1]
ASSIGNMENT = Path("assignments/made-up/assignment.yaml")
TASKS = ("dense", "cnn", "dropout", "batchnorm", "own")
EPOCHS = 15
CONTROL_EPOCHS = 2
"""Of the reference models, one of which is trained as the control."""

RULES = """\
id: made-up
title: A class that nobody handed in
dataset: shapes10
seeds: {first: 1, step: 2, most: 3}
tasks:
  - {id: why, title: Why, kind: question, points: 1, answer_type: text, prompt: Why is that so, answer: Therefore.}
"""
TASK = "  - {{id: {0}, title: Model {0}, kind: classifier, points: 4, threshold: accuracy > 52 %}}\n"
COURSE = """\
title: A class that nobody handed in
assignments:
  - id: made-up
    submissions: submissions
"""
SOURCE = """\
import keras

UNITS_{number} = {units}


def build_{task}(width_{number}=UNITS_{number}):
    layers_{number} = [keras.Input((32, 32, 3)), keras.layers.Rescaling(1 / 255), keras.layers.Flatten()]
    for factor_{number} in range({repeats}):
        layers_{number}.append(keras.layers.Dense(width_{number} * factor_{number} + {units}, activation="relu"))
    layers_{number}.append(keras.layers.Dense(10, activation="softmax"))
    return keras.Sequential(layers_{number})
"""
ACCURACIES = np.linspace(0.3, 0.8, 21)
NEAR = 0.08
"""Accuracies this near to the threshold have the records of further seeds, which grading will ask for."""


def copy_workflow(folder: Path) -> None:
    """Lay out all that a course needs besides its assignments and submissions."""
    for name in ("workflow", "profiles", "templates"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "Snakefile", folder)


def make_course(folder: Path, students: int) -> dict[str, list[str]]:
    """Lay out the workflow with so many submissions; what `collect` and `audit` will write for its chunks."""
    copy_workflow(folder)
    (folder / "config.yaml").write_text(COURSE)
    (folder / ASSIGNMENT).parent.mkdir(parents=True)
    (folder / ASSIGNMENT).write_text(RULES + "".join(TASK.format(task) for task in TASKS))
    for number in range(students + 1):
        place = folder / (f"submissions/student-{number:04d}" if number else "reference_models/made-up")
        place.mkdir(parents=True)
        for task in TASKS:
            text = SOURCE.format(task=task, number=number, units=16 + number, repeats=1 + number % 7)
            (place / f"{task}.py").write_text(text)
    chunks = [REFERENCE_CHUNK, *partition(folder / "submissions", pseudonym_key(folder / PSEUDONYMS))]
    return {stage: [f"results/{stage}/made-up/{chunk}.json" for chunk in chunks] for stage in ("collect", "audit")}


def make_results(folder: Path) -> None:
    """Fill the store of a course that was collected: one declaration a student, one record a training."""
    with contextlib.chdir(folder), _unsynced():
        rules, data = load_assignment(ASSIGNMENT), load_datasets([Path("results/datasets/shapes10.json")])["shapes10"]
        arrays, models = list(_arrays(data)), _models()
        number = 0
        for path in sorted(Path("results/collect/made-up").glob("*.json")):
            chunk = load(path, Submissions)
            places = declaration_places(chunk, rules, {data.name: data}, "bubblewrap", {})
            for submission in chunk.submissions:
                number += 1
                epochs = CONTROL_EPOCHS if chunk.chunk == REFERENCE_CHUNK else EPOCHS
                declaration = _declaration(submission, models, number, epochs)
                save(places[submission.slug], declaration)
                _keep_records(declaration, rules, data, arrays)


@contextlib.contextmanager
def _unsynced() -> Iterator[None]:
    """Nobody minds losing these files with the power; waiting for the disk would take longer than all else."""
    sync, store.sync = store.sync, lambda _: None
    try:
        yield
    finally:
        store.sync = sync


def _models() -> dict[str, dict[str, Any]]:
    """A small network for every task, as the sandbox describes it."""
    layers = keras.layers
    found = {}
    for task in TASKS:
        chain = [keras.Input((32, 32, 3))]
        if task != "dense":
            chain += [layers.Conv2D(8, 3, activation="relu"), layers.MaxPooling2D(), layers.Conv2D(16, 3)]
        chain += {"dropout": [layers.Dropout(0.2)], "batchnorm": [layers.BatchNormalization()]}.get(task, [])
        chain += [layers.Flatten(), layers.Dense(16, activation="relu", name="own"), layers.Dense(10, "softmax")]
        found[task] = {"class_name": "Sequential", "config": keras.Sequential(chain).get_config()}
    return found


def _declaration(submission: Submission, models: dict[str, dict[str, Any]], number: int, epochs: int) -> Declaration:
    """What one student asks for: the same networks as everyone, with a number of units that nobody else has."""
    declared = {}
    for task, model in models.items():
        own = copy.deepcopy(model)
        next(one for one in own["config"]["layers"] if one["config"]["name"] == "own")["config"]["units"] = 7 + number
        declared[task] = ModelDeclaration(
            architecture=own, loss="categorical_crossentropy", batch_size=64, epochs=epochs, validation_fraction=0.2,
            optimizer={"class_name": "SGD", "config": {"learning_rate": 0.01}}, source=f"{task}.py: build_{task}",
            transform=InputTransform(scale=[1 / 255], offset=[0.0]),
        )  # fmt: skip
    return Declaration(
        slug=submission.slug, submission=submission.digest, isolation="bubblewrap", models=declared, seconds=5.0,
        answers={"why": Answer(text="Because the gradient says so.", source="answers.yaml")},
    )  # fmt: skip


def _arrays(data: Dataset) -> Iterator[Path]:
    """Outputs, curves and weights of trainings that reached each of the accuracies, in folders to be linked from."""
    random, labels = np.random.default_rng(0), np.load(data.hidden_labels)["labels"]
    for number, accuracy in enumerate(ACCURACIES):
        place = Path("results/arrays", str(number))
        place.mkdir(parents=True)
        right = random.random(len(labels)) < accuracy
        said = np.where(right, labels, (labels + random.integers(1, 10, len(labels))) % 10)
        logits = random.normal(0, 1, (len(labels), 10)) + 6 * np.eye(10)[said]
        outputs = (np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)).astype(np.float32)
        probed = outputs.argmax(axis=1).astype(np.int16)
        np.savez_compressed(place / "outputs.npz", probabilities=outputs, perturbed=probed)
        np.savez(place / "weights.npz", weight_000=random.normal(0, 1, (200, 200)).astype(np.float32))
        figures = [(2 / epoch, accuracy * epoch / EPOCHS) for epoch in range(1, EPOCHS + 1)]
        rows = [f"{e},{loss:.6f},{a:.6f},{loss + 0.1:.6f},{a:.6f},1" for e, (loss, a) in enumerate(figures, start=1)]
        (place / "curves.csv").write_text("\n".join(["epoch,loss,accuracy,val_loss,val_accuracy,seconds", *rows, ""]))
        yield place


def _keep_records(declaration: Declaration, rules: Assignment, data: Dataset, arrays: list[Path]) -> None:
    """Write the records that the plans of one declaration will be looked up by."""
    for digest, plan in check(declaration, rules, {data.name: data})[1].items():
        kind = int(digest[:8], 16) % len(arrays)
        seeds = range(3 if abs(ACCURACIES[kind] - 0.525) < NEAR else 1)
        for seed in (rules.seeds.base + extra for extra in seeds):
            folder = record_folder(RECORDS, digest, data.digest or "", seed)
            folder.mkdir(parents=True)
            for path in arrays[kind].iterdir():
                os.link(path, folder / path.name)
            save(folder / "record.json", _record(plan, seed, data, float(ACCURACIES[kind]), folder))


def _record(plan: Plan, seed: int, data: Dataset, accuracy: float, folder: Path) -> Record:
    environment = Environment(
        engine="none", keras="none", netgrade=netgrade.__version__, python="3.11", device="made up"
    )
    return Record(
        plan=plan.digest, seed=seed, dataset=data.name, data_digest=data.digest, epochs_run=EPOCHS, steps=EPOCHS * 125,
        train_accuracy=accuracy + 0.05, validation_accuracy=accuracy, train_seconds=15.0, examples_per_second=8000.0,
        timed_epochs=EPOCHS - 1, batch_size=64, inferences_per_second=20_000.0, inference_batch=256, others_busy=0.1,
        files={path.name: sha256_file(path) for path in folder.glob("*.*")}, environment=environment,
        diagnosis=Diagnosis(seed=seed, chance=0.1, untrained_accuracy=0.1, validation_images=2000, sample=500),
    )  # fmt: skip
