"""A plan becomes a record: trained once, resumed after a kill, and never stopping other plans."""

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from train_case import CLASSES, convolutional, dense, make_dataset, plan_of, regularised

from netgrade.errors import StorageError
from netgrade.objects.base import Status
from netgrade.objects.dataset import Dataset
from netgrade.objects.plan import Callback, Optimizer, Plan
from netgrade.objects.record import Record
from netgrade.store import load, record_folder, sha256_file
from netgrade.train import train, train_chunk


class Silence:
    """Progress that nobody looks at."""

    def begin(self, title: str, epochs: int) -> None: ...
    def advance(self, epoch: int, score: str, rate: float, images_left: int) -> None: ...
    def end(self, outcome: str) -> None: ...


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return make_dataset(tmp_path_factory.mktemp("data"))


def curves(folder: Path) -> pd.DataFrame:
    """What decides a curve: all of it but the times."""
    return pd.read_csv(folder / "curves.csv").drop(columns="seconds")


def test_record_tells_what_was_trained(tmp_path: Path, dataset: Dataset) -> None:
    """A finished training leaves its curves, its test probabilities and a record of both."""
    plan = dense()

    record = train(plan, 7, dataset, tmp_path, Silence())

    folder = record_folder(tmp_path, plan.digest, dataset.digest or "", 7)
    assert (record.status, record.epochs_run, record.steps) == (Status.OK, 3, 3 * 16)
    assert record.parameters == 192 * 32 + 32 + 32 * 4 + 4
    assert record.validation_accuracy and record.validation_accuracy > 0.6
    assert [row.layer for row in record.diagnosis.silent] == [2]
    assert {"curves.csv", "outputs.npz", "record.json"} == {p.name for p in folder.iterdir() if p.name != ".lock"}
    assert record == load(folder / "record.json", Record)
    assert all(sha256_file(folder / name) == digest for name, digest in record.files.items())


def test_probabilities_and_curves_have_their_shapes(tmp_path: Path, dataset: Dataset) -> None:
    """Probabilities are float16 rows that sum to one; curves have one row for each epoch, counted from 1."""
    plan = convolutional()
    train(plan, 1, dataset, tmp_path, Silence())

    folder = record_folder(tmp_path, plan.digest, dataset.digest or "", 1)
    probabilities = np.load(folder / "outputs.npz", allow_pickle=False)["probabilities"]
    assert (np.float16, (200, CLASSES)) == (probabilities.dtype, probabilities.shape)
    assert np.allclose(1, probabilities.astype(float).sum(axis=1), atol=2e-3)
    table = pd.read_csv(folder / "curves.csv")
    assert list(table.columns) == ["epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds"]
    assert table["epoch"].tolist() == [1, 2, 3]


def test_record_is_not_trained_again(tmp_path: Path, dataset: Dataset) -> None:
    """A record that matches its files is returned as it is, without TensorFlow; a damaged one is made anew."""
    plan = dense(epochs=1)
    first = train(plan, 1, dataset, tmp_path, Silence())
    folder = record_folder(tmp_path, plan.digest, dataset.digest or "", 1)
    assert first == train(plan, 1, dataset, tmp_path, Silence())
    script = (
        "import sys; from pathlib import Path; from train_case import dense; from test_train import Silence;"
        "from netgrade.objects.dataset import Dataset; from netgrade.train import train;"
        "data = Dataset.model_validate_json(sys.argv[2]);"
        "train(dense(epochs=1), 1, data, Path(sys.argv[1]), Silence()); assert 'tensorflow' not in sys.modules"
    )
    subprocess.run(
        [sys.executable, "-c", script, tmp_path, dataset.model_dump_json()], check=True, cwd=Path(__file__).parent
    )

    (folder / "outputs.npz").write_bytes(b"damaged")
    again = train(plan, 1, dataset, tmp_path, Silence())

    assert again.files["outputs.npz"] == sha256_file(folder / "outputs.npz")


