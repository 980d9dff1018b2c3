"""Models that are ill, from declaration to verdict: checked, trained, measured and graded by the real parts."""

import json
from pathlib import Path

import numpy as np
import pytest
from train_case import CLASSES, SHAPE, make_dataset

from netgrade.checking import check
from netgrade.grade import grade
from netgrade.measure import measure_plan
from netgrade.objects.assignment import Assignment
from netgrade.objects.dataset import Dataset
from netgrade.objects.declaration import Answer, Declaration, ModelDeclaration
from netgrade.objects.grade import TaskGrade, Verdict
from netgrade.objects.submission import Submission
from netgrade.train.chunk import train
from netgrade.train.engine import prepare_engine

prepare_engine()

import keras  # noqa: E402 - the engine's settings hold only before the import
from keras import layers as kl  # noqa: E402


class Silence:
    def begin(self, title: str, epochs: int) -> None: ...
    def advance(self, epoch: int, accuracy: float, rate: float, images_left: int) -> None: ...
    def end(self, outcome: str) -> None: ...


def labelled(folder: Path, images: int) -> Dataset:
    """The small data set with its test labels where `measure` looks for them."""
    dataset = make_dataset(folder / "patterns", images)
    random = np.random.default_rng(5)
    random.integers(0, 256, (CLASSES, *SHAPE))
    labels = random.integers(0, CLASSES, images + 200)[images:]
    np.savez(folder / "labels.npz", labels=labels)
    return dataset.model_copy(update={"hidden_labels": str(folder / "labels.npz"), "test_images": 200})


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return labelled(tmp_path_factory.mktemp("data"), 640)


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """So few images that a network learns them by heart."""
    return labelled(tmp_path_factory.mktemp("few"), 30)


def network(*layers: keras.Layer, end: bool = True) -> keras.Sequential:
    last = [kl.Dense(CLASSES, activation="softmax", name="decide")] if end else []
    return keras.Sequential([keras.Input(SHAPE), *layers, *last])


def declared(model: keras.Model, rate: float = 0.01, scale: float = 1 / 255, epochs: int = 1) -> ModelDeclaration:
    return ModelDeclaration.model_validate({
        "architecture": {"class_name": type(model).__name__, "config": json.loads(json.dumps(model.get_config()))},
        "optimizer": {"class_name": "SGD", "config": {"learning_rate": rate}}, "loss": "categorical_crossentropy",
        "epochs": epochs, "batch_size": 8, "transform": {"scale": [scale], "offset": [0.0]},
    })  # fmt: skip


def graded(
    model: ModelDeclaration, dataset: Dataset, store: Path, expects: str | None, answer: str = "", **rules: object
) -> TaskGrade:
    """The whole way, but for the sandbox."""
    task = {"id": "ill", "title": "Ill", "kind": "diagnosis", "points": 2, **({"expects": expects} if expects else {})}
    assignment = Assignment.model_validate(
        {"id": "a", "title": "A", "dataset": "patterns", "tasks": [task | rules], "seeds": {"first": 1, "most": 1}}
    )
    answers = {"ill": Answer(text=answer, source="answers.yaml")} if answer else {}
    common = {"slug": "s00000000000", "submission": "0" * 64, "isolation": "bubblewrap"}
    checked, plans = check(Declaration(models={"ill": model}, answers=answers, **common), assignment,
                           {"patterns": dataset})  # fmt: skip
    for plan in plans.values():
        train(plan, 2026, dataset, store, Silence())
    measured = {digest: measure_plan(digest, [2026], dataset, store) for digest in plans}
    submission = Submission(slug="s00000000000", digest="0" * 64, folder="/nowhere", files=[])
    return grade(submission, checked, assignment, measured).tasks[0]


@pytest.mark.parametrize("layers", [[kl.Softmax(name="decide")], [kl.Dense(CLASSES, activation="softmax")]])
def test_a_stack_without_flatten_is_invalid(layers: list[keras.Layer], dataset: Dataset, tmp_path: Path) -> None:
    """Images against a softmax over the classes: both shapes are named, and nothing is trained."""
    found = graded(declared(network(*layers, end=False)), dataset, tmp_path, "invalid_stack")

    assert (found.verdict, found.points) == (Verdict.PASS, 2)
    assert "(8, 8, " in found.reason and f"({CLASSES},)" in found.reason and "Insert Flatten()" in found.remedy


def test_an_untrained_model_guesses(dataset: Dataset, tmp_path: Path) -> None:
    found = graded(declared(network(kl.Flatten())), dataset, tmp_path, "untrained")

    assert found.verdict is Verdict.PASS
    assert "guessing gives 25.0%" in found.reason


