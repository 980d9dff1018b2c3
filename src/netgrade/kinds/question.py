"""Question: an answer that can be compared is compared; a free text, and whatever is not clear, waits for a person."""

from dataclasses import dataclass

from netgrade.kinds.evidence import Evidence
from netgrade.kinds.formula import formulas_agree
from netgrade.kinds.matrices import read_matrices, values_of
from netgrade.kinds.numbers import read_number, read_quantity, read_shape, shapes_agree
from netgrade.kinds.words import is_listed, read_choice, read_order
from netgrade.language import later, say
from netgrade.objects.base import Status
from netgrade.objects.grade import AnswerPart, TaskGrade, Verdict
from netgrade.objects.tasks import QuestionTask

MOST_READ = 1000
MOST_READ_OF_MATRICES = 5000
"""Characters; what stands somewhere in a longer text is for a person to find."""

SLACK = 1e-9
"""Added to every tolerance: 0.1 + 0.2 is 0.3."""

_UNREAD = {
    "number": later("No single number could be read from the answer; a person reads it."),
    "choice": later("No single choice could be read from the answer; a person reads it."),
    "shape": later("No single shape could be read from the answer; a person reads it."),
    "formula": later("No single formula could be read from the answer; a person reads it."),
    "short": later("No single short answer could be read from the answer; a person reads it."),
    "ordering": later("No single order could be read from the answer; a person reads it."),
    "matrix": later("No single list of matrices could be read from the answer; a person reads it."),
}


@dataclass(frozen=True)
class _Found:
    """What a comparison came to. `share` is the fraction of the answer that is right; None leaves it to a person."""

    share: float | None
    reason: str = ""
    parts: tuple[AnswerPart, ...] = ()


def grade(task: QuestionTask, evidence: Evidence) -> TaskGrade:
    """Verdict and points of one question."""
    answer = evidence.submission.answers.get(task.id)
    if answer is None:
        return _ungraded_or_missing(task, evidence)
    if task.answer_type == "text" or (task.answer is None and not task.accepted):
        return _result(task, answer.text, _Found(None, say("A person marks this answer.")))
    most = MOST_READ_OF_MATRICES if task.answer_type == "matrix" else MOST_READ
    found = _compare(task, answer.text) if len(answer.text) <= most else _unclear(task)
    return _result(task, answer.text, found)


def _ungraded_or_missing(task: QuestionTask, evidence: Evidence) -> TaskGrade:
    submission = evidence.submission
    fault = submission.status is Status.FAULT
    reason = submission.cause.what if fault and submission.cause else say("No answer to this question was found.")
    return TaskGrade(
        task=task.id, verdict=Verdict.PERSON if fault else Verdict.NOTHING, points=None if fault else 0.0,
        most_points=task.points, reason=reason, remedy=task.where_to_answer,
    )  # fmt: skip


def _compare(task: QuestionTask, text: str) -> _Found:
    match task.answer_type:
        case "matrix":
            return _matrices(task, text)
        case "ordering":
            return _order(task, text)
        case "short":
            listed = is_listed(text, [str(task.answer), *task.accepted] if task.answer is not None else task.accepted)
            if not listed and task.unlisted == "person":
                return _Found(None, say("The answer is none of the listed forms; a person reads it."))
            return _Found(float(listed))
        case "formula":
            agree = [formulas_agree(text, form) for form in (str(task.answer), *task.accepted)]
            return _Found(1.0) if True in agree else _unclear(task) if None in agree else _Found(0.0)
    right = _is_right(task, text)
    return _unclear(task) if right is None else _Found(float(right))


def _is_right(task: QuestionTask, text: str) -> bool | None:
    """For the types of one value: right, not right, or None where none could be read."""
    if task.answer_type == "choice":
        chosen = read_choice(text, task.choices)
        return None if chosen is None else sorted(chosen) == sorted(_listed(task))
    if task.answer_type == "shape":
        sizes = read_shape(text)
        return None if sizes is None else shapes_agree(sizes, _listed(task))
    number = read_quantity(text, task.unit, task.units) if task.unit else read_number(text)
    if number is None or not isinstance(task.answer, float):
        return None
    return abs(number - task.answer) <= task.tolerance + SLACK


