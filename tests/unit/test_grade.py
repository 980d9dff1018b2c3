"""Grading: the interval decides, faults need a person, and a teacher has the last word."""

import time
from datetime import UTC, datetime

import pytest

from netgrade.grade import grade, undecided
from netgrade.objects.assignment import Assignment, Late, Seeds
from netgrade.objects.base import Cause, Status
from netgrade.objects.declaration import Answer
from netgrade.objects.grade import Override, Verdict
from netgrade.objects.measurement import Interval, Measurement, SeedMeasure
from netgrade.objects.plan import CheckedModel, CheckedSubmission
from netgrade.objects.submission import Submission
from netgrade.objects.tasks import ClassifierTask, PartialCredit, QuestionTask
from netgrade.spec import by_slug

PLAN = "a" * 64
SLUG = "s" + "0" * 11


def assignment(**changes):
    """A classifier task of ten points at 60 %, with whatever is changed."""
    task = {"id": "cnn", "title": "CNN", "points": 10, "kind": "classifier", "threshold": "accuracy >= 60 %"}
    return Assignment(id="a", title="A", dataset="shapes10", tasks=[ClassifierTask(**task | changes)])


def measured(accuracy, half=0.02, seeds=1, **changes):
    """A measurement with a symmetric interval."""
    seed = SeedMeasure(seed=1, test_accuracy=accuracy, train_accuracy=accuracy, validation_accuracy=accuracy,
                       epochs_run=5, best_epoch=None)  # fmt: skip
    return Measurement(plan=PLAN, dataset="shapes10", stand_in=True, accuracy=accuracy, images=2000,
                       interval=Interval(low=accuracy - half, high=accuracy + half), seeds=[seed] * seeds,
                       **changes)  # fmt: skip


def graded(rules, measurement=None, model=None, overrides=(), handed_in=None, **checked):
    """Grade one submission that has one model."""
    models = {"cnn": model or CheckedModel(plan=PLAN)}
    submission = Submission(slug=SLUG, folder="/x", digest=PLAN, handed_in=handed_in)
    found = CheckedSubmission(
        **{"slug": SLUG, "submission": PLAN, "isolation": "bubblewrap", "models": models} | checked
    )
    measurements = {PLAN: measurement} if measurement else {}
    return grade(submission, found, rules, measurements, overrides)


@pytest.mark.parametrize(
    ("accuracy", "verdict", "points"),
    [
        (0.63, Verdict.PASS, 10),
        (0.57, Verdict.FAIL, 0),
        (0.61, Verdict.UNDECIDED, None),
        (0.59, Verdict.UNDECIDED, None),
    ],
)
def test_the_interval_decides(accuracy, verdict, points):
    """Above, below, and too close to tell after one training."""
    task = graded(assignment(), measured(accuracy)).tasks[0]

    assert (verdict, points) == (task.verdict, task.points)


@pytest.mark.parametrize(("rule", "points"), [("pass", 10), ("fail", 0), ("person", None)])
def test_what_stays_borderline_follows_the_instructors_rule(rule, points):
    """After the last seed nothing is guessed."""
    task = graded(assignment(borderline=rule), measured(0.60, seeds=5)).tasks[0]

    assert (Verdict.BORDERLINE, points) == (task.verdict, task.points)


def test_undecided_plans_are_named_once():
    """Only they are trained further."""
    grades = [
        graded(assignment(), measured(0.60)),
        graded(assignment(), measured(0.60)),
        graded(assignment(), measured(0.9)),
    ]

    assert undecided(grades) == [PLAN]


def test_partial_credit_rises_to_the_threshold():
    """Half way between nothing and the threshold is half the points."""
    rules = assignment(partial_credit=PartialCredit(zero_at=0.40))

    assert pytest.approx(graded(rules, measured(0.50)).tasks[0].points) == 5.0


@pytest.mark.parametrize("status", [Status.INVALID, Status.FAILED, Status.TIMEOUT, Status.OUT_OF_MEMORY])
def test_a_fault_of_the_submission_earns_nothing_and_says_why(status):
    """Zero, but never silently."""
    model = CheckedModel(status=status, cause=Cause(what="line 3 raised", remedy="mend it"))
    task = graded(assignment(), model=model).tasks[0]

    assert (task.verdict, task.points, task.reason) == (Verdict.FAIL, 0.0, "line 3 raised")


def test_a_fault_of_the_machine_needs_a_person():
    """Never a zero, never full points."""
    model = CheckedModel(status=Status.FAULT, cause=Cause(what="the disk was full"))
    one = graded(assignment(), model=model)

    assert (one.tasks[0].verdict, one.tasks[0].points, one.complete) == (Verdict.PERSON, None, False)


def test_a_plan_without_a_measurement_needs_a_person():
    """A missing file is no result."""
    assert Verdict.PERSON is graded(assignment()).tasks[0].verdict


