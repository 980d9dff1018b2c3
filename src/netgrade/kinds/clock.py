"""Clock: a model tells the time, and its mean error around the dial is held against a threshold."""

from netgrade.kinds.evidence import Evidence
from netgrade.kinds.verdict import compared, trained
from netgrade.language import localised, say, say_of
from netgrade.objects.base import Status
from netgrade.objects.grade import Advice, TaskGrade, Verdict
from netgrade.objects.measurement import ClockMeasure, Measurement
from netgrade.objects.plan import CheckedModel
from netgrade.objects.tasks import ClockTask, Threshold
from netgrade.spec import parse_threshold

GUESSING = 150
"""Mean error in minutes from which a model has hardly learned anything: always naming one time gives 180."""

OVERFITS = 1.5
"""Test error as a multiple of the training error from which a training is called overfitted."""


def grade(task: ClockTask, evidence: Evidence) -> TaskGrade:
    """Verdict and points of one clock task."""
    found = trained(task, evidence)
    return found if isinstance(found, TaskGrade) else _measured(task, *found, evidence)


def _measured(task: ClockTask, model: CheckedModel, measured: Measurement, evidence: Evidence) -> TaskGrade:
    threshold = parse_threshold(task.threshold)
    verdict = _verdict(threshold, measured, more=len(measured.seeds) < evidence.seeds.most)
    return TaskGrade(
        task=task.id, verdict=verdict, points=_points(task, threshold, verdict, measured.clock),
        most_points=task.points, model=model, measurement=measured, reason=_reason(threshold, verdict, measured),
        advice=_advice(measured),
    )  # fmt: skip


def _verdict(threshold: Threshold, measured: Measurement, more: bool) -> Verdict:
    """Compare the 95 % interval with the threshold; an interval that holds it asks for further seeds."""
    if threshold.metric != "error":
        return Verdict.PERSON
    if measured.clock is None:
        return Verdict.FAIL if measured.status is Status.FAILED else Verdict.PERSON
    if measured.diverged_at is not None:
        return Verdict.UNDECIDED if more else Verdict.PERSON
    if threshold.met_by(measured.clock.interval.high):
        return Verdict.PASS
    if not threshold.met_by(measured.clock.interval.low):
        return Verdict.FAIL
    return Verdict.UNDECIDED if more else Verdict.BORDERLINE


def _points(task: ClockTask, threshold: Threshold, verdict: Verdict, clock: ClockMeasure | None) -> float | None:
    """Points for a verdict; the instructor's rule settles what stays borderline."""
    if verdict is Verdict.PASS or (verdict is Verdict.BORDERLINE and task.borderline == "pass"):
        return task.points
    if verdict is Verdict.FAIL or (verdict is Verdict.BORDERLINE and task.borderline == "fail"):
        return _partial(task, threshold, clock)
    return None


def _partial(task: ClockTask, threshold: Threshold, clock: ClockMeasure | None) -> float:
    """Linear from nothing at `zero_at` minutes to all points at the threshold."""
    if task.partial_credit is None or clock is None:
        return 0.0
    span = task.partial_credit.zero_at - threshold.value
    share = (task.partial_credit.zero_at - clock.error) / span if span > 0 else 0.0
    return round(task.points * min(1.0, max(0.0, share)), 2)


def _reason(threshold: Threshold, verdict: Verdict, measured: Measurement) -> str:
    if threshold.metric != "error":
        return say("The threshold of this task bounds no error, so nothing can be held against it.")
    clock = measured.clock
    if clock is None:
        return measured.cause.what if measured.cause else say("The training gave no outputs that can be read as times.")
    seeds = len(measured.seeds)
    found = say_of(
        "Mean error {value} minutes (95% interval {low} to {high}, {number} training)",
        "Mean error {value} minutes (95% interval {low} to {high}, {number} trainings)",
        seeds,
    )
    low, value, high = (localised(f"{m:.1f}") for m in (clock.interval.low, clock.error, clock.interval.high))
    return compared(found.format(value=value, low=low, high=high, number=seeds), verdict, threshold)


def _advice(measured: Measurement) -> list[Advice]:
    """Sentences for the report, the most useful first."""
    if measured.diverged_at is not None:
        why = say("The loss was no longer a finite number at training step {step}.").format(step=measured.diverged_at)
        return [Advice(what=say("Lower the learning rate, or scale the targets to about 0 to 1."), why=why)]
    clock = measured.clock
    if clock is None:
        return []
    if clock.error >= GUESSING:
        what = say("State the time so that near times have near targets, as sine and cosine of the hands do.")
        why = say("The mean error is {error} minutes; guessing gives 180.").format(error=f"{clock.error:.0f}")
        return [Advice(what=what, why=why)]
    train = [seed.train_error for seed in measured.seeds if seed.train_error is not None]
    if train and clock.error > OVERFITS * sum(train) / len(train) and clock.error - sum(train) / len(train) > 1:
        why = say("On training images the mean error is {error} minutes.")
        why = why.format(error=localised(f"{sum(train) / len(train):.1f}"))
        return [Advice(what=say("Fight overfitting: add Dropout, use fewer parameters, or stop earlier."), why=why)]
    return []
