"""Public: the form of an assignment that students get, so that they can check their own work.

It is made by a list of what is public. Whatever nobody has listed stays with the instructor: keys, accepted forms,
model answers, rubrics, tolerances, seeds, and every field that is added later.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from netgrade.errors import SpecError
from netgrade.objects.assignment import Assignment, ExtractLimits, Late, Seeds, Split
from netgrade.objects.base import Noun
from netgrade.objects.tasks import (
    ByHandTask,
    ClassifierTask,
    ClockTask,
    ComparisonTask,
    DiagnosisTask,
    Difference,
    ErrorCredit,
    Limits,
    PartialCredit,
    QuestionTask,
    Sees,
    SeesTask,
    StyleTask,
    SweepTask,
    TruthTable,
)
from netgrade.objects.tasks.diagnosis import GivenModel
from netgrade.objects.tasks.sweep import Carry
from netgrade.store import write_text

RULES = "rules.yaml"
"""What the public form is called, beside the starter notebook and in a student's folder."""

_HEAD = """\
# {title}: what students may know of it. `netgrade check` reads this file.
# Made by `netgrade handout {id}`. There are no keys in it, and changing it changes no grade.
"""

_TASK = ("id", "title", "kind", "points", "headings")
_WRITTEN = (*_TASK, "prompt", "label")
_MODEL = (*_TASK, "dataset", "limits", "order")

PUBLIC: dict[type[Noun], tuple[str, ...]] = {
    Assignment: ("id", "title", "dataset", "scale", "language", "split", "seeds", "due", "late", "sandbox",
                 "closing_headings", "tasks"),
    Split: ("validation",),
    Seeds: ("first", "step", "most"),
    Late: ("per_day", "days"),
    ExtractLimits: ("wall_seconds", "cpu_seconds", "memory_mb", "processes", "output_mb"),
    Limits: ("epochs", "parameters", "hidden_units", "fewer_parameters_than", "required_layers", "forbidden_layers",
             "only_layers"),
    Difference: ("compared_with", "may_add", "must_add"),
    PartialCredit: ("zero_at",),
    ErrorCredit: ("zero_at",),
    Sees: ("drawings",),
    TruthTable: ("inputs", "outputs"),
    Carry: ("best", "dataset"),
    GivenModel: ("layers", "optimizer", "loss", "epochs", "batch_size"),
    ClassifierTask: (*_MODEL, "threshold", "difference", "partial_credit", "dead_units", "borderline", "sees"),
    ClockTask: (*_MODEL, "threshold", "encodings", "partial_credit", "borderline"),
    SweepTask: (*_MODEL, "factors", "variants", "least", "datasets", "carry", "target", "threshold"),
    DiagnosisTask: (*_MODEL, "prompt", "expects", "given_model"),
    ComparisonTask: (*_WRITTEN, "models"),
    QuestionTask: (*_WRITTEN, "answer_type", "unit", "units"),
    ByHandTask: (*_TASK, "prompt", "table", "output_threshold"),
    SeesTask: (*_TASK, "model_of", "drawings"),
    StyleTask: (*_TASK, "given", "hand_in"),
}  # fmt: skip
"""By kind of object, the fields that students may know.

The truth table of a network by hand is the task itself; how small a network can be is to be found.
"""


def public_form(noun: Noun) -> dict[str, Any]:
    """What students may know of an assignment, or of a part of one. Raises SpecError for an object of no list."""
    shown: dict[str, Any] = _shown(noun)
    return shown


def rules_text(assignment: Assignment) -> str:
    """The public form as YAML, with a head that says what it is."""
    head = _HEAD.format(title=" ".join(assignment.title.split()), id=assignment.id)
    return head + str(yaml.safe_dump(public_form(assignment), sort_keys=False, allow_unicode=True, width=116))


def write_rules(assignment: Assignment, folder: Path) -> Path:
    """Write the public form of an assignment into `folder`."""
    write_text(folder / RULES, rules_text(assignment))
    return folder / RULES


def _shown(value: Any) -> Any:
    if isinstance(value, Noun):
        return {name: _shown(getattr(value, name)) for name in _listed(value) if _is_said(value, name)}
    if isinstance(value, list | tuple):
        return [_shown(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _shown(item) for key, item in value.items()}
    return value.isoformat() if isinstance(value, datetime) else value


def _listed(noun: Noun) -> tuple[str, ...]:
    known = next((PUBLIC[kind] for kind in type(noun).__mro__ if kind in PUBLIC), None)
    if known is None:
        raise SpecError(f"Nobody has said what students may know of a {type(noun).__name__}", "List it in public.py.")
    if isinstance(noun, QuestionTask) and noun.answer_type == "choice":
        # The options of a choice stand in the question; the words of an ordering are its key.
        return (*known, "choices")
    if isinstance(noun, DiagnosisTask) and noun.expects is not None:
        # Of a model that is given, the bound would tell one of the symptoms.
        return (*known, "underfits_below")
    return known


def _is_said(noun: Noun, name: str) -> bool:
    """Whether a field holds anything but its default; what tells the kind of a task always does."""
    field = type(noun).model_fields[name]
    return field.is_required() or getattr(noun, name) != field.get_default(call_default_factory=True)
