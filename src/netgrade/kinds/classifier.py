"""Classifier: a model is trained, and its test accuracy is held against the threshold."""

from netgrade.kinds.advice import advise
from netgrade.kinds.evidence import Evidence
from netgrade.objects.base import Cause, Status
from netgrade.objects.grade import TaskGrade, Verdict
from netgrade.objects.measurement import Measurement
from netgrade.objects.plan import CheckedModel
from netgrade.objects.tasks import ClassifierTask, Threshold
from netgrade.spec import parse_threshold


def grade(task: ClassifierTask, evidence: Evidence) -> TaskGrade:
    """Verdict and points of one classifier task."""
    model = evidence.submission.models.get(task.id)
    if model is None:
        return _without_model(task, evidence)
    if not model.ok or model.plan is None:
        return _not_trained(task, model, model.status, model.cause)
    measurement = evidence.measurements.get(model.plan)
    if measurement is None or measurement.status is Status.FAULT:
        return _not_trained(task, model, Status.FAULT, measurement.cause if measurement else None)
    return _measured(task, model, measurement, evidence)


def _without_model(task: ClassifierTask, evidence: Evidence) -> TaskGrade:
    """Nothing for this task: because nothing was handed in, or because the whole submission failed."""
    submission = evidence.submission
    if submission.status in (Status.OK, Status.SKIPPED):
        reason = "No model for this task was found in the submission."
        where = f" below the heading “{task.headings[0]}”" if task.headings else ""
        remedy = f"Define build_{task.id}(), or call compile and fit{where}."
        return TaskGrade(task=task.id, verdict=Verdict.NOTHING, points=0, most_points=task.points,
                         reason=reason, remedy=remedy)  # fmt: skip
    return _not_trained(task, None, submission.status, submission.cause)


def _not_trained(task: ClassifierTask, model: CheckedModel | None, status: Status, cause: Cause | None) -> TaskGrade:
    """A fault of the machine needs a person; a fault of the submission earns nothing and says why."""
    fault = status in (Status.FAULT, Status.OK)
    cause = cause or Cause(what="The model was not trained, and no cause is known.")
    return TaskGrade(
        task=task.id, verdict=Verdict.PERSON if fault else Verdict.FAIL, points=None if fault else 0.0,
        most_points=task.points, reason=cause.what, remedy=cause.remedy, model=model,
    )  # fmt: skip


def _measured(task: ClassifierTask, model: CheckedModel, measured: Measurement, evidence: Evidence) -> TaskGrade:
    threshold = parse_threshold(task.threshold)
    more = len(measured.seeds) < evidence.seeds.most
    verdict = _verdict(threshold, measured, more)
    points, verdict = _points(task, threshold, verdict, measured)
    return TaskGrade(
        task=task.id, verdict=verdict, points=points, most_points=task.points, model=model, measurement=measured,
        reason=_reason(threshold, verdict, measured),
        advice=advise(measured, model, task.limits.epochs, passed=verdict is Verdict.PASS),
    )  # fmt: skip


def _verdict(threshold: Threshold, measured: Measurement, more: bool) -> Verdict:
    """Compare the 95 % interval with the threshold; an interval that holds it asks for further seeds."""
    if measured.accuracy is None or measured.interval is None:
        return Verdict.FAIL if measured.status is Status.FAILED else Verdict.PERSON
    if measured.diverged_at is not None:
        return Verdict.UNDECIDED if more else Verdict.PERSON
    if threshold.met_by(measured.interval.low):
        return Verdict.PASS
    if not threshold.met_by(measured.interval.high):
        return Verdict.FAIL
    return Verdict.UNDECIDED if more else Verdict.BORDERLINE


def _points(
    task: ClassifierTask, threshold: Threshold, verdict: Verdict, measured: Measurement
) -> tuple[float | None, Verdict]:
    """Points for a verdict; the instructor's rule settles what stays borderline."""
    if verdict is Verdict.PASS:
        return task.points, verdict
    if verdict is Verdict.FAIL:
        return _partial(task, threshold, measured), verdict
    if verdict is Verdict.BORDERLINE and task.borderline != "person":
        return (task.points if task.borderline == "pass" else _partial(task, threshold, measured)), verdict
    return None, verdict


def _partial(task: ClassifierTask, threshold: Threshold, measured: Measurement) -> float:
    """Linear from nothing at `zero_at` to all points at the threshold."""
    if task.partial_credit is None or measured.accuracy is None:
        return 0.0
    span = threshold.value - task.partial_credit.zero_at
    share = (measured.accuracy - task.partial_credit.zero_at) / span if span > 0 else 0.0
    return round(task.points * min(1.0, max(0.0, share)), 2)


def _reason(threshold: Threshold, verdict: Verdict, measured: Measurement) -> str:
    if measured.accuracy is None or measured.interval is None:
        return measured.cause.what if measured.cause else "The training gave no accuracy."
    seeds = len(measured.seeds)
    found = (
        f"Test accuracy {measured.accuracy:.1%} (95% interval {measured.interval.low:.1%} to "
        f"{measured.interval.high:.1%}, {seeds} training{'s' if seeds > 1 else ''})"
    )
    ending = {
        Verdict.PASS: "lies above",
        Verdict.FAIL: "misses",
        Verdict.BORDERLINE: "is too close to call against",
        Verdict.UNDECIDED: "needs further trainings to be told from",
        Verdict.PERSON: "came with a training that diverged; a person decides about",
    }[verdict]
    return f"{found} {ending} the threshold: {threshold}."
