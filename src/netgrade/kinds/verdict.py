"""Verdicts that several kinds share: a measured accuracy against a threshold, and models that were not trained."""

from netgrade.kinds.evidence import Evidence
from netgrade.language import later, localised, say, say_of
from netgrade.objects.base import Cause, Status
from netgrade.objects.grade import TaskGrade, Verdict
from netgrade.objects.measurement import Measurement
from netgrade.objects.plan import CheckedModel
from netgrade.objects.tasks import ModelTask, Threshold

METRICS = {"accuracy": later("accuracy"), "error": later("error")}


def verdict_of(threshold: Threshold, measured: Measurement, more: bool) -> Verdict:
    """Compare the 95 % interval with the threshold; one that holds it asks for seeds, where `more` can be had."""
    if measured.accuracy is None or measured.interval is None:
        return Verdict.FAIL if measured.status is Status.FAILED else Verdict.PERSON
    if measured.diverged_at is not None:
        return Verdict.UNDECIDED if more else Verdict.PERSON
    met = {threshold.met_by(measured.interval.low), threshold.met_by(measured.interval.high)}
    if len(met) == 1:
        return Verdict.PASS if met.pop() else Verdict.FAIL
    return Verdict.UNDECIDED if more else Verdict.BORDERLINE


def reason_of(threshold: Threshold, verdict: Verdict, measured: Measurement) -> str:
    """One sentence: what was measured, and how it lies to the threshold."""
    if measured.accuracy is None or measured.interval is None:
        return measured.cause.what if measured.cause else say("The training gave no accuracy.")
    seeds = len(measured.seeds)
    found = say_of(
        "Test accuracy {value} (95% interval {low} to {high}, {number} training)",
        "Test accuracy {value} (95% interval {low} to {high}, {number} trainings)",
        seeds,
    )
    bounds = measured.interval
    low, value, high = (localised(f"{share:.1%}") for share in (bounds.low, measured.accuracy, bounds.high))
    return compared(found.format(value=value, low=low, high=high, number=seeds), verdict, threshold)


def compared(found: str, verdict: Verdict, threshold: Threshold) -> str:
    """The sentence that says how what was found lies to the threshold."""
    told = {
        Verdict.PASS: say("{found} meets the threshold: {threshold}."),
        Verdict.FAIL: say("{found} misses the threshold: {threshold}."),
        Verdict.BORDERLINE: say("{found} is too close to call against the threshold: {threshold}."),
        Verdict.UNDECIDED: say("{found} needs further trainings to be told from the threshold: {threshold}."),
        Verdict.PERSON: say(
            "{found} came with a training that diverged; a person decides about the threshold: {threshold}."
        ),
    }[verdict]
    bound = str(threshold).partition(" ")[2]
    return told.format(found=found, threshold=f"{say(METRICS[threshold.metric])} {localised(bound)}")


def trained(task: ModelTask, evidence: Evidence) -> tuple[CheckedModel, Measurement] | TaskGrade:
    """A task's model and what was measured of it, or what the task comes to where there is nothing to measure."""
    model = evidence.submission.models.get(task.id)
    if model is None:
        return without_model(task, evidence)
    if not model.ok or model.plan is None:
        return not_trained(task, model, model.status, model.cause)
    measurement = evidence.measurements.get(model.plan)
    if measurement is None or measurement.status is Status.FAULT:
        return not_trained(task, model, Status.FAULT, measurement.cause if measurement else None)
    return model, measurement


def without_model(task: ModelTask, evidence: Evidence) -> TaskGrade:
    """Nothing for this task: because nothing was handed in, or because the whole submission failed."""
    submission = evidence.submission
    if submission.status in (Status.OK, Status.SKIPPED):
        reason = say("No model for this task was found in the submission.")
        remedy = say("Define build_{task}(), or call compile and fit.").format(task=task.id)
        if task.headings:
            remedy = say("Define build_{task}(), or call compile and fit below the heading “{heading}”.").format(
                task=task.id, heading=task.headings[0]
            )
        return TaskGrade(task=task.id, verdict=Verdict.NOTHING, points=0, most_points=task.points,
                         reason=reason, remedy=remedy)  # fmt: skip
    return not_trained(task, None, submission.status, submission.cause)


def not_trained(task: ModelTask, model: CheckedModel | None, status: Status, cause: Cause | None) -> TaskGrade:
    """A fault of the machine needs a person; a fault of the submission earns nothing and says why."""
    fault = status in (Status.FAULT, Status.OK)
    cause = cause or Cause(what=say("The model was not trained, and no cause is known."))
    return TaskGrade(
        task=task.id, verdict=Verdict.PERSON if fault else Verdict.FAIL, points=None if fault else 0.0,
        most_points=task.points, reason=cause.what, remedy=cause.remedy, model=model,
    )  # fmt: skip


def mean_validation(measured: Measurement | None, trainings: int | None = None) -> float | None:
    """Mean validation accuracy over the first so many trainings, or over all; None where there is none."""
    seeds = measured.seeds[:trainings] if measured else []
    values = [seed.validation_accuracy for seed in seeds if seed.validation_accuracy is not None]
    return sum(values) / len(values) if values else None
