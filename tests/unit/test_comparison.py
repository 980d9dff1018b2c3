"""Comparisons: models of one submission side by side, on different data too, and an answer with a rubric."""

import pytest
from factories import a_measurement, a_model

from netgrade.kinds import Evidence, grade_task
from netgrade.objects.assignment import Assignment
from netgrade.objects.declaration import Answer
from netgrade.objects.grade import Grade, TaskGrade, Verdict
from netgrade.objects.plan import CheckedSubmission
from netgrade.report import Backdrop
from netgrade.report.marking import marking_rows
from netgrade.report.student import student_page

RULES = Assignment.model_validate({"id": "a", "title": "A", "dataset": "cifar10", "tasks": [
    {"id": "digits", "title": "Digits", "kind": "classifier", "points": 1, "threshold": "90 %", "dataset": "mnist"},
    {"id": "photos", "title": "Photos", "kind": "classifier", "points": 1, "threshold": "45 %"},
    {"id": "both", "title": "Both", "kind": "comparison", "points": 2, "models": ["digits", "photos"],
     "prompt": "Which is larger?", "label": "3", "rubric": ["1 point: both sizes", "1 point: both accuracies"]},
]})  # fmt: skip


def graded(answer: str | None = "The second.", of_photos: str = "cifar10") -> TaskGrade:
    plans = {"digits": a_model(seed=1), "photos": a_model(layers=3, seed=2)}
    measured = {
        plans["digits"].plan: a_measurement(0.97, seed=1).model_copy(update={"dataset": "mnist"}),
        plans["photos"].plan: a_measurement(0.48, seed=2).model_copy(update={"dataset": of_photos}),
    }
    answers = {"both": Answer(text=answer, source="answers.yaml")} if answer else {}
    submission = CheckedSubmission(slug="s00000000000", submission="0" * 64, isolation="bubblewrap", models=plans,
                                   answers=answers)  # fmt: skip
    return grade_task(RULES.tasks[2], Evidence(submission, measured, RULES.seeds))


def whole(task: TaskGrade) -> Grade:
    return Grade(slug="s00000000000", submission="0" * 64, assignment="a", isolation="bubblewrap", tasks=[task],
                 points=0, most_points=4, complete=False)  # fmt: skip


@pytest.mark.parametrize(("of_photos", "factors"), [("cifar10", ("model", "data set")), ("mnist", ("model",))])
def test_models_on_different_data_say_on_which(of_photos, factors):
    [section] = student_page(whole(graded(of_photos=of_photos)), Backdrop(RULES)).sections

    assert section.tables[0].factors == factors
    assert [row.factors[0] for row in section.tables[0].rows] == ["Digits", "Photos"]
    assert [row.test.split(" ")[0] for row in section.tables[0].rows] == ["97.0%", "48.0%"]


def test_who_marks_the_answer_sees_the_rubric():
    [row] = marking_rows([whole(graded())], RULES, {})

    assert (row.answer, row.rubric) == ("The second.", ("1 point: both sizes", "1 point: both accuracies"))


def test_no_answer_is_told_where_it_may_stand():
    task = graded(answer=None)

    assert (task.verdict, task.points) == (Verdict.NOTHING, 0.0)
    assert "`**3:** ...`" in task.remedy
