"""Where answers are read: as they were written in answers.yaml, and by marker or heading in a notebook."""

from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from netgrade.collect import REFERENCE_CHUNK, collect
from netgrade.extract import submission
from netgrade.extract.child.headings import Headings
from netgrade.extract.sandbox import Run, backend_of
from netgrade.extract.submission import extract
from netgrade.grade import grade
from netgrade.objects.assignment import Assignment
from netgrade.objects.dataset import Dataset
from netgrade.objects.grade import Verdict
from netgrade.objects.plan import CheckedSubmission
from netgrade.spec import load_assignment

ROOT = Path(__file__).parents[2]
QUESTION = {"kind": "question", "title": "Q", "points": 1, "answer_type": "text", "prompt": "?"}
RULES = Assignment.model_validate(
    {"id": "a", "title": "A", "dataset": "shapes10", "tasks": [{"id": name} | QUESTION for name in ("q", "r", "s")]}
)
MARKERS = {"p3a": "3A", "p3b": "3B", "why": "why"}


@pytest.fixture
def read(tmp_path):
    """The answers of a submission that is nothing but its answers.yaml: no code runs."""

    def read(text):
        folder = tmp_path / "submissions"
        folder.mkdir()
        (folder / "answers.yaml").write_text(text)
        [found] = collect("a", REFERENCE_CHUNK, folder, tmp_path / "places", b"k" * 32).submissions
        data = Dataset(name="shapes10", folder=str(tmp_path))
        declaration = extract(found, RULES, {"shapes10": data}, "bubblewrap")
        return {name: answer.text for name, answer in declaration.answers.items()}, declaration.cautions

    return read


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("010", "010"),
        ("1:30", "1:30"),
        ("1e3", "1e3"),
        ("no", "no"),
        ("12_000", "12_000"),
        ("2026-01-02", "2026-01-02"),
        ("0x1F", "0x1F"),
        ("[32, 032, .5]", "[32, 032, .5]"),
        ("[[1, .5], [.50, 1/4]]", "[[1, .5], [.50, 1/4]]"),
        ("\n  - the first, or so\n  - the second", "the first, or so\nthe second"),
        ("{one: [[1, 2]], two: [[3, 4]]}", "one: [[1, 2]]\ntwo: [[3, 4]]"),
        ("|\n  1 2\n  3 4\n", "1 2\n3 4\n"),
    ],
)
def test_an_answer_stays_as_it_was_written(read, written, text):
    """YAML would read 8, 90, 1000.0, False, 12000 and a date."""
    assert read(f"q: {written}\n")[0] == {"q": text}


def test_an_empty_answer_is_none(read):
    answers, notes = read("q:\nr: ~\ns: null\nt: x\n")

    assert not answers
    assert notes == ["answers.yaml: no task is called `t`."]


@pytest.mark.parametrize(
    ("cell", "answers"),
    [
        ("**3B:** 608", {"p3b": "608"}),
        ("**3B**: 608", {"p3b": "608"}),
        ("Answer 3b: 608", {"p3b": "608"}),
        ("**Your answer 3B:** 608", {"p3b": "608"}),
        ("3B: 608", {"p3b": "608"}),
        ("> **3B:**\n\n| 1 | 2 |\n|---|---|\n| 3 | 4 |", {"p3b": "| 1 | 2 |\n|---|---|\n| 3 | 4 |"}),
        ("**3A:** one\n\n**3B:** two\nlines\n### Problem 3C\nmore", {"p3a": "one", "p3b": "two\nlines"}),
        ("**why:** because", {"why": "because"}),
        ("why: it is only a word here", {}),
        ("**Problem 3B** (2 points). How many?", {}),
        ("Problem 3B: how many?", {}),
        ("**3B:**", {}),
        ("**33B:** 608", {}),
    ],
)
def test_a_marker_says_whose_answer_it_is(cell, answers):
    assert Headings({}, [], MARKERS).marked_answers(cell) == answers


def test_the_questions_of_cs155_are_graded_from_their_reference_answers(tmp_path):
    """Of the eleven, seven by themselves; four explanations wait for a person."""
    assignment = load_assignment(ROOT / "assignments/cs155-set4/assignment.yaml")
    folder = tmp_path / "answers"
    folder.mkdir()
    (folder / "answers.yaml").write_text((ROOT / "reference_models/cs155-set4/answers.yaml").read_text())
    [found] = collect("a", REFERENCE_CHUNK, folder, tmp_path / "places", b"k" * 32).submissions
    data = {name: Dataset(name=name, folder=str(tmp_path)) for name in assignment.datasets}
    declared = extract(found, assignment, data, "bubblewrap")
    checked = CheckedSubmission(slug=found.slug, submission=found.digest, isolation="bubblewrap",
                                answers=declared.answers)  # fmt: skip
    verdicts = {task.task: task.verdict for task in grade(found, checked, assignment, {}).tasks if task.answer}

    passed = ["p2a", "p2b", "p2c", "p3b", "p3c", "p3d", "p3e"]
    waiting = ["p3a", "p3f", "p3g_regularisation", "p3g_one_epoch"]
    assert {name: verdicts[name] for name in passed} == dict.fromkeys(passed, Verdict.PASS)
    assert {name: verdicts[name] for name in waiting} == dict.fromkeys(waiting, Verdict.PERSON)


def test_the_right_answers_never_reach_the_sandbox(tmp_path, monkeypatch):
    """The child is told headings and markers, and nothing that is right."""
    secret = {"answer": "hush", "accepted": ["hush-hush"], "unlisted": "fail", "rubric": ["hushed"]}
    task = QUESTION | {"id": "q", "answer_type": "short", "label": "1A", "headings": ["One"]} | secret
    rules = Assignment.model_validate({"id": "a", "title": "A", "dataset": "shapes10", "tasks": [task]})
    folder, requests = tmp_path / "submissions", []
    folder.mkdir()
    (folder / "model.py").write_text("ANSWERS = {}")
    [found] = collect("a", REFERENCE_CHUNK, folder, tmp_path / "places", b"k" * 32).submissions

    def asked(_command, request, *_):
        requests.append(request.decode())
        return Run(b"", "", 0.0, False, False, False, ended=True, exit_code=0)

    monkeypatch.setattr(submission, "backend_of", lambda _: replace(backend_of("bubblewrap"), run=asked))
    extract(found, rules, {"shapes10": Dataset(name="shapes10", folder=str(tmp_path))}, "bubblewrap")

    assert "1A" in requests[0] and "One" in requests[0]
    assert "hush" not in requests[0]


def test_an_empty_starter_answers_nothing():
    """No prompt is taken for an answer."""
    assignment = load_assignment(ROOT / "assignments/cs155-set4/assignment.yaml")
    markers = {task.id: task.marker for task in assignment.tasks if task.kind == "question"}
    headings = Headings({task.id: task.headings for task in assignment.tasks}, assignment.closing_headings, markers)
    notebook = nbformat.read(ROOT / "assignments/cs155-set4/starter.ipynb", as_version=4)

    assert not [cell.source for cell in notebook.cells if headings.marked_answers(cell.source)]
