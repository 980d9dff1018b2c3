"""Diagnosis: the symptom that the task asks for, or that the student names, is held against what was found.

A symptom that another one explains does not count: a network with dead units underfits, and the dead units are why.
"""

import re
from typing import get_args

from netgrade.kinds.evidence import Evidence
from netgrade.kinds.symptoms import CAUSED_BY, Finding, causes, figures_of, train_accuracy
from netgrade.kinds.verdict import not_trained, without_model
from netgrade.language import localised, say
from netgrade.objects.base import Status
from netgrade.objects.grade import Advice, TaskGrade, Verdict
from netgrade.objects.measurement import Measurement
from netgrade.objects.plan import CheckedModel
from netgrade.objects.tasks import DiagnosisTask, Symptom

SYMPTOMS: tuple[Symptom, ...] = get_args(Symptom)

GUESSING = 2.0
"""Times the accuracy of guessing, up to which a model knows nothing: its first guesses favour some classes."""

MOST_READ = 100
"""Characters of an answer that names a symptom; a person reads longer ones."""


def grade(task: DiagnosisTask, evidence: Evidence) -> TaskGrade:
    """Verdict and points of one diagnosis."""
    model = evidence.submission.models.get(task.id)
    if model is None:
        return without_model(task, evidence)
    named, unread = _named(task, evidence)
    if unread is not None:
        return unread.model_copy(update={"model": model})
    graded = _held_against(task, named, model, evidence)
    answer = evidence.submission.answers.get(task.id) if task.expects is None else None
    return graded.model_copy(update={"answer": answer.text if answer else None, "model": model})


def _named(task: DiagnosisTask, evidence: Evidence) -> tuple[Symptom, TaskGrade | None]:
    """The symptom that is held against the model, or what the task comes to where none can be read."""
    if task.expects is not None:
        return task.expects, None
    answer = evidence.submission.answers.get(task.id)
    if answer and (named := named_symptom(answer.text)):
        return named, None
    choice = say("Write into answers.yaml what ails the model, as {line} and one of {symptoms}.")
    choice = choice.format(line=f"`{task.id}: `", symptoms=", ".join(SYMPTOMS))
    submission = evidence.submission
    if answer is None and submission.status is Status.FAULT:
        return SYMPTOMS[0], not_trained(task, None, submission.status, submission.cause)
    if answer is None:
        return SYMPTOMS[0], _result(task, Verdict.NOTHING, say("No symptom was named."), choice)
    reason = say("No single symptom could be read from the answer; a person reads it.")
    return SYMPTOMS[0], _result(task, Verdict.PERSON, reason, choice).model_copy(update={"answer": answer.text})


def named_symptom(text: str) -> Symptom | None:
    """The one symptom that an answer names, or None."""
    words = re.findall("[a-z_]+", re.sub(r"[\s-]+", "_", text.strip().lower())) if len(text) <= MOST_READ else []
    return next((symptom for symptom in SYMPTOMS if words == [symptom]), None)


def _held_against(task: DiagnosisTask, named: Symptom, model: CheckedModel, evidence: Evidence) -> TaskGrade:
    if model.misfit:
        return _misfit(task, named, model)
    if not model.ok or model.plan is None:
        return not_trained(task, model, model.status, model.cause)
    measured = evidence.measurements.get(model.plan)
    if measured is None or measured.status is Status.FAULT:
        return not_trained(task, model, Status.FAULT, measured.cause if measured else None)
    more = len(measured.curves) < evidence.seeds.most
    return _measured(task, named, model, measured, more).model_copy(update={"measurement": measured})


def _misfit(task: DiagnosisTask, named: Symptom, model: CheckedModel) -> TaskGrade:
    """Layers that do not fit. What the student's own run said of them is no evidence."""
    cause = model.cause
    why, remedy = (cause.what, cause.remedy) if cause else ("", "")
    if model.misfit == "reported":
        reason = say("The model could not be built, which only the submission's own run says; a person confirms it.")
        return _result(task, Verdict.PERSON, f"{reason} {why}", remedy)
    if named == "invalid_stack":
        asked = say("The layers do not fit, as the task asks for: {why}")
        told = asked if task.expects else say("The layers do not fit, as you named: {why}")
        return _result(task, Verdict.PASS, told.format(why=why), remedy)
    told = say("{asked}, but its layers do not even fit (invalid_stack): {why}")
    return _result(task, Verdict.FAIL, told.format(asked=_asked(task, named), why=why), remedy)


