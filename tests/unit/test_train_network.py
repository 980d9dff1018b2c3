"""The network that is kept from one training to the next: no training may show what was trained before it."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from train_case import CLASSES, dense, make_dataset, regularised

from netgrade.objects.dataset import Dataset
from netgrade.objects.plan import Optimizer, Plan
from netgrade.train.engine import prepare_engine
from netgrade.train.progress import progress_to

prepare_engine()

from netgrade.train.checkpoint import variables_of  # noqa: E402
from netgrade.train.data import Images, load_images  # noqa: E402
from netgrade.train.network import Network, forget_network, fresh_network  # noqa: E402
from netgrade.train.training import train_plan  # noqa: E402


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    forget_network()
    yield
    forget_network()


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return make_dataset(tmp_path_factory.mktemp("data"), images=160)


@pytest.fixture(scope="module")
def images(dataset: Dataset) -> Images:
    return load_images(dataset, 0.2)


def result_of(plan: Plan, seed: int, dataset: Dataset, folder: Path) -> dict[str, np.ndarray]:
    """Curves without seconds, outputs and weights of one training."""
    folder.mkdir()
    with progress_to(None) as progress:
        progress.begin("test", plan.epochs)
        record = train_plan(plan, seed, dataset, folder, progress, looked_at=True)
    assert record.ok, record.cause
    curves = np.loadtxt(folder / "curves.csv", delimiter=",", skiprows=1)[:, :-1]
    return {"curves": curves, **np.load(folder / "outputs.npz"), **np.load(folder / "weights.npz")}


def network_of(plan: Plan, images: Images, seed: int = 1) -> Network:
    return fresh_network(plan, seed, "d" * 64, CLASSES, images)


def with_rate(rate: float, **more: float) -> Optimizer:
    return Optimizer(kind="SGD", arguments={"learning_rate": rate, **more})


@pytest.mark.parametrize(
    "before, plan",
    [
        (regularised(epochs=2), regularised(epochs=2)),
        (dense(epochs=2, optimizer=with_rate(0.5, momentum=0.9)), dense(optimizer=with_rate(0.02, momentum=0.9))),
    ],
    ids=["another seed, with dropout and moments", "another rate and length"],
)
def test_what_was_trained_before_leaves_no_trace(before: Plan, plan: Plan, dataset: Dataset, tmp_path: Path) -> None:
    """A training in a kept network comes to the bits of one in a network of its own."""
    result_of(before, 1, dataset, tmp_path / "before")
    after = result_of(plan, 2, dataset, tmp_path / "after")
    forget_network()
    alone = result_of(plan, 2, dataset, tmp_path / "alone")

    assert alone.keys() == after.keys()
    for name, expected in alone.items():
        assert np.array_equal(expected, after[name], equal_nan=True), name


def test_seeds_share_what_is_compiled(images: Images) -> None:
    """The second seed of a plan, and a plan with another rate and length, find the network with its functions."""
    first = network_of(dense(optimizer=with_rate(0.1)), images)
    values = [variable.numpy() for variable in variables_of(first.loop.model)]
    second = network_of(dense(optimizer=with_rate(0.3), epochs=7), images, seed=2)

    assert second.loop is first.loop
    assert (second.loop.seed, second.loop.plan.epochs) == (2, 7)
    assert float(second.loop.model.optimizer.learning_rate) == pytest.approx(0.3)
    assert any(not np.array_equal(a, b) for a, b in zip(values, second.loop.model.get_weights(), strict=False))


@pytest.mark.parametrize(
    "other",
    [dense(batch_size=16), dense(optimizer=with_rate(0.01, momentum=0.5)), dense(loss="mean_squared_error")],
    ids=["batch", "momentum", "loss"],
)
def test_other_plans_compile_anew(other: Plan, images: Images) -> None:
    """What is compiled into the functions of one plan is not used for a plan that wants something else."""
    first = network_of(dense(), images)

    assert network_of(other, images).loop is not first.loop