def _matrices(task: QuestionTask, text: str) -> _Found:
    """Cell by cell. Matrices of another number or size may have been read wrongly, so a person looks at them."""
    wanted: list[list[list[float]]] = task.answer if isinstance(task.answer, list) else []  # type: ignore[assignment]
    found = [values_of(cells) for cells in read_matrices(text) or []]
    if not found or any(matrix is None for matrix in found):
        return _unclear(task)
    sizes = [[(len(m), len(m[0])) for m in some if m] for some in (found, wanted)]
    if sizes[0] != sizes[1]:
        described = ", ".join(f"{rows}×{columns}" for rows, columns in sizes[0][:8])
        told = say("Matrices of other sizes than asked for were read ({sizes}); a person looks at them.")
        return _Found(None, told.format(sizes=described))
    parts = [
        AnswerPart(place=[number, row, column], given="" if got is None else f"{got:.10g}", wanted=f"{cell:.10g}",
                   right=got is not None and abs(got - cell) <= task.tolerance + SLACK)
        for number, (mine, theirs) in enumerate(zip(found, wanted, strict=True), 1)
        for row, (given, cells) in enumerate(zip(mine or [], theirs, strict=True), 1)
        for column, (got, cell) in enumerate(zip(given, cells, strict=True), 1)
    ]  # fmt: skip
    return _counted(task, parts, say("{right} of {all} cells are right."))


def _order(task: QuestionTask, text: str) -> _Found:
    keys = read_order(text, task.choices)
    if keys is None:
        return _unclear(task)
    pairs = zip(keys, _listed(task), strict=True)
    parts = [
        AnswerPart(place=[place], given=given, wanted=str(wanted), right=given == wanted)
        for place, (given, wanted) in enumerate(pairs, 1)
    ]
    return _counted(task, parts, say("{right} of {all} places are right."))


def _counted(task: QuestionTask, parts: list[AnswerPart], told: str) -> _Found:
    right = sum(part.right for part in parts)
    share = right / len(parts)
    reason = told.format(right=right, all=len(parts))
    return _Found(share if task.partial_credit else float(share == 1), reason, tuple(parts))


def _listed(task: QuestionTask) -> list[int | str]:
    return task.answer if isinstance(task.answer, list) else []  # type: ignore[return-value]


def _unclear(task: QuestionTask) -> _Found:
    return _Found(None, say(_UNREAD[task.answer_type]))


def _result(task: QuestionTask, text: str, found: _Found) -> TaskGrade:
    share = found.share
    verdict = Verdict.PERSON if share is None else Verdict.PASS if share == 1 else Verdict.FAIL
    plain = {Verdict.PASS: say("The answer is right."), Verdict.FAIL: say("The answer is not right.")}
    return TaskGrade(
        task=task.id, verdict=verdict, points=None if share is None else round(task.points * share, 2),
        most_points=task.points, reason=found.reason or plain[verdict], answer=text, parts=list(found.parts),
        accepted=None if share is None else _written(task),
    )  # fmt: skip


def _written(task: QuestionTask) -> str:
    """The right answer as a person writes it: `608` rather than `608.0`, a shape in brackets, matrices by rows."""
    answer = task.answer
    if isinstance(answer, float):
        return f"{answer:.15g}{f' {task.unit}' if task.unit else ''}"
    if task.answer_type == "matrix" and isinstance(answer, list):
        return "\n".join(str([[f"{cell:.10g}" for cell in row] for row in m]).replace("'", "") for m in answer)  # type: ignore[union-attr]
    if task.answer_type in ("choice", "ordering"):
        return ", ".join(map(str, _listed(task)))
    return f"({', '.join(map(str, answer))})" if isinstance(answer, list) else str(answer or task.accepted[0])
