"""Every real assignment, with its reference models, through the whole workflow at smoke scale."""

import gzip
import pickle
import subprocess
import sys

import numpy as np
import pytest
import yaml
from course import ROOT

from netgrade.objects.grade import Grades, Verdict
from netgrade.store import load

ROWS = [row for part in yaml.safe_load((ROOT / "docs/coverage/rows.yaml").read_text()) for row in part["rows"]]
ASSIGNMENTS = sorted({row["assignment"] for row in ROWS})


def images(count, shape, seed):
    """Noise, brighter where the class is higher: what the public data sets are called, and not what they show."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, 10, count)
    noise = random.integers(0, 100, (count, *shape), dtype=np.uint8)
    return noise + (15 * labels).astype(np.uint8).reshape(-1, *[1] * len(shape)), labels.astype(np.uint8)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """MNIST, Fashion-MNIST and CIFAR-10 by their files' names and forms, for a machine that has none of them."""
    folder = tmp_path_factory.mktemp("data")
    (train, train_labels), (test, test_labels) = images(3_000, (28, 28), 1), images(1_000, (28, 28), 2)
    np.savez(folder / "mnist.npz", x_train=train, y_train=train_labels, x_test=test, y_test=test_labels)
    fashion, cifar = folder / "fashion-mnist", folder / "cifar-10-batches-py"
    fashion.mkdir()
    for name, header, array in (("train-images-idx3", 16, train), ("train-labels-idx1", 8, train_labels),
                                ("t10k-images-idx3", 16, test), ("t10k-labels-idx1", 8, test_labels)):  # fmt: skip
        (fashion / f"{name}-ubyte.gz").write_bytes(gzip.compress(bytes(header) + array.tobytes(), 1))
    cifar.mkdir()
    for number, name in enumerate([*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]):
        pixels, labels = images(1_000, (3, 32, 32), number)
        batch = {b"data": pixels.reshape(1_000, -1), b"labels": labels.tolist()}
        (cifar / name).write_bytes(pickle.dumps(batch))
    return folder


@pytest.fixture(scope="module")
def graded(data, tmp_path_factory):
    """The grades of the reference models, by assignment, after the command that makes the page of coverage."""
    work = tmp_path_factory.mktemp("coverage")
    command = [sys.executable, ROOT / "docs/coverage/make.py", work, "--data", data, "--cores", "2", "--scale", "smoke"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1800, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return {name: load(work / f"results/settle/{name}/reference.json", Grades) for name in ASSIGNMENTS}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['assignment']}/{row['task']}")
def test_every_row_is_graded(graded, row):
    """What was trained is judged by nobody; everything else is judged, and nothing is a fault of the machine."""
    (grade,) = graded[row["assignment"]].grades
    task = next(task for task in grade.tasks if task.task == row["task"])

    assert task.verdict is not Verdict.UNDECIDED
    assert task.verdict is not Verdict.FAIL
