"""Sees: drawings that a network takes for something else, as the student said it would.

A drawing counts when every training of the network takes it for what was said, and does not when none does. Where
trainings differ, where it could not be read, or where what was said is unclear, a person decides if it matters.
"""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from netgrade.errors import UnreadableError
from netgrade.kinds.evidence import Evidence
from netgrade.language import say, say_of
from netgrade.objects.base import Cause, Status
from netgrade.objects.grade import TaskGrade, Verdict
from netgrade.objects.plan import CheckedSubmission
from netgrade.objects.sight import Seen, Sight
from netgrade.objects.tasks import SeesTask
from netgrade.untrusted import read_json

MOST_NAME = 40


class _Came(Enum):
    """What a drawing came to."""

    COUNTS = 1
    DOES_NOT = 2
    UNCLEAR = 3


def grade(task: SeesTask, evidence: Evidence) -> TaskGrade:
    """Verdict and points of one task with drawings."""
    submission = evidence.submission
    if not submission.drawings.get(task.id):
        return _without_drawings(task, submission)
    if trouble := _without_network(task, submission):
        return trouble
    seen = evidence.sights.get(task.id)
    if seen is None or not seen.ok:
        fails = seen is not None and seen.status is Status.FAILED
        cause = (seen and seen.cause) or Cause(what=say("What the network makes of the drawings was not computed."))
        return _result(task, Verdict.FAIL if fails else Verdict.PERSON, cause.what, cause.remedy)
    answer = submission.answers.get(task.id)
    return _judged(task, seen, answer.text if answer else None).model_copy(
        update={"answer": answer.text if answer else None}
    )


def claimed(answer: str) -> dict[str, tuple[str, str]]:
    """What the student wrote of each drawing: what was drawn, and what it would be taken for; unclear ones left out.

    Raises UnreadableError where the answer is not of the form `drawing-1: {drawn: 4, taken_for: 6}`.
    """
    content = read_json(answer.encode())
    if not isinstance(content, dict):
        raise UnreadableError("it is no list of drawings")
    return {name: pair for name, value in content.items() if (pair := _pair(value))}


def _pair(value: Any) -> tuple[str, str] | None:
    if not isinstance(value, dict) or not {"drawn", "taken_for"} <= set(value):
        return None
    drawn, taken_for = (str(value[key]).strip().lower()[:MOST_NAME] for key in ("drawn", "taken_for"))
    return drawn, taken_for


def _without_drawings(task: SeesTask, submission: CheckedSubmission) -> TaskGrade:
    remedy = say("Hand in {task}/drawing-1.png and so on, as the drawing page writes them.").format(task=task.id)
    if submission.status is Status.FAULT:
        what = submission.cause.what if submission.cause else say("The submission could not be read.")
        return _result(task, Verdict.PERSON, what)
    return _result(task, Verdict.NOTHING, say("No drawings for this task were found in the submission."), remedy)


def _without_network(task: SeesTask, submission: CheckedSubmission) -> TaskGrade | None:
    """Where there is no network to show the drawings to: the student's fault, or the grader's."""
    model = submission.models.get(task.model_of)
    if model is not None and model.ok and model.plan:
        return None
    status, cause = (model.status, model.cause) if model else (submission.status, submission.cause)
    fault = status is Status.FAULT or (model is not None and model.ok)
    why = f" {cause.what}" if cause else ""
    what = say("There is no network of the task {task} to show the drawings to.").format(task=task.model_of) + why
    return _result(task, Verdict.PERSON if fault else Verdict.FAIL, what, cause.remedy if cause else "")


def _judged(task: SeesTask, seen: Seen, answer: str | None) -> TaskGrade:
    line = f"`{task.id}: {{drawing-1: {{drawn: 4, taken_for: 6}}}}`"
    example = say("Write into answers.yaml: {line}.").format(line=line)
    if answer is None:
        return _result(task, Verdict.FAIL, say("It was not said what the drawings would be taken for."), example)
    try:
        said = claimed(answer)
    except UnreadableError:
        what = say("What was said of the drawings could not be read; a person reads it.")
        return _result(task, Verdict.PERSON, what, example)
    came = [_came(sight, said.get(sight.name)) for sight in _different(seen.sights)]
    counted, unclear = came.count(_Came.COUNTS), came.count(_Came.UNCLEAR)
    reason = say_of(
        "{number} of the {all} drawings asked for is taken for what was said.",
        "{number} of the {all} drawings asked for are taken for what was said.",
        counted,
    ).format(number=counted, all=task.drawings)
    if counted >= task.drawings and task.judge == "network":
        return _result(task, Verdict.PASS, reason)
    if counted + unclear < task.drawings:
        return _result(task, Verdict.FAIL, reason, _told(seen.sights, said))
    if counted >= task.drawings:
        shown = say("A person looks whether they show what was drawn.")
        return _result(task, Verdict.PERSON, f"{reason} {shown}")
    left = say("A person decides about {number} more.").format(number=unclear)
    return _result(task, Verdict.PERSON, f"{reason} {left}", _told(seen.sights, said))


def _different(sights: Sequence[Sight]) -> list[Sight]:
    """The same picture under two names counts once."""
    known = {sight.picture.data if sight.picture else sight.name: sight for sight in reversed(sights)}
    return list(known.values())


def _came(sight: Sight, said: tuple[str, str] | None) -> _Came:
    if sight.status is Status.INVALID or (sight.ok and said is None):
        return _Came.DOES_NOT
    if not sight.ok or not sight.taken_for or said is None:
        return _Came.UNCLEAR
    drawn, taken_for = said
    known = {name.lower() for name in sight.probabilities}
    if drawn not in known or taken_for not in known:
        return _Came.UNCLEAR
    hits = [name.lower() == taken_for for name in sight.taken_for]
    if drawn == taken_for or not any(hits):
        return _Came.DOES_NOT
    return _Came.COUNTS if all(hits) else _Came.UNCLEAR


def _told(sights: list[Sight], said: Mapping[str, tuple[str, str]]) -> str:
    """Of the first drawing that does not count, why."""
    for sight in sights:
        if sight.cause:
            return f"{sight.cause.what} {sight.cause.remedy}"
        if sight.name not in said:
            told = say("Of {drawing} it was not said what was drawn and what it would be taken for.")
            return told.format(drawing=sight.name)
        drawn, taken_for = said[sight.name]
        if drawn == taken_for:
            told = say("{drawing} is to be taken for something other than what was drawn.")
            return told.format(drawing=sight.name)
        if any(name.lower() != taken_for for name in sight.taken_for):
            told = say("{drawing} is taken for {classes}, not for {said}.")
            found = say(" or ").join(dict.fromkeys(sight.taken_for))
            return told.format(drawing=sight.name, classes=found, said=taken_for)
    return ""


def _result(task: SeesTask, verdict: Verdict, reason: str, remedy: str = "") -> TaskGrade:
    points = {Verdict.PASS: task.points, Verdict.FAIL: 0.0, Verdict.NOTHING: 0.0}.get(verdict)
    return TaskGrade(
        task=task.id, verdict=verdict, points=points, most_points=task.points, reason=reason, remedy=remedy
    )  # fmt: skip
