"""A smaller scale trains less of everything, and judges nothing that was trained."""

import pytest
import test_check as checking
import test_grade as grading
from train_case import make_dataset

from netgrade.checking import check
from netgrade.objects.base import Status
from netgrade.objects.declaration import Declaration
from netgrade.objects.grade import Verdict
from netgrade.relevance import part_digest
from netgrade.report.student import scale_notices
from netgrade.train.data import load_images


def at(scale, epochs=5):
    """The model of a task of at most 25 epochs, checked at a scale, and its plan."""
    rules = checking.assignment(limits={"epochs": 25}).model_copy(update={"scale": scale})
    models = {"more": checking.declared(checking.network(), epochs=epochs)}
    declaration = Declaration(slug="s00000000000", submission="0" * 64, isolation="bubblewrap", models=models)
    found, plans = check(declaration, rules, {checking.DATA.name: checking.DATA})
    return found.models["more"], next(iter(plans.values()), None)


def test_a_smaller_scale_shortens_the_training():
    """What a scale does not cut is the same plan, and is trained once for both."""
    assert [at(scale)[1].epochs for scale in ("full", "lab", "smoke")] == [5, 5, 1]
    assert at("full")[1].digest == at("lab")[1].digest != at("smoke")[1].digest


def test_limits_hold_what_was_declared():
    """A training that is too long is so at every scale, although a smaller one would cut it."""
    assert at("smoke", epochs=30)[0].status is Status.INVALID


def test_a_smaller_scale_uses_the_first_images(tmp_path):
    """Another digest names what is trained on them."""
    full = make_dataset(tmp_path, images=700)
    smoke = full.at("smoke")
    images = load_images(smoke, 0.2)

    assert (len(images.train), len(images.validation), len(images.test)) == (400, 100, 200)
    assert smoke.digest != full.digest == full.at("lab").digest
    assert smoke.at("smoke") == smoke


@pytest.mark.parametrize("accuracy", [0.2, 0.6, 0.9])
def test_nothing_that_was_trained_is_judged_below_full_scale(accuracy):
    """Neither points nor a failure; no further seeds are asked for, and the report says why on its first page."""
    rules = grading.assignment().model_copy(update={"scale": "lab"})
    task = grading.graded(rules, grading.measured(accuracy)).tasks[0]

    assert (task.verdict, task.points, task.wanted) == (Verdict.PERSON, None, [])
    assert "lab scale" in task.reason
    assert scale_notices(rules)[0].heading == "Lab scale"
    assert scale_notices(grading.assignment()) == []


def test_what_the_scale_does_not_touch_is_graded_as_ever():
    """A model that was not trained at all earns nothing at any scale."""
    rules = grading.assignment().model_copy(update={"scale": "smoke"})

    assert grading.graded(rules, models={}).tasks[0].verdict is Verdict.NOTHING


@pytest.mark.parametrize("stage", ["check", "train", "measure", "see", "grade", "report"])
def test_another_scale_reruns_what_it_decides(stage):
    """And reads nothing anew of what was handed in."""
    rules = grading.assignment()
    lab = rules.model_copy(update={"scale": "lab"})

    assert part_digest(rules, stage) != part_digest(lab, stage)
    assert part_digest(rules, "extract") == part_digest(lab, "extract")
