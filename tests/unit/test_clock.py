"""A task that tells the time, from what students write to the report."""

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import keras
import nbformat
import numpy as np
import pytest
from clock_case import make_clocks

from netgrade.checking import check
from netgrade.collect import collect, partition
from netgrade.control import _guessing_times
from netgrade.extract.sandbox import backend_of
from netgrade.extract.sandbox.forked import Zygote
from netgrade.extract.submission import extract, shown_files
from netgrade.grade import grade, undecided
from netgrade.measure import measure_plan
from netgrade.objects.assignment import Assignment
from netgrade.objects.base import Status
from netgrade.objects.control import Control
from netgrade.objects.declaration import Declaration, ModelDeclaration
from netgrade.objects.grade import Verdict
from netgrade.objects.submission import Submission
from netgrade.report import Backdrop
from netgrade.report.page import page_html
from netgrade.report.student import student_page
from netgrade.spec import parse_threshold
from netgrade.train import train_chunk

SLUG = "abcdefghijkl"


def an_assignment(most=1, **changes):
    task = {"id": "best", "title": "Best", "kind": "clock", "points": 4, "threshold": "error <= 10 min"}
    return Assignment.model_validate(
        {"id": "clock", "title": "Clocks", "dataset": "clocks75", "tasks": [task | changes], "seeds": {"most": most}}
    )


def a_model(*heads):
    """A tiny network with one Dense output for each (units, activation)."""
    x = image = keras.Input((75, 75, 1))
    x = keras.layers.AveragePooling2D(15)(x)
    x = keras.layers.Flatten()(x)
    outputs = [keras.layers.Dense(units, activation=activation)(x) for units, activation in heads]
    return keras.Model(image, outputs if len(outputs) > 1 else outputs[0])


def declared(model, losses, encoding="", **changes):
    """What the sandbox would say of a model compiled with `losses`."""
    several = [{"loss": name, "weight": weight} for name, weight in losses]
    given = {
        "architecture": {"class_name": "Functional", "config": json.loads(json.dumps(model.get_config()))},
        "optimizer": {"class_name": "SGD", "config": {"learning_rate": 0.01}},
        "epochs": 2, "batch_size": 32, "encoding": encoding, "transform": {"scale": [1 / 255], "offset": [0.0]},
    }  # fmt: skip
    losses = {"loss": several[0]["loss"]} if len(several) == 1 else {"losses": several}
    one = ModelDeclaration.model_validate(given | losses | changes)
    return Declaration(slug=SLUG, submission="1" * 64, isolation="none", models={"best": one})


TEMPLATES = Path(__file__).parents[2] / "templates"
CROSS = [("sparse_categorical_crossentropy", 1.0), ("categorical_crossentropy", 0.5)]


@pytest.fixture(scope="module")
def clocks(tmp_path_factory):
    return {"clocks75": make_clocks(tmp_path_factory.mktemp("clocks"))}


def test_two_heads_become_a_plan_with_two_losses(clocks):
    """Each output keeps its own loss and weight, in the order of the model's outputs."""
    model = a_model((12, "softmax"), (60, "softmax"))
    checked, plans = check(declared(model, CROSS, "hour-class minute-class"), an_assignment(), clocks)
    assert checked.models["best"].cause is None
    plan = plans[checked.models["best"].plan]

    assert plan.encoding == "hour-class minute-class"
    assert [(head.states, head.loss, head.weight) for head in plan.heads] == [
        (("hour-class",), "sparse_categorical_crossentropy", 1.0), (("minute-class",), "categorical_crossentropy", 0.5),
    ]  # fmt: skip
    assert [plan.layers[head.output].arguments["units"] for head in plan.heads] == [12, 60]


@pytest.mark.parametrize(
    ("heads", "losses", "encoding", "status", "told"),
    [
        ([(60, "softmax"), (12, "softmax")], CROSS, "hour-class minute-class", Status.INVALID, "does not fit"),
        ([(2, "linear")], [("mse", 1)], "", Status.FAULT, "not clear"),
        ([(2, "linear")], [("mse", 1)], "sundial", Status.FAULT, "no encoding"),
        ([(2, "linear")], [("categorical_crossentropy", 1)], "hour-sin-cos", Status.FAULT, "compares classes"),
        ([(12, "softmax"), (60, "softmax")], CROSS[:1] * 3, "hour-class minute-class", Status.INVALID, "3 losses"),
    ],
)
def test_outputs_that_do_not_fit_are_told(clocks, heads, losses, encoding, status, told):
    """What is wrong is refused; what is not clear needs a person."""
    checked, _ = check(declared(a_model(*heads), losses, encoding), an_assignment(), clocks)

    assert (checked.models["best"].status, checked.models["best"].plan) == (status, None)
    assert told in checked.models["best"].cause.what


