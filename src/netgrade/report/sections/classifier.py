"""The section of a classifier task: from a TaskGrade to what its template shows."""

from collections.abc import Sequence
from typing import Any

from netgrade.language import later, localised, say
from netgrade.objects.declaration import Claim
from netgrade.objects.grade import TaskGrade
from netgrade.objects.measurement import Measurement
from netgrade.objects.plan import CheckedModel
from netgrade.objects.tasks import ClassifierTask
from netgrade.report.backdrop import Backdrop
from netgrade.report.parts.curves import mean
from netgrade.report.parts.evaluation import evaluation
from netgrade.report.parts.layers import layer_table
from netgrade.report.text import MISSING, count, line, percent
from netgrade.report.view import AdviceLine, ClaimLine, ClassifierSection

MOST_LINES = 60

CLAIMED_NEAR = 0.02
"""A claimed accuracy this near to the measured one is called in agreement."""


def classifier_section(
    common: dict[str, Any],
    task: ClassifierTask,
    graded: TaskGrade,
    backdrop: Backdrop,
) -> ClassifierSection:
    """The whole section; `common` are the fields that the sections of all kinds share."""
    model, measured = graded.model, graded.measurement
    other = task.difference.compared_with if task.difference else ""
    return ClassifierSection(
        **common,
        layers=layer_table(model) if model and model.rows else None,
        compared_with=next((t.title for t in backdrop.assignment.tasks if t.id == other), ""),
        difference=lines(model.difference) if model else (),
        evaluation=evaluation(task, model, measured, backdrop.measured.get(task.id), backdrop) if measured else None,
        claims=tuple(_claim(c, model, measured) for c in model.claims[:MOST_LINES]) if model else (),
        advice=tuple(AdviceLine(line(a.what, 400), line(a.why, 400)) for a in graded.advice),
        findings=lines(model.findings) if model else (),
    )


def lines(texts: Sequence[str]) -> tuple[str, ...]:
    """Clean lines, and how many were left out."""
    shown = tuple(line(text, 300) for text in texts[:MOST_LINES])
    left_out = len(texts) - len(shown)
    return (*shown, say("… and {number} more").format(number=left_out)) if left_out else shown


FIGURES = {
    "test_accuracy": later("test accuracy"),
    "train_accuracy": later("train accuracy"),
    "validation_accuracy": later("validation accuracy"),
    "parameters": later("parameters"),
    "epochs": later("epochs"),
}


def _claim(claim: Claim, model: CheckedModel | None, measured: Measurement | None) -> ClaimLine:
    figure, where = say(FIGURES[claim.figure]), line(claim.where, 60)
    if claim.figure.endswith("accuracy"):
        found = _measured_accuracy(claim.figure, measured)
        judgement = _accuracy_judgement(claim.fraction, found)
        return ClaimLine(figure, where, percent(claim.fraction), percent(found), judgement)
    epochs = max((s.epochs_run for s in measured.seeds), default=None) if measured else None
    found = {"parameters": model.parameters if model else None, "epochs": epochs}.get(claim.figure)
    same = MISSING if found is None else say("agrees") if found == claim.value else say("differs")
    return ClaimLine(figure, where, count(claim.value), count(found), same)


def _measured_accuracy(figure: str, measured: Measurement | None) -> float | None:
    if measured is None:
        return None
    if figure == "test_accuracy":
        return measured.accuracy
    if figure == "train_accuracy":
        return mean([s.train_accuracy for s in measured.seeds])
    return mean([s.validation_accuracy for s in measured.seeds]) if figure == "validation_accuracy" else None


def _accuracy_judgement(claimed: float, found: float | None) -> str:
    if found is None:
        return MISSING
    apart = claimed - found
    if abs(apart) <= CLAIMED_NEAR:
        return say("agrees")
    told = say("claimed {number} points higher") if apart > 0 else say("claimed {number} points lower")
    return told.format(number=localised(f"{abs(apart) * 100:.1f}"))
