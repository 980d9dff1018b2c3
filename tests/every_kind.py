"""A report with a task of every kind, a class and the other pages: what the tests of pages look at."""

import base64
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
from factories import a_backdrop, a_grade, a_measurement, a_model, a_task_grade, an_assignment
from PIL import Image
from test_report_diagnosis import BROKEN, SILENT, STEPS, looked
from test_report_seen import a_seen, a_sight
from test_thresholds import a_clock, a_sweep

from netgrade.objects.assignment import Assignment
from netgrade.objects.grade import AnswerPart, Grade, TaskGrade, VariantGrade, Verdict
from netgrade.objects.handmade import HandLayer, Handmade, TableRow
from netgrade.objects.measurement import ClassMeasure, WorstClock
from netgrade.objects.picture import CheckMeasure, Picture, StyleMeasurement
from netgrade.report import Backdrop

TEMPLATES = Path(__file__).parents[1] / "templates"
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
MANY = 100
FURTHER = [
    {"id": "hundred", "title": f"A hundred classes: {LONG}", "kind": "classifier", "points": 4,
     "threshold": "accuracy > 40 %"},
    {"id": "clock", "title": "Tell the time", "kind": "clock", "dataset": "clocks75", "threshold": "error <= 10 min",
     "points": 4},
    {"id": "rates", "title": "Dropout rates", "kind": "sweep", "factors": {"rate": [0.0, 0.5]}, "threshold": "60 %",
     "points": 4},
    {"id": "both", "title": "Convolutional against fully connected", "kind": "comparison", "points": 2,
     "models": ["dense", "cnn", "dropout", "batchnorm"], "prompt": "Which generalises better?"},
    {"id": "ill", "title": "Dying units", "kind": "diagnosis", "points": 2, "expects": "dying_relu",
     "prompt": "Show it."},
    {"id": "matrix", "title": "A matrix", "kind": "question", "points": 1, "answer_type": "matrix",
     "prompt": "Convolve.", "answer": [[1, 2]]},
    {"id": "order", "title": "An order", "kind": "question", "points": 1, "answer_type": "ordering",
     "prompt": "Which comes first?", "choices": {"a": "data", "b": "training"}, "answer": ["a", "b"]},
    {"id": "confuse", "title": "Drawings", "kind": "sees", "points": 3, "model_of": "cnn", "drawings": 2},
    {"id": "art", "title": "Style transfer", "kind": "style", "points": 3, "given": {"content": "content.png"},
     "hand_in": ["result"],
     "checks": [{"measure": "style_distance", "of": ["result", "content"], "below": 0.5, "points": 3}]},
    {"id": "xor", "title": "XOR by hand", "kind": "byhand", "points": 2, "table": "xor"},
]  # fmt: skip


def every_kind() -> tuple[Grade, Backdrop]:
    """One student's grade with a task of every kind and every verdict, and what its report shows beside it."""
    rules = an_assignment().model_dump()
    rules = Assignment.model_validate(rules | {"tasks": [*rules["tasks"], *FURTHER]})
    first, random = a_grade(), np.random.default_rng(0)
    tasks = [*first.tasks, _hundred(), _clock(), a_sweep("rates", 0.7), _comparison(), _ill(), *_questions(), _sees(),
             _art(), _by_hand()]  # fmt: skip
    drawn = a_seen().model_copy(update={"sights": [a_sight("drawing-1")]})
    images = {"shapes10": random.integers(0, 256, (200, 32, 32, 3), dtype=np.uint8),
              "clocks75": random.integers(0, 256, (200, 75, 75, 1), dtype=np.uint8)}  # fmt: skip
    backdrop = replace(
        a_backdrop(images=images, pictures={"a" * 64: _picture(), "b" * 64: _picture()}), assignment=rules,
        sights={first.slug: {"cnn": a_seen(), "confuse": drawn}},
    )  # fmt: skip
    return first.model_copy(update={"tasks": tasks, "most_points": rules.most_points}), backdrop


def a_class(students: int = 12) -> tuple[list[Grade], Backdrop]:
    """A class of the usual assignment, every third of it late, with names of all lengths."""
    grades = [
        a_grade(n).model_copy(update={"points": 11.7 - n / 4, "late_note": a_grade().late_note if n % 3 == 0 else ""})
        for n in range(students)
    ]
    names = {grade.slug: LONG if n == 1 else f"Student {n}" for n, grade in enumerate(grades)}
    return grades, a_backdrop(names)