def test_an_encoding_that_only_one_fits_need_not_be_named(clocks):
    """Twelve and sixty classes can be nothing else."""
    model = a_model((60, "softmax"), (12, "softmax"))
    _, plans = check(declared(model, CROSS), an_assignment(), clocks)

    assert [plan.encoding for plan in plans.values()] == ["minute-class hour-class"]


def test_the_task_may_prescribe_the_encoding(clocks):
    """Another one is refused."""
    rules = an_assignment(encodings=["hour-class minute-class"])
    checked, _ = check(declared(a_model((2, "linear")), [("mse", 1)], "hour-sin-cos"), rules, clocks)

    assert "does not allow" in checked.models["best"].cause.what


def test_a_callback_that_watches_one_head_needs_a_person(clocks):
    """The grader measures the loss as a whole."""
    watching = [{"class_name": "EarlyStopping", "config": {"monitor": "val_hour_accuracy"}}]
    asked = declared(a_model((2, "linear")), [("mse", 1)], "hour-sin-cos", callbacks=watching)
    checked, _ = check(asked, an_assignment(), clocks)

    assert checked.models["best"].status is Status.FAULT


def graded(clocks, tmp_path, heads, losses, encoding, **changes):
    """A submission's way through check, train, measure and grade."""
    rules = an_assignment(**changes)
    checked, plans = check(declared(a_model(*heads), losses, encoding), rules, clocks)
    store = tmp_path / "records"
    records = train_chunk(plans, {digest: [2026] for digest in plans}, clocks, store, tmp_path / "log")
    measured = {digest: measure_plan(digest, seeds, clocks["clocks75"], store) for digest, seeds in records.items()}
    submission = Submission(slug=SLUG, digest="1" * 64, folder=str(tmp_path), files=[])
    return rules, grade(submission, checked, rules, measured)


@pytest.mark.parametrize(
    ("heads", "losses", "encoding"),
    [
        ([(12, "softmax"), (60, "softmax")], CROSS, "hour-class minute-class"),
        ([(1, "linear"), (1, "linear"), (2, "linear")], [("mse", 1), ("mae", 1), ("mse", 2)],
         "hour-sin-cos minute-sin-cos"),
        ([(720, "softmax")], [("sparse_categorical_crossentropy", 1)], "time-class"),
        ([(1, "sigmoid")], [("mse", 1)], "fraction"),
    ],
)  # fmt: skip
def test_every_way_of_stating_the_time_is_trained_and_measured(clocks, tmp_path, heads, losses, encoding):
    """A network that can learn nothing in two epochs errs by hours, fails, and its report shows how far."""
    rules, found = graded(clocks, tmp_path, heads, losses, encoding)
    task = found.tasks[0]
    clock = task.measurement.clock

    assert (task.verdict, task.points) == (Verdict.FAIL, 0.0)
    assert clock.interval.low < clock.error < clock.interval.high
    assert sum(clock.histogram) == 120
    assert 60 < clock.error < 240
    assert len(task.measurement.curves[0].val_error) == 2
    images = {"clocks75": np.load(clocks["clocks75"].folder + "/test_images.npy")}
    html = page_html(student_page(found, Backdrop(rules, images=images)), "report.html", TEMPLATES)
    assert f"{clock.error:.1f} min" in html
    assert "The worst read test clocks: image" in html


def test_a_loose_threshold_is_met(clocks, tmp_path):
    """Of errors the smaller is the better."""
    _, found = graded(clocks, tmp_path, [(2, "linear")], [("mse", 1)], "hour-sin-cos", threshold="error < 359 min")

    assert (found.tasks[0].verdict, found.tasks[0].points) == (Verdict.PASS, 4.0)


def test_an_interval_that_holds_the_threshold_asks_for_seeds(clocks, tmp_path):
    _, first = graded(clocks, tmp_path, [(2, "linear")], [("mse", 1)], "hour-sin-cos")
    close = f"error <= {first.tasks[0].measurement.clock.error:.0f} min"
    _, found = graded(clocks, tmp_path, [(2, "linear")], [("mse", 1)], "hour-sin-cos", threshold=close, most=3)

    assert found.tasks[0].verdict is Verdict.UNDECIDED
    assert undecided([found]) == [found.tasks[0].measurement.plan]


