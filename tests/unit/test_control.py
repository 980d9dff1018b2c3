"""The control with permuted labels falls to chance, and would not if labels leaked; probes see images of their own."""

import numpy as np
import pytest
from train_case import dense, make_dataset

from netgrade import control as subject
from netgrade.control import control
from netgrade.objects.plan import CheckedModel, CheckedSubmission, CheckedSubmissions
from netgrade.train.probes import perturbed


@pytest.fixture
def data(tmp_path):
    """The small data set with its test labels where `measure` looks for them."""
    dataset = make_dataset(tmp_path / "patterns")
    random = np.random.default_rng(5)
    random.integers(0, 256, (4, 8, 8, 3))
    labels = random.integers(0, 4, 840)[640:]
    np.savez(tmp_path / "labels.npz", labels=labels)
    return dataset.model_copy(update={"hidden_labels": str(tmp_path / "labels.npz"), "test_images": 200})


def reference(*plans):
    models = {f"task{i}": CheckedModel(plan=plan.digest, flops=10 + i) for i, plan in enumerate(plans)}
    submission = CheckedSubmission(slug="s" + "0" * 11, submission="0" * 64, isolation="bubblewrap", models=models)
    by_digest = {plan.digest: plan for plan in plans}
    return CheckedSubmissions(assignment="a", chunk="reference", submissions=[submission], plans=by_digest)


def test_with_permuted_labels_the_cheapest_reference_falls_to_chance(data, tmp_path):
    found = control(reference(dense(epochs=4), dense(epochs=8)), {data.name: data}, 1, tmp_path / "records")

    assert found.task == "task0"
    assert found.accuracy < 0.4 < found.bound < 0.45
    assert found.holds


def test_a_leak_is_noticed(data, tmp_path, monkeypatch):
    """As if the permutation had left the labels where they were."""
    monkeypatch.setattr(subject, "permuted", lambda dataset, folder: dataset)
    found = control(reference(dense(epochs=4)), {data.name: data}, 1, tmp_path / "records")

    assert found.accuracy > 0.6
    assert found.holds is False


def test_without_a_reference_there_is_no_control(data, tmp_path):
    assert control(reference(), {data.name: data}, 1, tmp_path / "records").holds is None


def test_perturbed_images_move_by_a_pixel_and_keep_their_range():
    images = np.zeros((400, 8, 8, 1), np.uint8)
    images[:, 4, 4] = 200
    moved = perturbed(images)
    places = {tuple(np.unravel_index(image[..., 0].argmax(), (8, 8))) for image in moved}

    assert places == {(3, 4), (5, 4), (4, 3), (4, 5)}
    assert moved.dtype == np.uint8
    assert 189 <= moved.max() <= 211
    assert np.array_equal(moved, perturbed(images))


def test_a_model_that_is_meant_to_be_ill_is_no_control(data, tmp_path):
    """It would fall to chance whatever leaked."""
    found = control(reference(dense(epochs=1), dense(epochs=2)), {data.name: data}, 1, tmp_path, left_out={"task0"})

    assert found.task == "task1"