def _hundred() -> TaskGrade:
    counts = np.eye(MANY, dtype=int) * 60 + np.random.default_rng(1).integers(0, 2, (MANY, MANY))
    classes = [ClassMeasure(name=f"class {n}", precision=0.5, recall=0.6, images=100) for n in range(MANY)]
    changes = {"confusion": counts.tolist(), "classes": classes}
    task = a_task_grade("hundred", Verdict.FAIL, 0.38)
    return task.model_copy(update={"measurement": task.measurement.model_copy(update=changes)})


def _clock() -> TaskGrade:
    graded = a_clock(8.5)
    values = [9.0 - epoch / 9 for epoch in range(15)]
    curves = [curve.model_copy(update={"error": values, "val_error": values}) for curve in graded.measurement.curves]
    clock = graded.measurement.clock.model_copy(
        update={"histogram": [50, 20, 5, 3, 2, 1, 1], "worst": [WorstClock(index=3, true=61, predicted=421)]}
    )
    return graded.model_copy(
        update={"measurement": graded.measurement.model_copy(update={"clock": clock, "curves": curves})}
    )


def _comparison() -> TaskGrade:
    variants = [
        VariantGrade(name=name, dataset="shapes10", model=a_model(layers=n + 4, seed=n), validation=0.6,
                     measurement=a_measurement(0.5 + n / 20, seed=n))
        for n, name in enumerate(("dense", "cnn", "dropout", "batchnorm"))
    ]  # fmt: skip
    return TaskGrade(task="both", verdict=Verdict.PERSON, points=None, most_points=2, reason="A person marks it.",
                     answer="The second, because of its filters.", variants=variants)  # fmt: skip


def _ill() -> TaskGrade:
    measured = a_measurement().model_copy(update={"diagnoses": [looked(silent=SILENT, last_steps=[*STEPS, BROKEN])]})
    return a_task_grade("ill").model_copy(update={"measurement": measured})


def _questions() -> list[TaskGrade]:
    cells = [
        AnswerPart(place=[1, r, c], given="1", wanted=str(r + c), right=r + c == 1) for r in (1, 2) for c in (1, 2)
    ]
    places = [AnswerPart(place=[n], given="data", wanted="training", right=n == 1) for n in (1, 2)]
    return [
        TaskGrade(task="matrix", verdict=Verdict.FAIL, points=0, most_points=1, reason="One cell is wrong.",
                  answer="[[1, 1]]", parts=cells, accepted="[[1, 2]]"),
        TaskGrade(task="order", verdict=Verdict.NOTHING, points=0, most_points=1, reason="One place is right.",
                  answer="a, a", parts=places, accepted="a, b", overridden="Half of it was said in the lab."),
    ]  # fmt: skip


def _sees() -> TaskGrade:
    return TaskGrade(task="confuse", verdict=Verdict.FAIL, points=0, most_points=3, reason="One of two counts.",
                     answer='{"drawing-1": {"drawn": "dog", "taken_for": "cat"}}')  # fmt: skip


def _art() -> TaskGrade:
    pictures = {name: Picture(file=digit * 64, pixels=digit * 64, width=32, height=32, source=f"{name}.png")
                for name, digit in (("content", "a"), ("result", "b"))}  # fmt: skip
    measured = StyleMeasurement(network="a small classifier", network_digest="c" * 64,
                                given={"content": pictures["content"]}, handed_in={"result": pictures["result"]},
                                checks=[CheckMeasure(value=0.4)])  # fmt: skip
    return TaskGrade(task="art", verdict=Verdict.PASS, points=3, most_points=3, reason="All figures keep their bounds.",
                     style=measured)  # fmt: skip


def _by_hand() -> TaskGrade:
    layers = [HandLayer(weights=[[1, 1], [-1, -1]], bias=[-0.5, 1.5], activation="step"),
              HandLayer(weights=[[1, 1]], bias=[-1.5], activation="step")]  # fmt: skip
    rows = [TableRow(inputs=[a, b], wanted=int(a != b), output=float(a != b), margin=0.5, right=True)
            for a in (0, 1) for b in (0, 1)]  # fmt: skip
    return TaskGrade(task="xor", verdict=Verdict.MARKED, points=2, most_points=2, reason="Every row is right.",
                     handmade=Handmade(layers=layers, hidden_units=2, threshold=0.5, rows=rows))  # fmt: skip


def _picture() -> str:
    with io.BytesIO() as file:
        Image.fromarray(np.arange(32 * 32 * 3, dtype=np.uint8).reshape(32, 32, 3)).save(file, format="PNG")
        return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
