"""The section of a diagnosis task: from a TaskGrade to what its template shows."""

from typing import Any

from netgrade.language import later, say
from netgrade.objects.grade import TaskGrade
from netgrade.objects.tasks import DiagnosisTask
from netgrade.report.backdrop import Backdrop
from netgrade.report.parts.curves import curves_figure
from netgrade.report.parts.inside import inside, speed_lines
from netgrade.report.parts.layers import layer_table
from netgrade.report.sections.classifier import lines
from netgrade.report.text import block, line
from netgrade.report.view import AdviceLine, DiagnosisSection

MOST_ANSWER = 400

WORDS = {
    "invalid_stack": later("layers that do not fit on each other (invalid_stack)"),
    "untrained": later("an untrained model, which guesses (untrained)"),
    "diverges": later("a training whose loss is no longer a finite number (diverges)"),
    "identical_units": later("units that stay copies of each other (identical_units)"),
    "dying_relu": later("ReLU units that fire for no image (dying_relu)"),
    "saturated": later("sigmoid or tanh outputs that stay at their bounds (saturated)"),
    "overfits": later("a model that is better on its training images alone (overfits)"),
    "underfits": later("a model that is poor on its own training images (underfits)"),
}


def _asked(task: DiagnosisTask) -> str:
    if task.expects:
        return say("The model has to show {ailment}.").format(ailment=say(WORDS[task.expects]))
    if task.given_model:
        return say("What ails the model that everyone was given is to be named.")
    return say("What ails the model is to be named.")


def diagnosis_section(
    common: dict[str, Any], task: DiagnosisTask, graded: TaskGrade, backdrop: Backdrop
) -> DiagnosisSection:
    """The whole section; `common` are the fields that the sections of all kinds share."""
    model, measured = graded.model, graded.measurement
    return DiagnosisSection(
        **common, prompt=task.prompt, asked=_asked(task), answer=block(graded.answer or "", MOST_ANSWER),
        layers=layer_table(model) if model and model.rows else None,
        curves=curves_figure(measured) if measured else None,
        inside=inside(model, measured) if measured else None,
        speeds=speed_lines(backdrop.speeds.get(measured.plan, ())) if measured else (),
        advice=tuple(AdviceLine(line(a.what, 400), line(a.why, 600)) for a in graded.advice),
        findings=lines(model.findings) if model else (),
    )  # fmt: skip