def test_partial_credit_rises_as_the_error_falls(clocks, tmp_path):
    """Nothing at 359 minutes, all at 1 minute."""
    _, found = graded(clocks, tmp_path, [(2, "linear")], [("mse", 1)], "hour-sin-cos", threshold="error <= 1 min",
                      partial_credit={"zero_at": 359})  # fmt: skip
    task = found.tasks[0]

    assert task.verdict is Verdict.FAIL
    assert task.points == pytest.approx(4 * (359 - task.measurement.clock.error) / 358, abs=0.01)


def test_thresholds_on_errors_are_read():
    """With either sign, and told as a person writes them."""
    told = [str(parse_threshold(text)) for text in ("error <= 10 min", "error < 7.5", "Error ≤ 60 minutes")]

    assert told == ["error ≤ 10 min", "error < 7.5 min", "error ≤ 60 min"]
    assert parse_threshold("error <= 10").met_by(10)
    assert not parse_threshold("error < 10").met_by(10)


NOTEBOOK = """
import keras
import numpy as np
from netgrade.datasets import clocks75
(x_train, y_train), (x_test, y_test) = clocks75.load_data()
hour, minute = y_train[:, 0].astype(int), y_train[:, 1].astype(int)
image = keras.Input((75, 75, 1))
x = keras.layers.Flatten()(image)
"""
TWO_HEADS = """
outputs = [keras.layers.Dense(60, "softmax", name="minute")(x), keras.layers.Dense(12, "softmax", name="hour")(x)]
model = keras.Model(image, outputs)
model.compile("adam", loss={{"hour": "sparse_categorical_crossentropy", "minute": "categorical_crossentropy"}},
              loss_weights={{"minute": 0.5}}, metrics=["accuracy"])
history = model.fit(x_train[..., None] / 255, {targets}, epochs=2)
print(history.history["hour_accuracy"], [said.shape for said in model.predict(x_test)])
"""


@pytest.fixture(scope="module")
def forks(clocks):
    """As the workflow runs notebooks: forks of one zygote."""
    with closing(Zygote(shown_files(clocks, {}))) as zygote:
        yield replace(backend_of("bubblewrap"), run=zygote.run)


def extracted(clocks, forks, tmp_path, *cells):
    """The declaration of a notebook that is run in the sandbox."""
    place = tmp_path / "submissions" / "Ada"
    place.mkdir(parents=True)
    heading = nbformat.v4.new_markdown_cell("# Best")
    made = nbformat.v4.new_notebook(cells=[heading, *(nbformat.v4.new_code_cell(cell) for cell in cells)])
    nbformat.write(made, place / "lab.ipynb")
    [chunk] = partition(tmp_path / "submissions", b"k" * 32)
    [submission] = collect("clock", chunk, tmp_path / "submissions", tmp_path / "places", b"k" * 32).submissions
    rules = an_assignment(headings=["Best"])
    declaration = extract(submission, rules, clocks, "bubblewrap", backend=forks)
    return declaration, check(declaration, rules, clocks)[0].models["best"]


def test_a_notebook_says_by_its_targets_how_it_states_the_time(clocks, forks, tmp_path):
    """The minute first and one-hot, the hour second: each output keeps its loss and weight, and nothing was named."""
    cell = TWO_HEADS.format(targets="[np.eye(60)[minute], hour]")
    declaration, model = extracted(clocks, forks, tmp_path, NOTEBOOK, cell)
    found = declaration.models["best"]

    assert (model.cause, found.encoding) == (None, "minute-class hour-class")
    assert [(loss.loss, loss.weight) for loss in found.losses] == [
        ("categorical_crossentropy", 0.5), ("sparse_categorical_crossentropy", 1.0),
    ]  # fmt: skip


def test_targets_that_are_not_the_true_times_need_a_person(clocks, forks, tmp_path):
    """An hour that is one too late is no label of the data set."""
    cell = TWO_HEADS.format(targets="[np.eye(60)[minute], (hour + 1) % 12]")
    declaration, model = extracted(clocks, forks, tmp_path, NOTEBOOK, cell)

    assert model.status is Status.FAULT
    assert "not those of the data set" in " ".join(declaration.models["best"].cautions)


def test_labels_that_leak_would_show_in_the_control(clocks):
    """With permuted labels no time is told much better than by guessing; few clocks leave much to luck."""
    least = _guessing_times(clocks["clocks75"])
    held = [Control(assignment="clock", error=error, least_error=least).holds for error in (180.0, least - 1)]

    assert 0 < least < 180
    assert held == [True, False]
