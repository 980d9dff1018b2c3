"""A diagnosis passes where the trainings show the symptom asked for or named, never on the student's word."""

import pytest

from netgrade.kinds.diagnosis import grade
from netgrade.kinds.evidence import Evidence
from netgrade.objects.assignment import Seeds
from netgrade.objects.base import Cause, Status
from netgrade.objects.declaration import Answer
from netgrade.objects.diagnosis import Diagnosis, IdenticalUnits, StepNorms, UnitShares
from netgrade.objects.grade import Verdict
from netgrade.objects.measurement import Curve, Interval, Measurement, SeedMeasure
from netgrade.objects.plan import CheckedModel, CheckedSubmission, LayerRow
from netgrade.objects.tasks import DiagnosisTask

PLAN = "a" * 64
ROW = LayerRow(kind="Dense", name="hidden", output_shape=(10,), parameters=1, trainable=1, flops=1)


def task(expects=None, **changes):
    return DiagnosisTask(id="ill", title="What ails it", points=2, kind="diagnosis", expects=expects, **changes)


def looked(seed=1, **changes):
    return Diagnosis(**{"seed": seed, "chance": 0.1, "untrained_accuracy": 0.11, "sample": 500} | changes)


def measured(*diagnoses, train=0.9, test=0.88, **changes):
    seeds = [SeedMeasure(seed=d.seed, test_accuracy=test, train_accuracy=train, validation_accuracy=test,
                         epochs_run=3, best_epoch=None) for d in diagnoses]  # fmt: skip
    curves = [Curve(seed=d.seed, loss=[1.0], accuracy=[0.5], val_loss=[1.0], val_accuracy=[0.5]) for d in diagnoses]
    usual = {"plan": PLAN, "dataset": "d", "stand_in": False, "accuracy": test, "interval": Interval(low=0, high=1),
             "seeds": seeds, "curves": curves, "gap": train - test, "diagnoses": list(diagnoses)}  # fmt: skip
    return Measurement(**usual | changes)


def graded(task, measurement=None, answer=None, most=3, **model):
    checked = CheckedModel(**{"plan": PLAN, "rows": [ROW, ROW]} | model)
    answers = {} if answer is None else {"ill": Answer(text=answer, source="answers.yaml")}
    submission = CheckedSubmission(slug="s" + "0" * 11, submission=PLAN, isolation="bubblewrap",
                                   models={"ill": checked}, answers=answers)  # fmt: skip
    return grade(task, Evidence(submission, {PLAN: measurement} if measurement else {}, Seeds(most=most)))


def silent(seed=1, share=0.6):
    return looked(seed, silent=[UnitShares(layer=1, kind="Dense", epochs=[0.1, share], final=share)])


DIVERGED = measured(
    looked(last_steps=[StepNorms(step=1, loss=2.0, norm=3.0, layers={1: 3.0}),
                       StepNorms(step=2, loss=9.0, norm=5e6, layers={1: 5e6}),
                       StepNorms(step=3, loss=None, norm=None, layers={1: None})]),
    seeds=[], diverged_at=3, accuracy=None, interval=None, gap=None, status=Status.FAILED,
)  # fmt: skip
IDENTICAL = measured(looked(identical=[IdenticalUnits(layer=1, kind="Dense", share=1.0, initializer="Zeros")]))
SATURATED = measured(looked(saturated=[UnitShares(layer=1, kind="Dense", epochs=[0.9], final=0.9)]))
FOUND = {
    "untrained": (measured(looked()), "11.0%"),
    "diverges": (DIVERGED, "step 3"),
    "identical_units": (IDENTICAL, "100% in `hidden`"),
    "dying_relu": (measured(silent()), "60% (after the first epoch 10%) of `hidden`"),
    "saturated": (SATURATED, "90% in `hidden`"),
    "overfits": (measured(looked(), train=0.99, test=0.7), "29.0%"),
    "underfits": (measured(looked(), train=0.3, test=0.3), "30.0%"),
}


@pytest.mark.parametrize("symptom", FOUND)
def test_a_model_that_shows_the_symptom_passes_with_its_figures(symptom):
    measurement, figure = FOUND[symptom]
    found = graded(task(symptom, underfits_below=0.5), measurement)

    assert (found.verdict, found.points) == (Verdict.PASS, 2)
    assert figure in found.reason