def test_divergence_is_a_result(tmp_path: Path, dataset: Dataset) -> None:
    """A loss that is not finite ends the training, names its first step, and leaves curves but no probabilities."""
    plan = dense(optimizer=Optimizer(kind="SGD", arguments={"learning_rate": 1e30}))

    record = train(plan, 1, dataset, tmp_path, Silence())

    assert (record.status, record.diverged_at, record.steps) == (Status.FAILED, 2, 2)
    assert record.cause and "step 2 (epoch 1)" in record.cause.what and "learning rate" in record.cause.remedy
    assert list(record.files) == ["curves.csv"]


def test_a_failing_plan_stops_no_other(tmp_path: Path, dataset: Dataset) -> None:
    """A plan that Keras refuses becomes a fault with a cause; the plans after it are trained; the log tells."""
    broken = plan_of(("Dense", {"units": -1}), epochs=1)
    plans = {plan.digest: plan for plan in (broken, dense(epochs=1))}
    log = tmp_path / "logs" / "train.log"

    seeds = train_chunk(plans, {digest: [1, 2] for digest in plans}, {dataset.name: dataset}, tmp_path, log)

    assert {digest: [1, 2] for digest in plans} == seeds
    record = load(record_folder(tmp_path, broken.digest, dataset.digest or "", 1) / "record.json", Record)
    assert record.status is Status.FAULT and record.cause and record.cause.remedy
    lines = log.read_text().splitlines()
    assert "plan 1/2 · seed 1/2 · fault" in lines[0]
    assert "plan 2/2 · seed 2/2 · done · 1 epochs" in lines[-1]


def test_missing_data_is_a_fault(tmp_path: Path, dataset: Dataset) -> None:
    """Without its arrays a training is a fault of the machine, and is tried again once they are there."""
    plan, gone = dense(epochs=1), dataset.model_copy(update={"folder": str(tmp_path / "nowhere")})

    assert train(plan, 1, gone, tmp_path, Silence()).status is Status.FAULT
    assert train(plan, 1, dataset, tmp_path, Silence()).status is Status.OK


