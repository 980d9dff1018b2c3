"""What the class page says of everyone: states, close calls, curves and time."""

import math

import pytest
from factories import a_backdrop, a_grade, a_measurement, a_task_grade

from netgrade.objects.assignment import Prices
from netgrade.objects.grade import Grade, TaskGrade, Verdict
from netgrade.objects.measurement import Speed
from netgrade.report.classroom import class_page
from netgrade.report.classroom.curves import class_curves
from netgrade.report.classroom.time import time_rows, whole_time
from netgrade.report.drawing import svg
from netgrade.report.figures.classroom import ClassCurvesFigure
from netgrade.report.figures.tables import table_of

LINKS = {f"s{number:011d}": f"s{number:011d}/report.html" for number in range(3)}


def graded(number: int, *tasks: TaskGrade) -> Grade:
    return a_grade(number).model_copy(update={"tasks": list(tasks)})


def test_rows_name_the_state_of_each_task_and_what_they_are_sorted_by():
    [row] = class_page([a_grade()], a_backdrop(), LINKS).students

    assert row.states == "ppbpfpq"
    assert [cell.order for cell in row.cells] == ["0.481", "0.668", "0.552", "0.641", "0", "1", ""]
    assert row.late and row.student.link == "s00000000000/report.html"


def test_states_are_offered_with_how_many_tasks_they_have():
    page = class_page([a_grade(0), a_grade(1)], a_backdrop(), {})

    assert [(state.word, state.tasks) for state in page.states] == [
        ("passed", 8), ("not passed", 2), ("borderline", 2), ("needs a person", 2),
    ]  # fmt: skip
    assert page.late == 2


def test_what_luck_may_have_decided_is_listed_the_closest_first():
    """The threshold is 45 %, the interval 2.2 points to either side."""
    tasks = [a_task_grade("dense", verdict, accuracy) for verdict, accuracy in
             ((Verdict.PASS, 0.47), (Verdict.FAIL, 0.449), (Verdict.PASS, 0.48))]  # fmt: skip
    close = class_page([graded(n, task) for n, task in enumerate(tasks)], a_backdrop({}), LINKS).close

    assert [(row.student.name, row.margin) for row in close] == [
        ("s00000000001", "−0.1 points"), ("s00000000000", "+2.0 points"),
    ]  # fmt: skip
    assert close[0].student.link == "s00000000001/report.html#dense"


def test_a_design_has_one_curve_whoever_shares_it():
    assignment = a_backdrop().assignment
    grades = [
        graded(0, a_task_grade("dense")),
        graded(1, a_task_grade("dense")),
        graded(2, a_task_grade("dense", seed=5)),
    ]
    [figure] = class_curves(assignment, grades, {"dense": a_measurement(0.5, seed=9)})

    assert len(figure.curves) == 2 and len(figure.reference) == 15
    assert figure.threshold == 0.45 and "2 designs" in figure.alt
    assert all(word in svg(figure) for word in (b"reference", b"threshold", b"median"))


def test_what_has_no_epochs_in_common_is_not_drawn_together():
    task = a_task_grade("dense")
    batches = [curve.model_copy(update={"span": 100}) for curve in task.measurement.curves]
    task = task.model_copy(update={"measurement": task.measurement.model_copy(update={"curves": batches})})

    assert class_curves(a_backdrop().assignment, [graded(0, task)], {}) == ()


def test_a_curve_that_is_never_finite_is_drawn_as_nothing():
    task = a_task_grade("dense")
    broken = [curve.model_copy(update={"val_accuracy": [None, None]}) for curve in task.measurement.curves]
    task = task.model_copy(update={"measurement": task.measurement.model_copy(update={"curves": broken})})
    [figure] = class_curves(a_backdrop().assignment, [graded(0, task)], {})

    assert all(math.isnan(value) for value in figure.curves[0]) and b"median" in svg(figure)


@pytest.fixture
def speeds():
    fast = Speed(seed=1, train_seconds=1800.0, examples_per_second=1.0, inferences_per_second=1.0, device="cpu: X")
    return {f"{plan:064x}": [fast, fast.model_copy(update={"seed": 2, "train_seconds": 600.0})] for plan in (0, 7)}


def test_a_shared_training_is_counted_once(speeds):
    grades = [graded(0, a_task_grade("dense")), graded(1, a_task_grade("dense"))]
    [row] = time_rows(a_backdrop().assignment, grades, speeds, None)

    assert (row.designs, row.trainings, row.time, row.devices) == ("1", "2", "40 min 00 s", "cpu: X")
    assert row.longest == "30 min 00 s (20 min 00 s)"
    assert whole_time(speeds, None).startswith("1 h 20 min in 4 trainings")
    assert whole_time({}, None) == ""


def test_trainings_cost_what_the_course_says_an_hour_does(speeds):
    """40 minutes on a CPU and 40 on a GPU."""
    plan = f"{7:064x}"
    speeds = speeds | {plan: [speed.model_copy(update={"device": "gpu: Y"}) for speed in speeds[plan]]}
    prices = Prices(cpu=0.3, gpu=3.0, currency="EUR")
    [row] = time_rows(a_backdrop().assignment, [graded(0, a_task_grade("dense"))], speeds, prices)

    assert row.cost == "0.20 EUR"
    assert "2.20 EUR at the prices of the course" in whole_time(speeds, prices)


@pytest.mark.parametrize("epochs", [2, 3, 7])
def test_the_reference_may_have_learned_for_longer_than_everyone(epochs):
    reference = tuple(0.1 * epoch for epoch in range(1, epochs + 1))
    figure = ClassCurvesFigure("", "Dense", "accuracy", ((0.2, 0.3), (0.1, 0.2, 0.4)), reference, 0.45)

    assert b"reference" in svg(figure)
    assert [row[-1] for row in table_of(figure).rows][:epochs] == [f"{10 * epoch}.0%" for epoch in range(1, epochs + 1)]
