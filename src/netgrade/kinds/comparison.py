"""Comparison: the models of other tasks side by side, for the student's answer and the person who marks it."""

from difflib import SequenceMatcher

from netgrade.kinds.evidence import Evidence
from netgrade.kinds.verdict import mean_validation
from netgrade.language import say
from netgrade.objects.base import Status
from netgrade.objects.grade import TaskGrade, VariantGrade, Verdict
from netgrade.objects.measurement import Measurement
from netgrade.objects.plan import CheckedModel
from netgrade.objects.tasks import ComparisonTask


def grade(task: ComparisonTask, evidence: Evidence) -> TaskGrade:
    """A person marks the answer; the measured models stand beside it."""
    models = evidence.submission.models
    variants = [
        _variant(name, models[name], evidence.measurements.get(models[name].plan or ""))
        for name in task.models if name in models
    ]  # fmt: skip
    answer = evidence.submission.answers.get(task.id)
    fault = evidence.submission.status is Status.FAULT
    if answer is None and not fault:
        return TaskGrade(
            task=task.id, verdict=Verdict.NOTHING, points=0.0, most_points=task.points, variants=variants,
            reason=say("No answer to this question was found."), remedy=task.where_to_answer,
        )  # fmt: skip
    cause = evidence.submission.cause
    marked = say("A person marks this answer; the measured models stand beside it.")
    return TaskGrade(
        task=task.id, verdict=Verdict.PERSON, points=None, most_points=task.points, variants=variants,
        reason=cause.what if fault and cause else marked,
        answer=answer.text if answer else None,
    )  # fmt: skip


def _variant(name: str, model: CheckedModel, measured: Measurement | None) -> VariantGrade:
    return VariantGrade(
        name=name, model=model, dataset=measured.dataset if measured else "", status=model.status, cause=model.cause,
        measurement=measured, validation=mean_validation(measured),
    )  # fmt: skip


def structural_difference(first: CheckedModel, second: CheckedModel) -> list[str]:
    """Layers that were removed and added from one model to the other, each with its output's shape."""
    old, new = ([_layer(row.kind, row.output_shape) for row in model.rows] for model in (first, second))
    found = []
    for action, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        found += [say("without {layer}").format(layer=text) for text in old[a:b] if action in ("delete", "replace")]
        found += [say("with {layer}").format(layer=text) for text in new[c:d] if action in ("insert", "replace")]
    return found


def _layer(kind: str, shape: tuple[int, ...]) -> str:
    return f"{kind} ({' × '.join(map(str, shape))})"