def test_a_full_disk_leaves_no_record(tmp_path: Path, dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record would say that the plan is at fault, and would stay; without one the next run trains it."""
    plan = dense(epochs=1)

    def fsync(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full, pytest.raises(StorageError):
        full.setattr(os, "fsync", fsync)
        train(plan, 1, dataset, tmp_path, Silence())
    assert not list(tmp_path.rglob("record.json"))
    assert not list(tmp_path.rglob(".part-*"))
    assert train(plan, 1, dataset, tmp_path, Silence()).status is Status.OK


def test_too_large_a_model_is_out_of_memory(tmp_path: Path, dataset: Dataset) -> None:
    """What does not fit into memory is said in those words."""
    plan = plan_of(("Flatten", {}), ("Dense", {"units": 2**34}), ("Dense", {"units": CLASSES}), epochs=1)

    record = train(plan, 1, dataset, tmp_path, Silence())

    assert record.status is Status.OUT_OF_MEMORY and record.cause and "memory" in record.cause.what


def test_early_stopping_keeps_the_best_weights(tmp_path: Path, dataset: Dataset) -> None:
    """EarlyStopping ends a training early; ModelCheckpoint's best epoch is the one whose weights are measured."""
    wild = Optimizer(kind="SGD", arguments={"learning_rate": 0.3})
    stopping = Callback(kind="EarlyStopping", arguments={"monitor": "val_accuracy", "patience": 2})
    keeping = Callback(kind="ModelCheckpoint", arguments={"monitor": "val_accuracy", "save_best_only": True})
    plan = dense(epochs=30, optimizer=wild, callbacks=(stopping, keeping))

    record = train(plan, 1, dataset, tmp_path, Silence())

    table = curves(record_folder(tmp_path, plan.digest, dataset.digest or "", 1))
    assert record.epochs_run < 30
    assert record.best_epoch == int(table["val_accuracy"].idxmax()) + 1
    assert record.validation_accuracy == pytest.approx(table["val_accuracy"].max())


def test_learning_rate_follows_a_list(tmp_path: Path, dataset: Dataset) -> None:
    """A scheduler's values are the learning rates of the epochs: at zero, nothing is learned any more."""
    values = Callback(kind="LearningRateScheduler", arguments={"values": [0.01, 0.0, 0.0]})
    plan = dense(epochs=3, callbacks=(values,), optimizer=Optimizer(kind="SGD", arguments={"learning_rate": 0.5}))
    train(plan, 1, dataset, tmp_path, Silence())

    losses = curves(record_folder(tmp_path, plan.digest, dataset.digest or "", 1))["val_loss"]
    assert losses[0] == losses[1] == losses[2]


def test_network_without_weights_is_measured(tmp_path: Path, dataset: Dataset) -> None:
    """A network that cannot learn is trained and measured like any other."""
    plan = plan_of(("Flatten", {}), ("Softmax", {}), epochs=1, loss="sparse_categorical_crossentropy")

    assert train(plan, 1, dataset, tmp_path, Silence()).ok


CHILD = """
import sys
from pathlib import Path
from test_train import Killed, Silence, long_plan
from netgrade.objects.dataset import Dataset
from netgrade.train import train, training
if sys.argv[3] == "killed":
    training.PAUSE = 0  # a checkpoint after every epoch, however fast the machine is
progress = Killed() if sys.argv[3] == "killed" else Silence()
train(long_plan(), 3, Dataset.model_validate_json(sys.argv[2]), Path(sys.argv[1]), progress)
"""


class Killed(Silence):
    """A process that is killed in the middle of its fifth epoch."""

    def advance(self, epoch: int, score: str, rate: float, images_left: int) -> None:
        if epoch == 5:
            os.kill(os.getpid(), signal.SIGKILL)


def long_plan() -> Plan:
    """Dropout, batch normalisation and two callbacks with a state, for 10 epochs."""
    slower = Callback(kind="ReduceLROnPlateau", arguments={"monitor": "val_loss", "patience": 2, "factor": 0.5})
    keeping = Callback(kind="ModelCheckpoint", arguments={"save_best_only": True})
    return regularised(epochs=10, callbacks=(slower, keeping), augmentation={"horizontal_flip": True})


def start_child(store: Path, dataset: Dataset, ending: str = "whole") -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-c", CHILD, str(store), dataset.model_dump_json(), ending]
    return subprocess.Popen(command, cwd=Path(__file__).parent, env=os.environ | {"NETGRADE_THREADS": "1"})


def test_killed_training_goes_on_from_its_last_epoch(tmp_path: Path) -> None:
    """After SIGKILL in the middle, the resumed curves and outputs equal those of a training that nobody stopped."""
    dataset = make_dataset(tmp_path / "data", images=4000)
    plan = long_plan()
    whole, cut = (record_folder(tmp_path / s, plan.digest, dataset.digest or "", 3) for s in ("whole", "cut"))
    other = start_child(tmp_path / "whole", dataset)
    assert start_child(tmp_path / "cut", dataset, "killed").wait() == -signal.SIGKILL
    assert not (cut / "record.json").exists()
    with np.load(cut / "checkpoint.npz", allow_pickle=False) as archive:
        before = json.loads(str(archive["state"]))["rows"]
    assert len(before) == 4

    assert start_child(tmp_path / "cut", dataset).wait() == 0
    assert other.wait() == 0

    pd.testing.assert_frame_equal(curves(whole), curves(cut), rtol=1e-5)
    outputs = [np.load(f / "outputs.npz", allow_pickle=False)["probabilities"] for f in (whole, cut)]
    assert np.allclose(*outputs, atol=2e-3)
    # The times of the first epochs are the first process's own: those epochs were not trained twice.
    kept = pd.read_csv(cut / "curves.csv")["seconds"].tolist()
    assert [row[-1] for row in before] == pytest.approx(kept[: len(before)], rel=1e-9)
    assert not (cut / "checkpoint.npz").exists()


def test_two_processes_train_a_plan_once(tmp_path: Path) -> None:
    """A second process that asks for the same training waits, then finds the record."""
    dataset = make_dataset(tmp_path / "data")
    children = [start_child(tmp_path / "store", dataset) for _ in range(2)]
    assert [child.wait() for child in children] == [0, 0]

    folder = record_folder(tmp_path / "store", long_plan().digest, dataset.digest or "", 3)
    assert load(folder / "record.json", Record).ok
    assert not list(folder.glob(".part-*"))
