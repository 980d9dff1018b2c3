"""Points of the plane instead of pictures: drawn, traced, checked, trained, looked at while learning, and shown."""

from pathlib import Path

import numpy as np
import pytest

from netgrade.checking import check
from netgrade.collect import collect, partition
from netgrade.datasets import moons, prepare
from netgrade.extract.child.points import Points
from netgrade.extract.submission import extract
from netgrade.kinds import Evidence, grade_task
from netgrade.measure import measure_plan
from netgrade.objects.assignment import Assignment, Seeds
from netgrade.objects.base import Status
from netgrade.objects.declaration import InputTransform
from netgrade.objects.diagnosis import Diagnosis, UnitShares
from netgrade.objects.grade import Verdict
from netgrade.objects.measurement import Interval, Measurement, SeedMeasure
from netgrade.objects.plan import CheckedModel, CheckedSubmission, Layer, Optimizer, Plan
from netgrade.report.drawing import svg
from netgrade.report.parts.curves import curves_figure
from netgrade.report.parts.evaluation import _interval, _plane
from netgrade.train import train_chunk
from netgrade.train.plane import moments

SCRIPT = """
import keras
TRAINING = {"net": {"batch_size": 20, "epochs": 3000, "order": "by_class"}}

def build_net():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(4, "relu", kernel_initializer="zeros"),
                              keras.layers.Dense(2, "softmax", kernel_initializer="ones")])
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="sparse_categorical_crossentropy")
    return model
"""


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    return prepare("moons", tmp_path_factory.mktemp("data"), None, download=False)


def rules(**changes):
    task = {"id": "net", "title": "Net", "kind": "classifier", "points": 4, "threshold": "accuracy < 60 %"}
    return Assignment.model_validate({"id": "a", "title": "A", "dataset": "moons", "tasks": [task | changes]})


