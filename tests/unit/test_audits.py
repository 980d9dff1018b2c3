"""Audits on the class page: what is flagged, and what is not."""

import pytest
from factories import a_backdrop, a_grade, a_task_grade

from netgrade.objects.control import Control
from netgrade.objects.measurement import Probe
from netgrade.objects.similarity import PlanPair, Similarities, SourcePair
from netgrade.report.classroom.audits import audits
from netgrade.report.classroom.view import Who

NAMES = {f"s{number:011d}": Who(name) for number, name in enumerate(["Ada", "Bo", "Cleo"])}


def measured(accuracy=0.64, perturbed=0.63, second=0.63, claims=()):
    """A task with these accuracies on the test images, their perturbed copies and the second test set."""
    task = a_task_grade("dense", accuracy=accuracy)
    figures = {"perturbed": Probe(accuracy=perturbed, images=10000), "second": Probe(accuracy=second, images=2000)}
    model = task.model.model_copy(update={"claims": list(claims)})
    return task.model_copy(update={"measurement": task.measurement.model_copy(update=figures), "model": model})


def flagged(own, reference):
    grade, other = (a_grade(number).model_copy(update={"tasks": [task]}) for number, task in ((0, own), (3, reference)))
    return [row.why for row in audits([grade], a_backdrop(reference=other), NAMES).flagged]


def test_a_design_that_knows_the_test_images_is_flagged_twice():
    assert flagged(measured(0.95, perturbed=0.31, second=0.30), measured()) == [
        "95.0% on the test images, but 31.0% on perturbed copies of the test images",
        "95.0% on the test images, but 30.0% on the second hidden test set",
    ]


@pytest.mark.parametrize("second", [0.63, 0.66, 0.58])
def test_luck_is_not_flagged(second):
    assert not flagged(measured(second=second), measured())


def test_a_harder_second_test_set_is_hard_for_everyone():
    """What the reference loses as well says nothing about a design."""
    assert not flagged(measured(0.64, second=0.5), measured(0.66, second=0.5))
    assert flagged(measured(0.64, second=0.3), measured(0.66, second=0.5))


def test_a_claim_far_above_what_was_reproduced_is_listed():
    claims = a_task_grade("dense").model.claims[:1]
    high = [claim.model_copy(update={"value": 0.91}) for claim in claims]

    assert not flagged(measured(claims=claims), measured())
    assert flagged(measured(claims=high), measured()) == [
        "states a test accuracy of 91.0% in cell 41; 64.0% was reproduced"
    ]


@pytest.mark.parametrize(
    ("accuracy", "told"), [(0.11, "No label of a test image reaches"), (0.2, "Trust no accuracy of this page")]
)
def test_the_control_says_whether_labels_leak(accuracy, told):
    control = Control(assignment="a", plan="a" * 64, task="dense", accuracy=accuracy, bound=0.119)

    assert told in audits([], a_backdrop(control=control), {}).control


def test_pairs_are_named_as_everyone_on_the_page_is():
    first, second = list(NAMES)[:2]
    similar = Similarities(
        assignment="a", left_out=2,
        sources=[SourcePair(students=(first, second), shares=(0.9, 0.7), sample="x = 1"),
                 SourcePair(students=(first, "s99999999999"), shares=(0.9, 0.7), sample="x = 1")],
        plans=[PlanPair(task="dense", students=(first, second), shared="9 layers", differs="epochs: 3 or 4")],
    )  # fmt: skip
    found = audits([], a_backdrop(similarities=similar), NAMES)

    assert [(row.first, row.second, row.shares) for row in found.sources] == [
        (Who("Ada"), Who("Bo"), "90.0% and 70.0%")
    ]
    assert [(row.first, row.second) for row in found.near] == [(Who("Ada"), Who("Bo"))]
    assert found.left_out == "Not shown: 0 further designs, 2 further pairs."