def _measured(task: DiagnosisTask, named: Symptom, model: CheckedModel, measured: Measurement, more: bool) -> TaskGrade:
    told = {d.seed for d in measured.diagnoses}
    if not measured.diagnoses or any(s.seed not in told for s in measured.seeds):
        return _result(task, Verdict.PERSON, say("The trainings were not looked at from inside; a person decides."), "")
    if named == "untrained":
        return _untrained(task, measured)
    underfits = _underfits(task, measured)
    findings = causes(measured, model) + ([underfits] if underfits else [])
    finding = _decisive(findings, named)
    if finding is None:
        if task.expects is None:
            reason = say("No symptom was found in the model that the answer could be held against; a person decides.")
            return _result(task, Verdict.PERSON, reason, "")
        reason = say("{asked}; it was not found. {figures}")
        reason = reason.format(asked=_asked(task, named), figures=figures_of(named, measured))
        return _result(task, Verdict.FAIL, reason, "")
    advice = [Advice(what=finding.what, why=finding.why)]
    return _judged(task, named, finding, more).model_copy(update={"advice": advice})


def _decisive(findings: list[Finding], named: Symptom) -> Finding | None:
    """What explains the named symptom, or else this symptom, or else whatever was found."""
    explained = [f for f in findings if f.symptom in CAUSED_BY.get(named, ())]
    return next(iter(explained + [f for f in findings if f.symptom == named] + findings), None)


def _judged(task: DiagnosisTask, named: Symptom, finding: Finding, more: bool) -> TaskGrade:
    if finding.seen < finding.trainings:
        verdict = Verdict.UNDECIDED if more else Verdict.PERSON
        differ = say("The trainings differ ({symptom}): {why}").format(symptom=finding.symptom, why=finding.why)
        return _result(task, verdict, differ, "")
    if finding.symptom == named:
        asked = say("The model shows what the task asks for ({symptom}): {why}")
        told = asked if task.expects else say("The model shows what you named ({symptom}): {why}")
        return _result(task, Verdict.PASS, told.format(symptom=named, why=finding.why), "")
    told = say("{asked}; what ails it is {symptom}: {why}")
    told = told.format(asked=_asked(task, named), symptom=finding.symptom, why=finding.why)
    return _result(task, Verdict.FAIL, told, "")


def _untrained(task: DiagnosisTask, measured: Measurement) -> TaskGrade:
    values = [d.untrained_accuracy for d in measured.diagnoses if d.untrained_accuracy is not None]
    if len(values) < len(measured.diagnoses):
        return _result(task, Verdict.PERSON, say("Its accuracy before training is not known; a person decides."), "")
    accuracy, chance = sum(values) / len(values), measured.diagnoses[0].chance
    verdict = Verdict.PASS if accuracy <= GUESSING * chance else Verdict.FAIL
    told = say("{figures}, as an untrained model does.")
    if verdict is Verdict.FAIL:
        told = say("{figures}, which is more than an untrained model knows.")
    return _result(task, verdict, told.format(figures=figures_of("untrained", measured).removesuffix(".")), "")


def _underfits(task: DiagnosisTask, measured: Measurement) -> Finding | None:
    train = train_accuracy(measured)
    if task.underfits_below is None or train is None or train >= task.underfits_below:
        return None
    values = [s.train_accuracy for s in measured.seeds if s.train_accuracy is not None]
    seen = sum(value < task.underfits_below for value in values)
    why = say("It classifies only {share} of its own training images correctly; {wanted} were asked.")
    why = why.format(share=localised(f"{train:.1%}"), wanted=localised(f"{task.underfits_below:.1%}"))
    what = say("Give the network more capacity, a better suited architecture, or a longer training.")
    return Finding("underfits", why, what, seen, len(values))


def _asked(task: DiagnosisTask, named: Symptom) -> str:
    told = say("The task asks for a model with {symptom}") if task.expects else say("You named {symptom}")
    return told.format(symptom=named)


def _result(task: DiagnosisTask, verdict: Verdict, reason: str, remedy: str) -> TaskGrade:
    points = {Verdict.PASS: task.points, Verdict.FAIL: 0.0, Verdict.NOTHING: 0.0}.get(verdict)
    return TaskGrade(task=task.id, verdict=verdict, points=points, most_points=task.points, reason=reason,
                     remedy=remedy)  # fmt: skip
