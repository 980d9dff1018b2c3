"""Readings: what grading reads from an answer, told without knowing whether it is right.

Each goes through the function that grading goes through, so that a student sees what will be compared.
"""

from typing import NamedTuple

from netgrade.errors import NetgradeError, PlanError, SpecError
from netgrade.formulas import parse_formula
from netgrade.kinds.diagnosis import named_symptom
from netgrade.kinds.handmade import FORM, read_layers, written_layers
from netgrade.kinds.matrices import read_matrices, values_of
from netgrade.kinds.numbers import read_number, read_quantity, read_shape
from netgrade.kinds.question import MOST_READ, MOST_READ_OF_MATRICES
from netgrade.kinds.sees import claimed
from netgrade.kinds.words import read_choice
from netgrade.objects.tasks import ByHandTask, DiagnosisTask, QuestionTask, SeesTask, Task


class Reading(NamedTuple):
    """What was read, and what to write instead where it was nothing that can be compared."""

    clear: bool
    told: str
    remedy: str = ""


def reading_of(task: Task, text: str) -> Reading:
    """What grading makes of the answer `text` to `task`."""
    match task:
        case QuestionTask():
            return _question(task, text)
        case ByHandTask():
            return _by_hand(task, text)
        case DiagnosisTask():
            found = named_symptom(text)
            return Reading(bool(found), f"read as `{found}`" if found else "no single symptom could be read")
        case SeesTask():
            return _claims(text)
    return _text(text)


def _question(task: QuestionTask, text: str) -> Reading:
    most = MOST_READ_OF_MATRICES if task.answer_type == "matrix" else MOST_READ
    if task.answer_type != "text" and len(text) > most:
        return Reading(False, f"longer than the {most:,} characters that are compared", "Write the answer alone.")
    match task.answer_type:
        case "number":
            return _number(task, text)
        case "shape":
            sizes = read_shape(text)
            told = f"read as the shape ({', '.join(sizes)})" if sizes else "no single shape could be read"
            return Reading(bool(sizes), told, "" if sizes else "Write it as (28, 28, 1).")
        case "matrix":
            return _matrices(text)
        case "choice":
            chosen = read_choice(text, task.choices)
            told = f"read as {', '.join(chosen)}" if chosen else "no choice could be read"
            return Reading(bool(chosen), told, "" if chosen else f"Write {' or '.join(task.choices)}.")
        case "formula":
            return _formula(text)
        case "ordering" | "short":
            return Reading(True, f"read as “{shortened(text)}”")
    return _text(text)


def _number(task: QuestionTask, text: str) -> Reading:
    value = read_quantity(text, task.unit, task.units) if task.unit else read_number(text)
    if value is None:
        remedy = f"Write the number with its unit, such as 5 {task.unit}." if task.unit else "Write the number alone."
        return Reading(False, "no single number could be read", remedy)
    return Reading(True, f"read as {value:.15g}{f' {task.unit}' if task.unit else ''}")


def _matrices(text: str) -> Reading:
    found = [values_of(cells) for cells in read_matrices(text) or []]
    sizes = [f"{len(matrix)}×{len(matrix[0])}" for matrix in found if matrix]
    if not found or len(sizes) < len(found):
        return Reading(False, "no matrices could be read", "Write them as lists: [[1, 0.5], [0.5, 0.25]].")
    return Reading(True, f"read as matrices of {', '.join(sizes[:8])}" if len(sizes) > 1 else f"read as {sizes[0]}")


def _formula(text: str) -> Reading:
    try:
        symbols = sorted(parse_formula(text).symbols())
    except SpecError as error:
        return Reading(False, f"no formula that can be read: {error.what}", "Write it as (W - F + 2*P)/S + 1.")
    return Reading(True, f"read as a formula of {', '.join(symbols)}" if symbols else "read as a formula")


def _by_hand(task: ByHandTask, text: str) -> Reading:
    written = written_layers(text)
    if written is None:
        return Reading(False, "no list of layers could be read", FORM)
    try:
        layers = read_layers(written, task.table.width)
    except PlanError as error:
        return Reading(False, error.what, error.remedy)
    return Reading(True, f"read as a network of {len(layers)} layer{'s' * (len(layers) > 1)}")


def _claims(text: str) -> Reading:
    try:
        found = claimed(text)
    except NetgradeError as error:
        return Reading(False, error.what, "Write drawing-1: {drawn: 4, taken_for: 6}, one line a drawing.")
    return Reading(bool(found), f"{len(found)} drawings are described")


def _text(text: str) -> Reading:
    words = len(text.split())
    return Reading(True, f"a text of {words} word{'s' * (words != 1)}; a person marks it")


def shortened(text: str) -> str:
    """The beginning of an answer, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:59]}…"
