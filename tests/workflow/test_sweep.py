"""Sweeps and comparisons through the real workflow: grids, variants found in a notebook, and copies on other data."""

import json
from itertools import product

import nbformat
import numpy as np
import pytest
from course import Course, lay_out

from netgrade.objects.grade import Verdict

ASSIGNMENT = """\
id: sweeps
title: Sweeps
dataset: shapes10
seeds: {first: 1, step: 1, most: 1}
tasks:
  - {id: dense, title: Dense, kind: classifier, points: 1, threshold: accuracy > 12 %, headings: [Dense]}
  - {id: deeper, title: Deeper, kind: classifier, points: 1, threshold: accuracy > 12 %, headings: [Deeper]}
  - id: rates
    title: Units and dropout
    kind: sweep
    points: 4
    headings: [Rates]
    factors: {units: [4, 32], rate: [0.0, 0.5]}
    carry: {best: 1, dataset: mnist}
  - id: batches
    title: Batch size and number of batches
    kind: sweep
    points: 2
    headings: [Batches]
    least: 2
    target: accuracy >= 1 %
  - {id: both, title: Both, kind: comparison, points: 1, models: [dense, deeper], prompt: "Which is better?"}
"""

SCRIPT = """\
import keras

TRAINING = {"dense": {"epochs": 1}, "deeper": {"epochs": 1}, "rates": {"epochs": 1, "batch_size": 64}, "batches": {}}
VARIANTS = {"batches": [{"batch_size": 10, "batches": 50}, {"batch_size": 100, "batches": 500}]}
ANSWERS = {"both": "The deeper one."}


def build(*units, rate=0.0):
    layers = [layer for n in units for layer in (keras.layers.Dense(n, activation="relu"), keras.layers.Dropout(rate))]
    model = keras.Sequential([keras.Input((32, 32, 3)), keras.layers.Flatten(), *layers,
                              keras.layers.Dense(10, activation="softmax")])
    model.compile(optimizer=keras.optimizers.SGD(0.02), loss="categorical_crossentropy", metrics=["accuracy"])
    return model


def build_dense():
    return build(16)


def build_deeper():
    return build(16, 16)


def build_rates(units, rate):
    return build(units, rate=rate)


def build_batches():
    return build(16)
"""

NOTEBOOK = """\
import keras
from netgrade.datasets import shapes10
(x, y), _ = shapes10.load_data()
x = x / 255.0
"""

FITS = """\
for rate in (0.01, 0.05):
    model = keras.Sequential([keras.Input((32, 32, 3)), keras.layers.Flatten(),
                              keras.layers.Dense(10, activation="softmax")])
    model.compile(optimizer=keras.optimizers.SGD(rate), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, batch_size=64, epochs=1)
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Course:
    course = lay_out(tmp_path_factory.mktemp("sweeps"))
    folder = course.folder
    for name in ("assignments/sweeps", "reference_models/sweeps", "submissions/Ada", "submissions/Bo", "data"):
        (folder / name).mkdir(parents=True)
    (folder / "assignments/sweeps/assignment.yaml").write_text(ASSIGNMENT)
    (folder / "reference_models/sweeps/model.py").write_text(SCRIPT)
    (folder / "submissions/Ada/model.py").write_text(SCRIPT)
    cells = [
        nbformat.v4.new_code_cell(NOTEBOOK), nbformat.v4.new_markdown_cell("# 1. Batches"),
        nbformat.v4.new_code_cell(FITS),
    ]  # fmt: skip
    (folder / "submissions/Bo/lab.ipynb").write_text(json.dumps(nbformat.v4.new_notebook(cells=cells)))
    random = np.random.default_rng(0)
    parts = {"x_train": 300, "x_test": 100}
    images = {name: random.integers(0, 255, (count, 28, 28), dtype=np.uint8) for name, count in parts.items()}
    labels = {f"y{name[1:]}": np.arange(count, dtype=np.uint8) % 10 for name, count in parts.items()}
    np.savez(folder / "data/mnist.npz", **images, **labels)
    (folder / "config.yaml").write_text(
        "title: Sweeps\ndata: data\ndownload: false\nassignments: [{id: sweeps, submissions: submissions}]\n"
    )
    course.output = course.run()
    return course


def task(course, student, name):
    return next(graded for graded in course.grades()[student].tasks if graded.task == name)


def test_every_variant_of_the_grid_is_trained_and_the_best_once_more_on_other_data(course):
    graded = task(course, "Ada", "rates")

    assert graded.verdict is Verdict.PASS and graded.points == 4
    own = [variant for variant in graded.variants if variant.dataset == "shapes10"]
    assert {tuple(variant.factors.values()) for variant in own} == {*product(("4", "32"), ("0", "0.5"))}
    reached = [variant.measurement.seeds[0].validation_accuracy for variant in own]
    assert reached == sorted(reached, reverse=True)
    [carried] = [variant for variant in graded.variants if variant.dataset == "mnist"]
    assert carried.factors == own[0].factors
    assert carried.measurement.images == 100


def test_variants_listed_in_the_submission_are_found(course):
    graded = task(course, "Ada", "batches")

    assert [variant.factors for variant in sorted(graded.variants, key=lambda variant: variant.name)] == [
        {"batch size": "10", "length": "50 batches"}, {"batch size": "100", "length": "500 batches"},
    ]  # fmt: skip
    shorter, longer = sorted(graded.variants, key=lambda variant: variant.name)
    assert shorter.measurement.curves[0].loss[-1] > longer.measurement.curves[0].loss[-1]


def test_the_fits_of_a_section_are_variants(course):
    graded = task(course, "Bo", "batches")

    assert graded.verdict is Verdict.PASS
    assert {variant.factors["learning rate"] for variant in graded.variants} == {"0.01", "0.05"}


def test_a_sweep_that_was_not_handed_in_earns_nothing(course):
    assert task(course, "Bo", "rates").verdict is Verdict.NOTHING


def test_a_comparison_shows_both_models_to_the_person_who_marks(course):
    graded = task(course, "Ada", "both")

    assert graded.verdict is Verdict.PERSON
    assert [variant.name for variant in graded.variants] == ["dense", "deeper"]
    assert all(variant.measurement for variant in graded.variants)


def test_the_report_has_table_curves_and_grid(course):
    grade = course.grades()["Ada"]
    page = (course.folder / "reports/sweeps" / grade.slug / "report.html").read_text()

    assert "4 models on shapes10" in page and "1 models on mnist" not in page
    assert "Validation accuracy for 2 values of units and 2 of rate." in page
    assert "with Dense (16)" in page
    assert "17 batches" in page, "the first of the points at which the longer training was evaluated"


def test_nothing_is_trained_twice(course):
    before = course.records()
    course.run()

    assert course.records() == before
    # Bo's and Ada's variants, Ada's two models, one copy; the reference shares all of Ada's.
    assert len(before) == 4 + 2 + 2 + 1 + 2 + 1
