"""Drawings earn points when the network takes them for what was said; whatever is unclear waits for a person."""

import json

import pytest

from netgrade.kinds import Evidence, grade_task
from netgrade.objects.assignment import Seeds
from netgrade.objects.base import Cause, Status
from netgrade.objects.declaration import Answer
from netgrade.objects.grade import Verdict
from netgrade.objects.plan import CheckedModel, CheckedSubmission
from netgrade.objects.sight import Drawing, Pixels, Seen, Sight
from netgrade.objects.tasks import SeesTask

PLAN = "a" * 64
SAID = {"drawing-1": {"drawn": 4, "taken_for": 6}, "drawing-2": {"drawn": 7, "taken_for": 1}}
DIGITS = {str(digit): 0.1 for digit in range(10)}


def sight(number, *taken_for, pixel=None, **changes):
    data = f"{chr(65 + number) if pixel is None else pixel}AAA"
    picture = Pixels(height=1, width=1, channels=3, data=data)
    known = {"name": f"drawing-{number}", "picture": picture, "taken_for": taken_for, "probabilities": DIGITS}
    return Sight.model_validate(known | changes)


def graded(sights, said=SAID, status=Status.OK, seen=None, model=None, drawings=True, **rules):
    """Grade two drawings; `said` as it stands in answers.yaml, or as any text."""
    task = SeesTask(id="confuse", title="D", kind="sees", points=3, model_of="cnn", **{"drawings": 2} | rules)
    text = said if isinstance(said, str) else json.dumps(said)
    checked = CheckedSubmission(
        slug="s" + "0" * 11, submission=PLAN, isolation="none", status=status,
        models={"cnn": model or CheckedModel(plan=PLAN)} if model is not False else {},
        answers={} if said is None else {"confuse": Answer(text=text, source="answers.yaml")},
        drawings={"confuse": [Drawing(name="drawing-1")]} if drawings else {},
    )  # fmt: skip
    sights = {} if seen is False else {"confuse": seen or Seen(sights=sights)}
    return grade_task(task, Evidence(checked, {}, Seeds(), sights))


def test_drawings_that_are_taken_for_what_was_said_earn_the_points():
    found = graded([sight(1, "6", "6"), sight(2, "1", "1")])

    assert (found.verdict, found.points) == (Verdict.PASS, 3)
    assert found.reason == "2 of the 2 drawings asked for are taken for what was said."


def test_a_person_may_look_first():
    found = graded([sight(1, "6"), sight(2, "1")], judge="person")

    assert (found.verdict, found.points) == (Verdict.PERSON, None)


@pytest.mark.parametrize(
    ("sights", "said", "verdict", "told"),
    [
        ([sight(1, "6"), sight(2, "7")], SAID, Verdict.FAIL, "drawing-2 is taken for 7, not for 1."),
        ([sight(1, "6"), sight(2, "1", "7")], SAID, Verdict.PERSON, "drawing-2 is taken for 1 or 7, not for 1."),
        ([sight(1, "6")], SAID, Verdict.FAIL, ""),
        ([sight(1, "6"), sight(2, "1")], {"drawing-1": SAID["drawing-1"]}, Verdict.FAIL, "it was not said"),
        ([sight(1, "6"), sight(2, "6", pixel="B")], SAID | {"drawing-2": SAID["drawing-1"]}, Verdict.FAIL, ""),
        ([sight(1, "6"), sight(2, "1")], SAID | {"drawing-2": {"drawn": 1, "taken_for": 1}}, Verdict.FAIL, "other"),
        ([sight(1, "6"), sight(2, "1")], SAID | {"drawing-2": {"drawn": 7, "taken_for": "one"}}, Verdict.PERSON, ""),
        ([sight(1, "6"), sight(2, "1")], "the first is a six", Verdict.PERSON, "answers.yaml"),
        ([sight(1, "6"), sight(2, "1")], "[1, 2]", Verdict.PERSON, "answers.yaml"),
        ([sight(1, "6"), sight(2, "1")], "[" * 100_000, Verdict.PERSON, "answers.yaml"),
        ([sight(1, "6"), sight(2, "1")], None, Verdict.FAIL, "answers.yaml"),
        (
            [sight(1, "6"), sight(2, status=Status.INVALID, cause=Cause(what="Too large."))],
            SAID, Verdict.FAIL, "Too large.",
        ),
        ([sight(1, "6"), sight(2, status=Status.FAULT, cause=Cause(what="Broken."))], SAID, Verdict.PERSON, "Broken."),
    ],
)  # fmt: skip
def test_what_does_not_count_is_told_and_what_is_unclear_waits(sights, said, verdict, told):
    """Trainings that differ, words that are no class and files the grader could not read cost nothing by themselves."""
    found = graded(sights, said)

    assert found.verdict is verdict
    assert found.points == (0 if verdict is Verdict.FAIL else None)
    assert told in found.remedy


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"drawings": False}, Verdict.NOTHING),
        ({"drawings": False, "status": Status.FAULT}, Verdict.PERSON),
        ({"model": False}, Verdict.FAIL),
        ({"model": False, "status": Status.FAULT}, Verdict.PERSON),
        ({"model": CheckedModel(status=Status.INVALID, cause=Cause(what="Too many layers."))}, Verdict.FAIL),
        ({"model": CheckedModel(status=Status.FAULT)}, Verdict.PERSON),
        ({"seen": False}, Verdict.PERSON),
        ({"seen": Seen(status=Status.FAULT, cause=Cause(what="No weights."))}, Verdict.PERSON),
        ({"seen": Seen(status=Status.FAILED, cause=Cause(what="It diverged."))}, Verdict.FAIL),
    ],
)
def test_without_drawings_or_a_network_the_cause_decides(changes, verdict):
    found = graded([sight(1, "6"), sight(2, "1")], **changes)

    assert found.verdict is verdict
    assert found.points == (None if verdict is Verdict.PERSON else 0)
    assert found.reason
