"""Grade: from evidence to points and verdicts, with the late rule and the teacher's overrides."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from netgrade.kinds import Evidence, grade_task
from netgrade.language import later, localised, say, say_of, speaking
from netgrade.objects.assignment import Assignment
from netgrade.objects.base import Digest, Outcome, TaskId
from netgrade.objects.grade import NO_COMMENT, Grade, Override, TaskGrade, Verdict
from netgrade.objects.measurement import Measurement
from netgrade.objects.picture import StyleMeasurement
from netgrade.objects.plan import CheckedModel, CheckedSubmission
from netgrade.objects.sight import Seen
from netgrade.objects.submission import Submission
from netgrade.phrases import retold, retold_cause

LATE_UNKNOWN = later("Handed in late; by how much is not known, and the points are given once it is.")
"""For the student. The teacher enters the time in handed_in.csv."""

Ended = TypeVar("Ended", bound=Outcome)


def grade(
    submission: Submission,
    checked: CheckedSubmission,
    assignment: Assignment,
    measurements: Mapping[Digest, Measurement],
    overrides: Sequence[Override] = (),
    sights: Mapping[TaskId, Seen] | None = None,
    styles: Mapping[TaskId, StyleMeasurement] | None = None,
) -> Grade:
    """Grade one student's submission; the students of `overrides` are slugs, `sights` what its networks see.

    `styles` are the measurements of this student's images, by task.
    """
    marks = {mark.task: mark for mark in overrides if mark.student == submission.slug}
    with speaking(assignment.language):
        measured = {plan: _with_cause(one) for plan, one in measurements.items()}
        seen = {task: _spoken_seen(one) for task, one in (sights or {}).items()}
        pictured = {task: _spoken_style(one) for task, one in (styles or {}).items()}
        evidence = Evidence(_spoken(checked), measured, assignment.seeds, seen, pictured, assignment.scale)
        return _graded(submission, assignment, evidence, marks)


def _spoken(checked: CheckedSubmission) -> CheckedSubmission:
    """What was found of a submission, which its record has in English, in the language that is spoken."""
    models = {name: _spoken_model(model) for name, model in checked.models.items()}
    findings = [retold(text, checked.phrases) for text in checked.findings]
    return checked.model_copy(update={"models": models, "findings": findings, "cause": retold_cause(checked.cause)})


def _spoken_model(model: CheckedModel) -> CheckedModel:
    changes: dict[str, object] = {
        "cause": retold_cause(model.cause),
        "findings": [retold(text, model.phrases) for text in model.findings],
        "difference": [retold(text, model.phrases) for text in model.difference],
        "rows": [row.model_copy(update={"note": say(row.note)}) if row.note else row for row in model.rows],
        "phrases": {},
    }
    return model.model_copy(update=changes)


def _spoken_seen(seen: Seen) -> Seen:
    return _with_cause(seen).model_copy(update={"sights": [_with_cause(sight) for sight in seen.sights]})


def _spoken_style(measured: StyleMeasurement) -> StyleMeasurement:
    failed = {name: retold_cause(cause) for name, cause in measured.failed.items()}
    checks = [_with_cause(check) for check in measured.checks]
    return measured.model_copy(update={"failed": failed, "checks": checks})


def _with_cause(outcome: Ended) -> Ended:
    """The same, with its cause in the language that is spoken."""
    return outcome.model_copy(update={"cause": retold_cause(outcome.cause)}) if outcome.cause else outcome


def _graded(
    submission: Submission, assignment: Assignment, evidence: Evidence, marks: Mapping[TaskId, Override]
) -> Grade:
    checked = evidence.submission
    tasks = [_overridden(grade_task(task, evidence), marks.get(task.id)) for task in assignment.tasks]
    factor, note = _late(assignment, submission.handed_in)
    late_unknown = submission.late and submission.handed_in is None and assignment.late is not None
    return Grade(
        slug=submission.slug,
        submission=submission.digest,
        assignment=assignment.id,
        isolation=checked.isolation,
        scale=assignment.scale,
        handed_in=submission.handed_in,
        late_note=say(LATE_UNKNOWN) if late_unknown else note,
        late_factor=factor,
        late_unknown=late_unknown,
        tasks=tasks,
        points=round(factor * sum(t.points or 0.0 for t in tasks), 2),
        most_points=assignment.most_points,
        complete=all(t.points is not None for t in tasks) and not late_unknown,
        findings=checked.findings,
        output=checked.output,
    )


def undecided(grades: Sequence[Grade]) -> list[Digest]:
    """Plans that further seeds could decide, in a fixed order."""
    return sorted({plan for one in grades for task in one.tasks for plan in task.wanted})


def _overridden(task: TaskGrade, mark: Override | None) -> TaskGrade:
    """A teacher's points stand, whatever was measured; the measurement stays to be seen."""
    if mark is None:
        return task
    changes = {"points": mark.points, "verdict": Verdict.MARKED, "overridden": mark.comment or NO_COMMENT}
    return task.model_copy(update=changes)


def _late(assignment: Assignment, handed_in: datetime | None) -> tuple[float, str]:
    """Factor on the points and the sentence that explains it."""
    if assignment.due is None or assignment.late is None or handed_in is None or handed_in <= assignment.due:
        return 1.0, ""
    days = math.ceil((handed_in - assignment.due).total_seconds() / 86400)
    if days > assignment.late.days:
        told = say_of(
            "Handed in {late} days late; after {number} day nothing counts.",
            "Handed in {late} days late; after {number} days nothing counts.",
            assignment.late.days,
        )
        return 0.0, told.format(late=days, number=assignment.late.days)
    factor = max(0.0, 1.0 - assignment.late.per_day * days)
    told = say_of(
        "Handed in {number} day late: {share} of the points are taken off.",
        "Handed in {number} days late: {share} of the points are taken off.",
        days,
    )
    return factor, told.format(number=days, share=localised(f"{1 - factor:.0%}"))