@pytest.fixture(scope="module")
def declared(tmp_path_factory, dataset):
    """What the script declares, read in the sandbox."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "submissions/Ada").mkdir(parents=True)
    (folder / "submissions/Ada/net.py").write_text(SCRIPT)
    [chunk] = partition(folder / "submissions", b"k" * 32)
    [one] = collect("a", chunk, folder / "submissions", folder / "places", b"k" * 32).submissions
    return extract(one, rules(), {"moons": dataset}, "bubblewrap")


def changed(declaration, **changes):
    """The same declaration with another setting of its network."""
    return declaration.model_copy(update={"models": {"net": declaration.models["net"].model_copy(update=changes)}})


def plan(activation="relu", weights="GlorotUniform", **changes):
    """Two hidden layers of six units."""
    start = {"kernel_initializer": {"class_name": weights, "config": {}}}
    layers = [Layer(kind="InputLayer", arguments={"shape": [2]}, inputs=())]
    for place, (units, kind) in enumerate([(6, activation), (6, activation), (2, "softmax")]):
        layers.append(Layer(kind="Dense", arguments={"units": units, "activation": kind} | start, inputs=(place,)))
    usual = {
        "dataset": "moons", "layers": tuple(layers), "output": 3, "loss": "sparse_categorical_crossentropy",
        "optimizer": Optimizer(kind="SGD", arguments={"learning_rate": 0.3}), "batch_size": 20, "epochs": 12,
        "validation_fraction": 0.2, "transform": InputTransform(scale=[1.0, 1.0], offset=[0.0, 0.0]),
    }  # fmt: skip
    return Plan(**(usual | changes))


def measured(one, dataset, folder):
    train_chunk({one.digest: one}, {one.digest: [3]}, {"moons": dataset}, folder, folder / "log")
    return measure_plan(one.digest, [3], dataset, folder)


def test_moons_are_drawn_the_same_each_time(dataset):
    """The bytes are pinned: other points would change grades without a word."""
    assert dataset.digest == "0a11d97e1e9a7b98b56651e17f7caf03147e85f42e82ca223662a9ad3062efb8"
    assert (dataset.shape, dataset.pictures, dataset.stand_in) == ((2,), False, False)


def test_no_line_separates_the_moons_but_a_curve_does():
    points, labels, test, truth = moons.draw()
    line = np.linalg.lstsq(np.c_[points, np.ones(len(points))], 2 * labels - 1, rcond=None)[0]
    nearest = np.abs(test[:, None] - points).sum(axis=-1).argmin(axis=1)

    assert 0.8 < ((np.c_[test, np.ones(len(test))] @ line > 0) == truth).mean() < 0.92
    assert (labels[nearest] == truth).mean() > 0.97


@pytest.mark.parametrize("scale", [(1, 0), (0.5, 3.0)], ids=["as they are", "scaled"])
def test_points_are_traced_back_however_they_are_ordered(dataset, scale):
    points, order = Points("moons", Path(dataset.folder), 1000), np.random.default_rng(0).permutation(1000)
    (x, y), _ = points.load_data()
    given = x[order] * scale[0] + scale[1]

    assert points.transform_of(given) == (pytest.approx([scale[0]] * 2, rel=1e-5), pytest.approx([scale[1]] * 2))
    assert points.labels_agree(given, y[order])
    assert not points.labels_agree(given, 1 - y[order])
    assert points.transform_of(given**2) is None
    assert points.is_test_copy(x) and not points.is_test_copy(x[order])


def test_a_script_on_points_becomes_a_plan(declared, dataset):
    [made] = check(declared, rules(), {"moons": dataset})[1].values()

    assert (made.order, made.epochs, made.transform.scale) == ("by_class", 3000, [1.0, 1.0])
    assert made.layers[1].arguments["kernel_initializer"]["class_name"] == "Zeros"
    assert made.layers[2].arguments["kernel_initializer"]["class_name"] == "Ones"
    [forced] = check(declared, rules(order="shuffled"), {"moons": dataset})[1].values()
    assert forced.order == "shuffled"


def test_a_strange_order_is_named(declared, dataset):
    model = check(changed(declared, order="sorted"), rules(), {"moons": dataset})[0].models["net"]

    assert model.status is Status.INVALID
    assert "`order` is 'sorted'; expected one of shuffled, as_given, by_class" in model.cause.what


def test_what_is_for_pictures_alone_is_refused(declared, dataset):
    model = check(changed(declared, augmentation={"rotation_range": 10}), rules(), {"moons": dataset})[0].models["net"]

    assert "the data of this task are points" in model.cause.what


def test_a_network_of_zeros_never_learns_and_says_why(dataset, tmp_path):
    found = measured(plan(weights="Zeros"), dataset, tmp_path)

    assert found.accuracy == pytest.approx(0.5, abs=0.02)
    [inside] = found.diagnoses
    assert [row.final for row in inside.silent] == [row.share for row in inside.identical] == [1.0, 1.0]
    assert found.worst == [] and found.perturbed is None and found.second is not None


def test_sigmoid_units_that_start_alike_stay_alike(dataset, tmp_path):
    found = measured(plan("sigmoid", "Zeros", epochs=4), dataset, tmp_path)

    [inside] = found.diagnoses
    assert [row.share for row in inside.identical] == [1.0, 1.0] and inside.silent == []


def test_the_boundary_is_looked_at_while_a_network_learns(dataset, tmp_path):
    found = measured(plan(), dataset, tmp_path)
    looks = found.plane.looks

    assert found.accuracy > 0.9
    assert [look.epoch for look in looks] == sorted(moments(12)) == [0, 1, 2, 3, 4, 7, 12]
    assert looks[-1].accuracy == found.accuracy > looks[0].accuracy
    assert np.array(looks[0].percent).shape == (40, 40)
    figure = _plane(found)
    assert f"{1 - found.accuracy:.1%} after 12 epochs" in figure.alt
    assert b"12 epochs" in svg(figure)


def test_one_class_after_the_other_is_another_training(dataset, tmp_path):
    """After all of the upper moon, little is left of the lower one."""
    apart, mixed = (measured(plan(order=order, epochs=1), dataset, tmp_path) for order in ("by_class", "shuffled"))

    assert apart.accuracy < 0.6 < mixed.accuracy


def test_thousands_of_epochs_are_kept_in_part(dataset, tmp_path, monkeypatch):
    """As if 100 were many."""
    monkeypatch.setattr("netgrade.measure.plan.MOST_EPOCHS", 100)
    long = measured(plan(epochs=200, batch_size=800), dataset, tmp_path)
    [curve] = long.curves
    figure = curves_figure(long)

    assert curve.epochs[:50] == list(range(1, 51)) and 190 < curve.epochs[-1] <= 200
    assert len(curve.epochs) == len(curve.loss) == len(figure.epochs) < 190
    assert b"epoch" in svg(figure)


@pytest.mark.parametrize(
    ("accuracy", "dead", "verdict"),
    [
        (0.50, [0.1, 0.8], Verdict.PASS),
        (0.60, [0.1, 0.8], Verdict.UNDECIDED),
        (0.90, [0.1, 0.8], Verdict.FAIL),
        (0.50, [0.1, 0.2], Verdict.FAIL),
        (0.50, [], Verdict.FAIL),
    ],
)
def test_what_must_not_learn_passes_below_its_threshold(accuracy, dead, verdict):
    [task] = rules(dead_units=0.5).tasks
    seed = SeedMeasure(seed=1, test_accuracy=accuracy, train_accuracy=accuracy, validation_accuracy=accuracy,
                       epochs_run=5, best_epoch=None)  # fmt: skip
    silent = [UnitShares(layer=place, kind="Dense", epochs=[], final=share) for place, share in enumerate(dead)]
    inside = Diagnosis(seed=1, chance=0.5, silent=silent)
    around = Interval(low=accuracy - 0.02, high=accuracy + 0.02)
    one = Measurement(plan="a" * 64, dataset="moons", stand_in=False, accuracy=accuracy, interval=around,
                      diagnoses=[inside], seeds=[seed])  # fmt: skip
    submission = CheckedSubmission(
        slug="s" + "0" * 11, submission="a" * 64, isolation="bubblewrap", models={"net": CheckedModel(plan=one.plan)}
    )
    grade = grade_task(task, Evidence(submission, {one.plan: one}, Seeds()))

    assert grade.verdict is verdict
    assert _interval(task, one, None).below
