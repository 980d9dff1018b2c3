"""Classifier: a model is trained, and its test accuracy is held against the threshold."""

from netgrade.kinds.advice import advise
from netgrade.kinds.evidence import Evidence
from netgrade.kinds.verdict import reason_of, trained, verdict_of
from netgrade.language import localised, say
from netgrade.objects.grade import TaskGrade, Verdict
from netgrade.objects.measurement import Measurement
from netgrade.objects.plan import CheckedModel
from netgrade.objects.tasks import ClassifierTask, Threshold
from netgrade.spec import parse_threshold


def grade(task: ClassifierTask, evidence: Evidence) -> TaskGrade:
    """Verdict and points of one classifier task."""
    found = trained(task, evidence)
    return found if isinstance(found, TaskGrade) else _measured(task, *found, evidence)


def _measured(task: ClassifierTask, model: CheckedModel, measured: Measurement, evidence: Evidence) -> TaskGrade:
    threshold = parse_threshold(task.threshold)
    more = len(measured.seeds) < evidence.seeds.most
    verdict = verdict_of(threshold, measured, more) if _died(task, measured) else Verdict.FAIL
    points, verdict = _points(task, threshold, verdict, measured)
    return TaskGrade(
        task=task.id, verdict=verdict, points=points, most_points=task.points, model=model, measurement=measured,
        reason=reason_of(threshold, verdict, measured) + _about_dead_units(task, measured),
        advice=advise(measured, model, task.limits.epochs, passed=verdict is Verdict.PASS),
    )  # fmt: skip


def _died(task: ClassifierTask, measured: Measurement) -> bool:
    """Whether enough units have died, where the task wants them to and the training came to its end."""
    if task.dead_units is None or measured.accuracy is None or measured.diverged_at is not None:
        return True
    return _dead_share(measured) >= task.dead_units


def _dead_share(measured: Measurement) -> float:
    """Of the ReLU layer with the most dead units, their share; the smallest over the trainings."""
    shares = [max((row.final for row in one.silent), default=0.0) for one in measured.diagnoses]
    return min(shares, default=0.0)


def _about_dead_units(task: ClassifierTask, measured: Measurement) -> str:
    """A sentence on the dying ReLU, where the task is about it."""
    if task.dead_units is None or measured.accuracy is None:
        return ""
    told = say("At the end {found} of the units of a ReLU layer fire for no image; the task asks for {wanted} or more.")
    found, wanted = (localised(f"{share:.0%}") for share in (_dead_share(measured), task.dead_units))
    return " " + told.format(found=found, wanted=wanted)


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
    share = (measured.accuracy - task.partial_credit.zero_at) / span if span and (span < 0) == threshold.below else 0.0
    return round(task.points * min(1.0, max(0.0, share)), 2)
