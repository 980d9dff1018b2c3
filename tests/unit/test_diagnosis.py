"""Looks inside a model while it trains: silent, saturated and identical units, and the steps that break it."""

from pathlib import Path

import numpy as np
import pytest
from train_case import CLASSES, dense, make_dataset, plan_of

from netgrade.objects.dataset import Dataset
from netgrade.objects.declaration import InputTransform
from netgrade.objects.plan import Optimizer, Plan
from netgrade.objects.record import Record
from netgrade.store import record_folder
from netgrade.train.chunk import train
from netgrade.train.engine import prepare_engine

prepare_engine()

import keras  # noqa: E402 - the engine's settings hold only before the import

from netgrade.train.build import build_loss, build_model  # noqa: E402
from netgrade.train.diagnosis import Watch, twins  # noqa: E402
from netgrade.train.loop import Loop  # noqa: E402

ZEROS = {"class_name": "Zeros", "config": {}}
RAW = InputTransform(scale=[1.0], offset=[0.0])
SOFTMAX = ("Dense", {"units": CLASSES, "activation": "softmax"})


class Silence:
    def begin(self, title: str, epochs: int) -> None: ...
    def advance(self, epoch: int, accuracy: float, rate: float, images_left: int) -> None: ...
    def end(self, outcome: str) -> None: ...


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return make_dataset(tmp_path_factory.mktemp("data"))


def trained(plan: Plan, dataset: Dataset, store: Path) -> Record:
    return train(plan, 1, dataset, store, Silence())


def watched(plan: Plan) -> tuple[Watch, keras.Model]:
    keras.utils.set_random_seed(1)
    model = build_model(plan)
    images = np.random.default_rng(0).integers(0, 256, (250, 8, 8, 3), dtype=np.uint8)
    return Watch(Loop(model, build_loss(plan, CLASSES), plan, 1), images), model


def test_units_that_never_fire_are_counted() -> None:
    """Eight of 32 ReLU units with a large negative bias fire for no image."""
    watch, model = watched(dense())
    bias = np.full(32, 50.0, np.float32)
    bias[:8] = -1e3
    model.get_layer("layer_02").bias.assign(bias)

    assert watch.told([[0.0]], watch.shares())["silent"][0].final == 0.25


def test_outputs_at_a_bound_are_counted_in_hidden_layers_alone() -> None:
    """Three of four tanh units are pushed to a bound; the sigmoid of the output is not looked at."""
    plan = plan_of(
        ("Flatten", {}), ("Dense", {"units": 4, "activation": "tanh"}), ("Dense", {"units": 4, "activation": "sigmoid"})
    )
    watch, model = watched(plan)
    model.get_layer("layer_02").kernel.assign(np.zeros((192, 4), np.float32))
    model.get_layer("layer_02").bias.assign([9.0, -9.0, 9.0, 0.1])

    told = watch.told([[0.0]], watch.shares())

    assert [(row.layer, row.final) for row in told["saturated"]] == [(2, 0.75)]


def test_leaky_units_cannot_fall_silent() -> None:
    """A ReLU with a slope below zero always passes something on."""
    watch, _ = watched(plan_of(("Flatten", {}), ("Dense", {"units": 4}), ("ReLU", {"negative_slope": 0.1}), SOFTMAX))

    assert watch.layers == []


def test_twins_are_units_with_equal_weights() -> None:
    """Rounding makes no difference, and a small difference is one."""
    columns = np.random.default_rng(1).normal(size=(6, 50)).astype(np.float32)
    columns[3] = columns[0] * (1 + 1e-6)
    columns[4] = columns[0] * 1.01

    assert twins(columns) == pytest.approx(2 / 6)
    assert twins(np.zeros((5, 3), np.float32)) == 1.0
    assert twins(np.zeros((1, 3), np.float32)) == 0.0


def test_zero_initialisation_leaves_identical_units(dataset: Dataset, tmp_path: Path) -> None:
    """All hidden units stay zero, and the record says of which layer and with which initializer."""
    hidden = {"units": 16, "activation": "tanh", "kernel_initializer": ZEROS}
    output = {"units": CLASSES, "activation": "softmax", "kernel_initializer": ZEROS}
    found = trained(plan_of(("Flatten", {}), ("Dense", hidden), ("Dense", output), epochs=1), dataset, tmp_path)

    assert found.diagnosis
    assert [(i.layer, i.share, i.initializer) for i in found.diagnosis.identical] == [(2, 1.0, "Zeros")]


def test_a_sound_training_is_told_from_inside(dataset: Dataset, tmp_path: Path) -> None:
    """Before training the accuracy is that of guessing; shares are told for each epoch; nothing is identical."""
    found = trained(dense(epochs=2), dataset, tmp_path).diagnosis

    assert found and found.chance == 1 / CLASSES and found.untrained_accuracy is not None
    assert 0.05 < found.untrained_accuracy < 0.6
    assert [(row.layer, len(row.epochs)) for row in found.silent] == [(2, 2)]
    assert found.identical == [] and found.last_steps == []


def test_divergence_tells_the_gradients_before_it(dataset: Dataset, tmp_path: Path) -> None:
    """Linear layers on unscaled images: norms grow until the step with which the training ended."""
    layers = (("Flatten", {}), ("Dense", {"units": 10}), ("Dense", {"units": 10}), SOFTMAX)
    plan = plan_of(*layers, optimizer=Optimizer(kind="SGD", arguments={"learning_rate": 0.1}), transform=RAW)
    record = trained(plan, dataset, tmp_path)

    assert record.diagnosis
    steps = record.diagnosis.last_steps
    assert [s.step for s in steps] == list(range(1, record.diverged_at + 1))
    norms = [s.norm for s in steps if s.norm is not None]
    assert norms[-1] > 1e6 * norms[0]
    assert steps[-1].loss is None
    assert sorted(steps[0].layers) == [2, 3, 4]
    assert sum(n**2 for n in steps[0].layers.values()) == pytest.approx(steps[0].norm ** 2)


def test_a_repetition_gives_the_same_losses(dataset: Dataset, tmp_path: Path) -> None:
    """Dropout and a decaying rate are repeated too: the mean loss of the epoch is that of the curves."""
    from netgrade.train.checkpoint import Course
    from netgrade.train.data import load_images
    from netgrade.train.divergence import last_steps

    plan = plan_of(("Flatten", {}), ("Dropout", {"rate": 0.5}), SOFTMAX, epochs=2, batch_size=64)
    trained(plan, dataset, tmp_path)
    rows = np.genfromtxt(record_folder(tmp_path, plan.digest, "d" * 64, 1) / "curves.csv", delimiter=",")[1:]
    course = Course(rows=[tuple(row) for row in rows], steps=16)

    steps = last_steps(plan, 1, CLASSES, load_images(dataset, 0.2), course, tmp_path)

    assert [s.step for s in steps] == list(range(1, 17))
    assert np.mean([s.loss for s in steps[8:]]) == pytest.approx(rows[1][1], rel=1e-3)