@pytest.mark.parametrize("symptom", FOUND)
def test_a_sound_model_shows_none_and_is_told_what_was_measured(symptom):
    sound = measured(looked(untrained_accuracy=0.5))
    found = graded(task(symptom, underfits_below=0.5), sound)

    assert (found.verdict, found.points) == (Verdict.FAIL, 0)
    assert symptom == "diverges" or "%" in found.reason


def test_what_causes_a_symptom_counts_before_it():
    """Dead units make a network underfit; asked for underfitting, that is another disease."""
    ill = measured(silent(), train=0.2, test=0.2)

    assert graded(task("dying_relu"), ill).verdict is Verdict.PASS
    assert "dying_relu" in graded(task("underfits", underfits_below=0.5), ill).reason
    assert graded(task("underfits", underfits_below=0.5), ill).verdict is Verdict.FAIL


def test_symptoms_that_do_not_explain_each_other_both_count():
    """Dead units do not make a network overfit."""
    ill = measured(silent(), train=0.99, test=0.7)

    assert graded(task("overfits"), ill).verdict is Verdict.PASS
    assert graded(task("dying_relu"), ill).verdict is Verdict.PASS


def test_the_named_cause_is_held_against_the_training():
    """Without `expects`, the student says what it is; upper case, blanks and hyphens do not matter."""
    assert graded(task(), DIVERGED, "diverges").verdict is Verdict.PASS
    assert graded(task(), measured(silent()), " Dying ReLU. ").verdict is Verdict.PASS
    wrong = graded(task(), DIVERGED, "overfits")
    assert (wrong.verdict, wrong.answer) == (Verdict.FAIL, "overfits")


@pytest.mark.parametrize("answer", ["diverges or overfits", "it is broken", "diverges" * 100, ""])
def test_an_unclear_answer_waits_for_a_person(answer):
    found = graded(task(), DIVERGED, answer)

    assert (found.verdict, found.points) == (Verdict.PERSON, None)


def test_no_answer_is_nothing_handed_in():
    found = graded(task(), DIVERGED)

    assert (found.verdict, found.points) == (Verdict.NOTHING, 0)
    assert "invalid_stack" in found.remedy


def test_trainings_that_differ_are_repeated_and_then_wait_for_a_person():
    mixed = measured(silent(1, 0.9), silent(2, 0.0))

    assert graded(task("dying_relu"), mixed, most=3).verdict is Verdict.UNDECIDED
    assert graded(task("dying_relu"), mixed, most=2).verdict is Verdict.PERSON


def test_missing_evidence_waits_for_a_person():
    assert graded(task("diverges"), measured(looked(), diagnoses=[])).verdict is Verdict.PERSON
    assert graded(task("diverges")).verdict is Verdict.PERSON
    assert graded(task("untrained"), measured(looked(untrained_accuracy=None))).verdict is Verdict.PERSON
    assert graded(task(), measured(looked()), "saturated").verdict is Verdict.PERSON


def test_a_stack_that_does_not_fit_passes_where_the_check_found_it():
    """What the student's own run says of it is no evidence: anyone can raise that error."""
    cause = Cause(what="Layer `conv` (after `flatten`): Conv2D needs an image; its input has shape (784,)")
    ill = {"plan": None, "status": Status.INVALID, "cause": cause}

    assert graded(task("invalid_stack"), misfit="checked", **ill).verdict is Verdict.PASS
    assert graded(task("invalid_stack"), misfit="reported", **ill).verdict is Verdict.PERSON
    assert graded(task("diverges"), misfit="checked", **ill).verdict is Verdict.FAIL
    assert graded(task("invalid_stack"), **ill).verdict is Verdict.FAIL
    assert graded(task("invalid_stack"), measured(looked())).verdict is Verdict.FAIL


def test_underfitting_needs_a_bound():
    with pytest.raises(ValueError, match="underfits_below"):
        task("underfits")


def test_a_submission_that_the_machine_lost_is_no_zero():
    """A given model is there without it; its missing answer is a fault of the machine."""
    lost = CheckedSubmission(
        slug="s" + "0" * 11, submission=PLAN, isolation="bubblewrap", status=Status.FAULT,
        cause=Cause(what="The sandbox did not start."), models={"ill": CheckedModel(plan=PLAN, rows=[ROW])},
    )  # fmt: skip
    found = grade(task(), Evidence(lost, {PLAN: DIVERGED}, Seeds()))

    assert (found.verdict, found.points, found.reason) == (Verdict.PERSON, None, "The sandbox did not start.")
