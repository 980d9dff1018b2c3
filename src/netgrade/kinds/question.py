"""Question: a number or a shape is compared; a free text waits for a person."""

import math
import re

from netgrade.kinds.evidence import Evidence
from netgrade.objects.base import Status
from netgrade.objects.grade import TaskGrade, Verdict
from netgrade.objects.tasks import QuestionTask

MOST_READ = 1000
"""Characters; what stands somewhere in a longer text is for a person to find."""

NUMBER = re.compile(r"[-+−]?\d[\d\s_'’,.]*(?:[eE][-+−]?\d{1,3})?")
GROUPED = re.compile(r"[-+]?\d{1,3}(?:[\s_'’]\d{3})+(?:[.,]\d*)?(?:[eE].*)?")
"""Digits in threes: `12 523 266`. Anything else with blanks inside is more than one number."""
SAMPLES = {"none", "n", "batch", "samples", "?", "*"}
SIZE = r"\d+|\?|\*|\b(?:none|n|batch|samples)\b"
SHAPE = re.compile(r"[(\[][^()\[\]]*,[^()\[\]]*[)\]]|\d+(?:\s*[x×]\s*\d+)+")
"""Sizes in brackets, or with crosses between them."""
BARE = re.compile(rf"\s*(?:{SIZE})(?:[\s,;]+(?:{SIZE}))*\s*\.?\s*")
"""Nothing but sizes."""

MOST_READ = 1000
"""Characters in which a number or a shape is looked for; a person reads longer answers."""


def grade(task: QuestionTask, evidence: Evidence) -> TaskGrade:
    """Verdict and points of one question."""
    answer = evidence.submission.answers.get(task.id)
    if answer is None:
        return _ungraded_or_missing(task, evidence)
    if task.answer_type == "text" or task.answer is None:
        return _result(task, answer.text, None, "A person marks this answer.")
    read = _shape if task.answer_type == "shape" else _number
    found = read(answer.text) if len(answer.text) <= MOST_READ else None
    if found is None:
        reason = f"No single {task.answer_type} could be read from the answer; a person reads it."
        return _result(task, answer.text, None, reason)
    right = _shapes_agree(task, found) if isinstance(found, list) else _numbers_agree(task, found)
    return _result(task, answer.text, right, "The answer is right." if right else "The answer is not right.")


def _ungraded_or_missing(task: QuestionTask, evidence: Evidence) -> TaskGrade:
    submission = evidence.submission
    fault = submission.status is Status.FAULT
    reason = submission.cause.what if fault and submission.cause else "No answer to this question was found."
    return TaskGrade(
        task=task.id, verdict=Verdict.PERSON if fault else Verdict.NOTHING, points=None if fault else 0.0,
        most_points=task.points, reason=reason, remedy=f"Write it into answers.yaml as `{task.id}: ...`.",
    )  # fmt: skip


def _result(task: QuestionTask, text: str, right: bool | None, reason: str) -> TaskGrade:
    verdict = {True: Verdict.PASS, False: Verdict.FAIL, None: Verdict.PERSON}[right]
    points = None if right is None else task.points * right
    accepted = None if right is None else _written(task.answer)
    return TaskGrade(task=task.id, verdict=verdict, points=points, most_points=task.points, reason=reason,
                     answer=text, accepted=accepted)  # fmt: skip


def _written(answer: float | list[int | str] | str | None) -> str:
    """`608` rather than `608.0`, and a shape in brackets."""
    if isinstance(answer, list):
        return f"({', '.join(map(str, answer))})"
    return f"{answer:.15g}" if isinstance(answer, float) else str(answer)


def _number(text: str) -> float | None:
    """The one number in `text`, or None where there is none, or several that differ, or one that is not clear."""
    values = {_plain(match) for match in NUMBER.findall(text)}
    value = values.pop() if len(values) == 1 else None
    return value if value is not None and math.isfinite(value) else None


def _plain(text: str) -> float | None:
    """Read `12,523,266`, `12 523 266`, `0.5` and `0,5`; None for what two countries read differently."""
    text = re.sub(r"[\s_'’.,]+$", "", text.replace("−", "-"))
    compact = re.sub(r"[\s_'’]", "", text)
    if compact != text and not GROUPED.fullmatch(text):
        return None
    if re.fullmatch(r"[-+]?\d{1,3}((,\d{3}){2,}(\.\d+)?|,\d{3}\.\d+)", compact):
        compact = compact.replace(",", "")
    elif re.fullmatch(r"[-+]?\d{1,3}((\.\d{3}){2,}(,\d+)?|\.\d{3},\d+)", compact):
        compact = compact.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"[-+]?[1-9]\d{0,2},\d{3}", compact):
        return None
    else:
        compact = compact.replace(",", ".") if compact.count(",") == 1 and "." not in compact else compact
    try:
        return float(compact)
    except ValueError:
        return None


def _shape(text: str) -> list[str] | None:
    """The sizes of the one shape in `text`, such as `(None, 32, 32, 3)` or `32x32x3`; None where it is not clear."""
    text = text.lower()
    written = [_sizes(match) for match in SHAPE.findall(text)] or [_sizes(text) if BARE.fullmatch(text) else []]
    shapes = {tuple(sizes) for sizes in written if any(size.isdigit() for size in sizes)}
    return list(shapes.pop()) if len(shapes) == 1 else None


def _sizes(text: str) -> list[str]:
    return re.findall(SIZE, text)


def _shapes_agree(task: QuestionTask, found: list[str]) -> bool:
    """Compare size by size; a leading word for the number of images may be given or left out."""
    wanted = [str(size).lower() for size in task.answer] if isinstance(task.answer, list) else []
    if len(found) == len(wanted) + 1 and found[0] in SAMPLES:
        found = found[1:]
    pairs = zip(found, wanted, strict=False)
    return len(found) == len(wanted) and all(w == f or not w.isdigit() for f, w in pairs)


def _numbers_agree(task: QuestionTask, found: float) -> bool:
    return isinstance(task.answer, int | float) and abs(found - task.answer) <= task.tolerance + 1e-9
