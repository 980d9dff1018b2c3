"""Who shares code beyond the handout, and whose designs differ in a single thing."""

import json

import pytest

from netgrade.objects.plan import CheckedModel, CheckedSubmission, Layer, Optimizer, Plan
from netgrade.objects.submission import Submission, SubmittedFile
from netgrade.similarity import similarities

HANDOUT = """
import numpy as np
from tensorflow.keras.layers import Dense, Flatten, Input
def load():
    (x_train, y_train), (x_test, y_test) = shapes10.load_data()
    x_train, x_test = x_train / 255, x_test / 255
    print("Training images", x_train.shape, "of", x_train.min(), "to", x_train.max())
    for index in range(10):
        count = np.sum(y_train == index)
        print("class", index, "has", count, "images, which is", count / len(y_train))
    return x_train, y_train, x_test, y_test
"""
OWN = """
def schedule(epoch, rate):
    warm = min(1.0, (epoch + 1) / 5)
    cold = 0.5 ** max(0, (epoch - 10) // 4)
    if epoch % 7 == 3:
        return rate * warm * cold * 0.9
    return rate * warm * cold
def weigh(labels, smooth=0.1):
    counts = np.bincount(labels.ravel(), minlength=10) + smooth
    weights = counts.sum() / counts
    return {index: float(weight) for index, weight in enumerate(weights / weights.mean())}
"""
OTHER = """
class Tracker:
    def __init__(self, patience):
        self.best, self.left, self.patience = None, patience, patience
    def update(self, value):
        if self.best is None or value > self.best:
            self.best, self.left = value, self.patience
        else:
            self.left -= 1
        return self.left <= 0
tracker = Tracker(patience=4)
while not tracker.update(evaluate(model)):
    model.fit(x_train, y_train, epochs=1, batch_size=64, verbose=0)
"""


@pytest.fixture
def class_of(tmp_path):
    """Hand in one file a student, and compare them."""

    def compare(*files):
        (tmp_path / "starter.py").write_text(HANDOUT)
        submissions = []
        for number, (name, content) in enumerate(files):
            folder = tmp_path / str(number)
            folder.mkdir()
            (folder / name).write_text(content)
            listed = SubmittedFile(path=name, sha256="a" * 64, size=len(content))
            submissions.append(
                Submission(slug=f"s{number:011d}", folder=str(folder), files=[listed], digest=f"{number:064x}")
            )
        return similarities("a", submissions, [], {}, [tmp_path / "starter.py"]).sources

    return compare


def notebook(code):
    return json.dumps({"cells": [{"cell_type": "code", "source": code.splitlines(keepends=True)}]})


def test_renamed_code_in_a_notebook_is_found(class_of):
    """Names and comments do not matter, and the piece is shown."""
    renamed = OWN.replace("warm", "begin").replace("cold", "later").replace("counts", "numbers")
    [pair] = class_of(("a.py", HANDOUT + OWN), ("b.ipynb", notebook(HANDOUT + "# mine\n" + renamed)), ("c.py", OTHER))

    assert pair.students == ("s00000000000", "s00000000001")
    assert max(pair.shares) > 0.8
    assert "warm" in pair.sample


def test_what_the_handout_gives_everyone_does_not_count(class_of):
    assert not class_of(("a.py", HANDOUT + OWN), ("b.py", HANDOUT + OTHER))


def test_a_notebook_that_cannot_be_read_is_compared_with_nobody(class_of):
    assert not class_of(("a.ipynb", "{"), ("b.ipynb", "[" * 10000), ("c.ipynb", '{"cells": 3}'))


def plan(units=10, rate=0.1, epochs=5):
    layers = (Layer(kind="InputLayer", arguments={"shape": [4]}, inputs=()),
              Layer(kind="Dense", arguments={"units": units}, inputs=(0,)))  # fmt: skip
    sgd = Optimizer(kind="SGD", arguments={"learning_rate": rate})
    return Plan(dataset="shapes10", layers=layers, output=1, optimizer=sgd, loss="mse", batch_size=32,
                epochs=epochs, validation_fraction=0.2, transform={"scale": [1.0], "offset": [0.0]})  # fmt: skip


def near(*plans):
    checked = [
        CheckedSubmission(slug=f"s{i:011d}", submission=f"{i:064x}", isolation="bubblewrap",
                          models={"dense": CheckedModel(plan=p.digest)})
        for i, p in enumerate(plans)
    ]  # fmt: skip
    return similarities("a", [], checked, {p.digest: p for p in plans}, []).plans


def test_designs_that_differ_in_one_setting_or_layer_are_listed_with_it():
    [pair] = near(plan(rate=0.1), plan(rate=0.01))
    assert pair.differs == "optimizer: learning_rate 0.1 or 0.01"
    assert pair.shared.startswith("2 layers and ")

    [pair] = near(plan(units=10), plan(units=12))
    assert pair.differs == "layer 1 (Dense): units 12 or 10"


def test_designs_that_differ_in_two_things_are_not_listed():
    assert not near(plan(), plan(units=12, epochs=6))


def test_what_many_hand_in_is_taken_for_the_handouts():
    assert not near(*(plan(epochs=number) for number in range(1, 12)))
