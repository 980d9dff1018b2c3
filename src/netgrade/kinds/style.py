"""Style: each measured figure of a task's images is held against its bound; what nothing measures, a person marks."""

from netgrade.kinds.evidence import Evidence
from netgrade.language import localised, say
from netgrade.objects.base import Cause, Status
from netgrade.objects.grade import TaskGrade, Verdict
from netgrade.objects.picture import CheckMeasure, StyleMeasurement
from netgrade.objects.tasks import StyleTask
from netgrade.objects.tasks.style import StyleCheck


def grade(task: StyleTask, evidence: Evidence) -> TaskGrade:
    """Verdict and points of one style task."""
    measured = evidence.styles.get(task.id)
    if measured is None:
        return _without_images(task, evidence)
    if len(measured.checks) != len(task.checks):
        return _graded(
            task, Verdict.PERSON, None, say("The images were measured by other checks than these."), "", measured
        )
    if not measured.handed_in and measured.failed:
        cause = next(iter(measured.failed.values()))
        return _graded(task, Verdict.FAIL, 0.0, cause.what, cause.remedy, measured)
    pairs = list(zip(task.checks, measured.checks, strict=True))
    open_ = [found for check, found in pairs if check.points and outcome(check, found) is None]
    points = round(sum(check.points for check, found in pairs if outcome(check, found)), 2)
    missed = [check for check, found in pairs if check.points and outcome(check, found) is False]
    if open_:
        cause = open_[0].cause or Cause(what=say("A figure could not be measured."))
        return _graded(task, Verdict.PERSON, None, cause.what, cause.remedy, measured)
    counted = sum(1 for check in task.checks if check.points)
    reason = say("No check carries points")
    if counted:
        reason = say("{met} of {all} checks are met").format(met=counted - len(missed), all=counted)
    if task.measured_points < task.points - 1e-9:
        rest = say("{number} of {all} points are a person's to give").format(
            number=localised(f"{task.points - task.measured_points:g}"), all=localised(f"{task.points:g}")
        )
        earned = say("and give {number} of {all} points").format(
            number=localised(f"{points:g}"), all=localised(f"{task.measured_points:g}")
        )
        earned = f" {earned}" if counted else ""
        return _graded(task, Verdict.PERSON, None, f"{reason}{earned}; {rest}.", "", measured)
    causes = [found.cause for check, found in pairs if check.points and found.cause]
    if missed:
        why = causes[0] if causes else Cause(what="", remedy=say("The table says which figure is out of its bound."))
        return _graded(task, Verdict.FAIL, points, f"{reason}. {why.what}".strip(), why.remedy, measured)
    return _graded(task, Verdict.PASS, task.points, f"{reason}.", "", measured)


def outcome(check: StyleCheck, found: CheckMeasure) -> bool | None:
    """Whether a check is met: None where that is not known. An image that is missing meets no check."""
    if found.status in (Status.SKIPPED, Status.INVALID):
        return False
    return check.met_by(found.value) if found.ok and found.value is not None else None


def _without_images(task: StyleTask, evidence: Evidence) -> TaskGrade:
    submission = evidence.submission
    if submission.status is Status.FAULT or (submission.ok and task.id in submission.pictured):
        cause = submission.cause or Cause(what=say("The images were not measured."))
        return _graded(task, Verdict.PERSON, None, cause.what, cause.remedy, None)
    if not submission.ok and submission.status is not Status.SKIPPED:
        cause = submission.cause or Cause(what=say("The submission could not be read."))
        return _graded(task, Verdict.FAIL, 0.0, cause.what, cause.remedy, None)
    wanted = say("Hand in {image}.png in a folder called {task} or style.")
    if task.given:
        wanted = say(
            "Hand in {image}.png in a folder called {task} or style, or define stylize_{task}(content, style)."
        )
    remedy = wanted.format(image=task.hand_in[0], task=task.id)
    reason = say("No image for this task was found in the submission.")
    return _graded(task, Verdict.NOTHING, 0.0, reason, remedy, None)


def _graded(
    task: StyleTask, verdict: Verdict, points: float | None, reason: str, remedy: str, measured: StyleMeasurement | None
) -> TaskGrade:
    return TaskGrade(
        task=task.id, verdict=verdict, points=points, most_points=task.points, reason=reason, remedy=remedy,
        style=measured,
    )  # fmt: skip
