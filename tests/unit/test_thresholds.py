"""Thresholds on the class page and in the references: of classifiers, of the best of a sweep, and of clocks."""

import pytest
from factories import a_grade, a_measurement, a_task_grade

from netgrade.export import gradebook, reference_table
from netgrade.objects.assignment import Assignment
from netgrade.objects.grade import Grade, TaskGrade, VariantGrade, Verdict
from netgrade.objects.measurement import ClockMeasure, Interval
from netgrade.objects.submission import Roster
from netgrade.report import Backdrop
from netgrade.report.classroom import class_page
from netgrade.report.classroom.view import ClassPage
from netgrade.report.drawing import svg

COMMON = {"points": 4}
RULES = Assignment.model_validate({"id": "a", "title": "A", "dataset": "mnist", "tasks": [
    {"id": "own", "title": "Own", "kind": "classifier", "threshold": "accuracy >= 62 %"} | COMMON,
    {"id": "clock", "title": "Clock", "kind": "clock", "dataset": "clocks75", "threshold": "error <= 10 min"} | COMMON,
    {"id": "rates", "title": "Rates", "kind": "sweep", "factors": {"rate": [0.0, 0.5]}, "threshold": "60 %"} | COMMON,
    {"id": "free", "title": "Free", "kind": "sweep"} | COMMON,
]})  # fmt: skip


def a_clock(error: float, half: float = 1.0) -> TaskGrade:
    clock = ClockMeasure(encoding="fraction", error=error, interval=Interval(low=error - half, high=error + half),
                         median=error, near=0.5, histogram=[1])  # fmt: skip
    seeds = [seed.model_copy(update={"test_accuracy": None, "train_error": 3.0, "validation_error": 7.0})
             for seed in a_measurement(trainings=1).seeds]  # fmt: skip
    measured = a_measurement().model_copy(
        update={"accuracy": None, "interval": None, "clock": clock, "seeds": seeds, "dataset": "clocks75"}
    )
    return a_task_grade("clock").model_copy(update={"measurement": measured})


def a_sweep(name: str, best: float) -> TaskGrade:
    """Two variants; the grade's own measurement is that of the best."""
    shown = [a_task_grade(name, accuracy=accuracy) for accuracy in (best, best - 0.1)]
    variants = [
        VariantGrade(name=f"{name}/{n:03d}", factors={"rate": rate}, dataset="mnist", model=one.model,
                     measurement=one.measurement)
        for n, (one, rate) in enumerate(zip(shown, ("0", "0.5"), strict=True))
    ]  # fmt: skip
    return shown[0].model_copy(update={"variants": variants})


def graded(*tasks: TaskGrade, number: int = 0) -> Grade:
    return a_grade(number).model_copy(update={"tasks": list(tasks), "assignment": "a"})


@pytest.fixture
def reference() -> Grade:
    return graded(a_task_grade("own", accuracy=0.66), a_clock(8.5), a_sweep("rates", 0.7), a_sweep("free", 0.5))


@pytest.fixture
def page(reference: Grade) -> ClassPage:
    everyone = [
        graded(a_task_grade("own"), a_clock(9.0), a_sweep("rates", 0.65)),
        graded(a_task_grade("own"), a_clock(14.0).model_copy(update={"verdict": Verdict.FAIL}), number=1),
    ]
    return class_page(everyone, Backdrop(RULES, reference), {})


def test_each_trained_task_has_its_margin_in_its_own_unit(page: ClassPage) -> None:
    told = {row.task: (row.threshold, row.reference, row.margin, row.median, row.counts) for row in page.margins}

    assert told == {
        "Own": ("≥ 62%", "66.0%", "+4.0 points", "64.0%", "2 passed"),
        "Clock": ("≤ 10 min", "8.5 min", "+1.5 min", "11.5 min", "1 passed, 1 not passed"),
        "Rates": ("60%", "70.0%", "+10.0 points", "65.0%", "1 passed"),
        "Free": ("–", "50.0%", "–", "–", ""),
    }


def test_a_clock_as_good_as_the_reference_may_fail(page: ClassPage) -> None:
    """8.5 minutes with a standard error of 0.51 lie 2.94 of them below 10; it fails 1.96 above: never, to a tenth."""
    close = class_page([], Backdrop(RULES, graded(a_clock(9.9))), {}).margins[1]

    assert {row.task: row.false_fail for row in page.margins}["Clock"] == "< 0.1%"
    assert (close.margin, close.false_fail) == ("+0.1 min", "1.6%")


def test_accuracies_and_errors_are_drawn_apart(page: ClassPage) -> None:
    accuracies, errors = page.reached

    assert (accuracies.tasks, errors.tasks) == (("Own", "Rates"), ("Clock",))
    assert (accuracies.values[1], errors.values[0]) == ((0.65,), (9.0, 14.0))
    assert (accuracies.references, errors.references) == ((0.66, 0.7), (8.5,))
    assert b"mean error in minutes" in svg(errors) and b"test accuracy" in svg(accuracies)


def test_the_references_list_every_variant_and_errors_in_minutes(reference: Grade) -> None:
    rows = [[cell.strip() for cell in row.split("|")[1:6]] for row in reference_table(RULES, reference, {}).split("\n")]

    assert [row[:2] for row in rows[2:]] == [
        ["own", "accuracy >= 62 %"], ["clock", "error <= 10 min"], ["rates: rate 0 on mnist", "60 %"],
        ["rates: rate 0.5 on mnist", ""], ["free: rate 0 on mnist", ""], ["free: rate 0.5 on mnist", ""],
    ]  # fmt: skip
    assert rows[3][2:] == ["3.0 min", "7.0 min", "8.5 min"]


def test_the_grade_book_has_errors_where_others_have_accuracies(reference: Grade) -> None:
    head, row = gradebook([reference], Roster(students={})).splitlines()
    cells = dict(zip(head.split(","), row.split(","), strict=True))

    assert (cells["clock_error"], cells["own_accuracy"]) == ("8.5", "0.66")
    assert "clock_accuracy" not in cells