def test_a_submission_that_failed_as_a_whole_fails_each_task():
    """The cause is repeated where the student looks for it."""
    cause = Cause(what="ran longer than 60 s")
    task = graded(assignment(), models={}, status=Status.TIMEOUT, cause=cause).tasks[0]

    assert (task.verdict, task.reason) == (Verdict.FAIL, "ran longer than 60 s")


def test_what_was_not_handed_in_is_named_so():
    """Not the same as failed."""
    assert Verdict.NOTHING is graded(assignment(), models={}).tasks[0].verdict


def test_every_training_diverged_is_a_failure():
    """A loss that is not finite is a property of the plan."""
    diverged = Measurement(plan=PLAN, dataset="d", stand_in=True, status=Status.FAILED, diverged_at=3,
                           cause=Cause(what="The loss was not finite from step 3."))  # fmt: skip
    task = graded(assignment(), diverged).tasks[0]

    assert (task.verdict, task.points) == (Verdict.FAIL, 0.0)
    assert "learning rate" in task.advice[0].what


def test_a_teachers_points_survive_any_measurement():
    """By name or by slug."""
    for student in ("Zoë", SLUG):
        mark = Override(student=student, task="cnn", points=7.5, comment="explained in person")
        task = graded(assignment(), measured(0.2), overrides=by_slug([mark], {SLUG: "Zoë"})).tasks[0]

        assert (task.points, task.verdict, task.overridden) == (7.5, Verdict.MARKED, "explained in person")


def test_each_day_begun_takes_its_share():
    """Two days and a second are three days."""
    rules = assignment().model_copy(update={"due": datetime(2026, 3, 1, tzinfo=UTC), "late": Late(per_day=0.1, days=7)})
    late = graded(rules, measured(0.9), handed_in=datetime(2026, 3, 3, 0, 0, 1, tzinfo=UTC))
    never = graded(rules, measured(0.9), handed_in=datetime(2026, 4, 1, tzinfo=UTC))

    assert pytest.approx(late.points) == 7.0
    assert never.points == 0.0
    assert "30%" in late.late_note and "nothing counts" in never.late_note


@pytest.mark.parametrize(
    ("kind", "answer", "text", "verdict"),
    [
        ("number", 608, "608", Verdict.PASS),
        ("number", 608, "It has 608 parameters.", Verdict.PASS),
        ("number", 608, "5*5*3*8+8 = 600", Verdict.PERSON),
        ("number", 608, "600", Verdict.FAIL),
        ("number", 12523266, "12,523,266", Verdict.PASS),
        ("number", 12523266, "12 523 266", Verdict.PASS),
        ("number", 0.5, "0,5", Verdict.PASS),
        ("number", -0.5, "−0,5", Verdict.PASS),
        ("number", 1234.5, "1.234,5 or 1,234.5", Verdict.PASS),
        ("number", 3.4, "3, 4", Verdict.PERSON),
        ("number", 12, "1 2", Verdict.PERSON),
        ("number", 608, "608" + " so" * 500, Verdict.PERSON),
        ("number", 1234, "1,234", Verdict.PERSON),
        ("number", 608, "NaN", Verdict.PERSON),
        ("number", 608, "1e999", Verdict.PERSON),
        ("shape", [32, 32, 3], "(None, 32, 32, 3)", Verdict.PASS),
        ("shape", [32, 32, 3], "32x32x3", Verdict.PASS),
        ("shape", [32, 32, 3], "[3, 32, 32]", Verdict.FAIL),
        ("shape", [32, 32, 3], "rows and columns", Verdict.PERSON),
        ("text", "model answer", "anything", Verdict.PERSON),
    ],
)
def test_an_answer_is_right_wrong_or_left_to_a_person(kind, answer, text, verdict):
    """Whatever two people could read differently is not graded by a machine."""
    task = QuestionTask(id="q", title="Q", kind="question", points=1, prompt="?", answer_type=kind, answer=answer)
    rules = Assignment(id="a", title="A", dataset="shapes10", tasks=[task], seeds=Seeds())
    found = graded(rules, answers={"q": Answer(text=text, source="answers.yaml")}).tasks[0]

    assert verdict is found.verdict


@pytest.mark.parametrize("text", ["1" * 20_000, "(" + "," * 20_000, "(3, 3) " * 4_000])
def test_a_long_answer_is_left_to_a_person_at_once(text):
    """A number or a shape is short; looking for one takes the square of the length."""
    task = QuestionTask(id="q", title="Q", kind="question", points=1, prompt="?", answer_type="shape", answer=[3, 3])
    rules = Assignment(id="a", title="A", dataset="shapes10", tasks=[task], seeds=Seeds())
    start = time.process_time()
    found = graded(rules, answers={"q": Answer(text=text, source="answers.yaml")}).tasks[0]

    assert found.verdict is Verdict.PERSON
    assert time.process_time() - start < 0.5