def test_two_linear_layers_on_raw_images_diverge(dataset: Dataset, tmp_path: Path) -> None:
    """The reason names the first step with a loss that is not finite, and how the gradient grew before it."""
    model = declared(network(kl.Flatten(), kl.Dense(10), kl.Dense(10)), rate=0.1, scale=1.0)
    found = graded(model, dataset, tmp_path, "diverges")

    assert found.verdict is Verdict.PASS
    assert "training step 4" in found.reason and "norm of the gradient was" in found.reason
    assert graded(model, dataset, tmp_path, None, "diverges").verdict is Verdict.PASS
    assert graded(model, dataset, tmp_path, None, "overfits").verdict is Verdict.FAIL


def ill(symptom: str) -> ModelDeclaration:
    match symptom:
        case "dying_relu":
            return declared(
                network(kl.Flatten(), kl.Dense(32, "relu", bias_initializer=keras.initializers.Constant(-50)))
            )
        case "saturated":
            wide = keras.initializers.RandomNormal(stddev=1.0)
            return declared(network(kl.Flatten(), kl.Dense(32, "tanh", kernel_initializer=wide)), scale=1.0)
        case "identical_units":
            return declared(keras.Sequential([
                keras.Input(SHAPE), kl.Flatten(), kl.Dense(16, "relu", kernel_initializer="zeros", name="hidden"),
                kl.Dense(CLASSES, "softmax", kernel_initializer="zeros"),
            ]))  # fmt: skip
        case "overfits":
            return declared(network(kl.Flatten(), kl.Dense(64, "relu")), rate=0.1, epochs=40)
    return declared(network(kl.Flatten()), rate=1e-6)


@pytest.mark.parametrize("symptom", ["dying_relu", "saturated", "identical_units", "overfits", "underfits"])
def test_each_symptom_is_found_in_a_training(symptom: str, dataset: Dataset, few: Dataset, tmp_path: Path) -> None:
    data = few if symptom == "overfits" else dataset
    found = graded(ill(symptom), data, tmp_path, symptom, underfits_below=0.5)

    assert (found.verdict, found.points) == (Verdict.PASS, 2), found.reason


def test_a_healthy_model_shows_no_symptom(dataset: Dataset, tmp_path: Path) -> None:
    """And so fails whichever it was to show, with the figure that decides."""
    healthy = declared(network(kl.Flatten(), kl.Dense(32, "relu")), rate=0.002, epochs=5)

    found = graded(healthy, dataset, tmp_path, "dying_relu")

    assert (found.verdict, found.points) == (Verdict.FAIL, 0)
    assert "%" in found.reason


STACK = {"layers": [{"Dense": {"units": CLASSES, "activation": "softmax"}}]}
ZERO = {"kernel_initializer": "zeros"}
SAME = {"layers": ["Flatten", {"Dense": {"units": 16, **ZERO}}, {"Dense": {"units": CLASSES, **ZERO}}, "Softmax"]}
FAR = {"layers": ["Flatten", {"Dense": {"units": 10}}, {"Dense": {"units": CLASSES}}],
       "optimizer": {"SGD": {"learning_rate": 5.0}}, "loss": "mean_squared_error"}  # fmt: skip


@pytest.mark.parametrize(
    ("given_model", "ailment"), [(STACK, "invalid_stack"), (SAME, "identical_units"), (FAR, "diverges")]
)
def test_a_given_model_is_diagnosed_whatever_was_handed_in(
    given_model: dict[str, object], ailment: str, dataset: Dataset, tmp_path: Path
) -> None:
    """The student's own model of the same task counts for nothing; naming what ails the given one does."""
    own = declared(network(kl.Flatten()))
    right = graded(own, dataset, tmp_path, None, ailment, given_model=given_model)
    wrong = graded(own, dataset, tmp_path, None, "overfits", given_model=given_model)
    silent = graded(own, dataset, tmp_path, None, "", given_model=given_model)

    assert (right.verdict, right.points) == (Verdict.PASS, 2), right.reason
    assert (wrong.verdict, wrong.points) == (Verdict.FAIL, 0)
    assert (silent.verdict, silent.points) == (Verdict.NOTHING, 0)


def test_a_mistake_in_a_given_model_is_no_students(dataset: Dataset, tmp_path: Path) -> None:
    mistaken = {"layers": ["Flatten", {"Dense": {"units": -1}}]}
    found = graded(declared(network(kl.Flatten())), dataset, tmp_path, None, "diverges", given_model=mistaken)

    assert (found.verdict, found.points) == (Verdict.PERSON, None)
    assert "units" in found.reason
