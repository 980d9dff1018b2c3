"""The section of a question: from a TaskGrade to what its template shows."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from netgrade.objects.grade import AnswerPart, TaskGrade
from netgrade.objects.tasks import QuestionTask
from netgrade.report.text import MISSING, block, line
from netgrade.report.view import AnswerCell, Fact, PlaceLine, QuestionSection

MOST_ANSWER = 6000


def question_section(common: dict[str, Any], task: QuestionTask, graded: TaskGrade) -> QuestionSection:
    """The whole section; `common` are the fields that the sections of all kinds share."""
    options = options_of(task)
    whole = task.answer_type == "matrix"
    return QuestionSection(
        **common, prompt=task.prompt, options=tuple(Fact(key, text) for key, text in options.items()),
        matrices=_matrices(graded.parts) if whole else (), places=() if whole else _places(graded.parts, options),
        answer=block(graded.answer or "", MOST_ANSWER), accepted=block(graded.accepted or "", MOST_ANSWER),
    )  # fmt: skip


def options_of(task: QuestionTask) -> dict[str, str]:
    """What each key stands for: the first of its spellings."""
    return {key: given if isinstance(given, str) else given[0] for key, given in task.choices.items()}


def _matrices(parts: Sequence[AnswerPart]) -> tuple[tuple[tuple[AnswerCell, ...], ...], ...]:
    """Cell by cell, in the order in which grading counted them."""
    return tuple(
        tuple(
            tuple(AnswerCell(line(part.given, 20) or MISSING, "" if part.right else part.wanted) for part in row)
            for _, row in groupby(matrix, key=lambda part: part.place[1])
        )
        for _, matrix in groupby(parts, key=lambda part: part.place[0])
    )


def _places(parts: Sequence[AnswerPart], options: dict[str, str]) -> tuple[PlaceLine, ...]:
    return tuple(
        PlaceLine(str(p.place[0]), options.get(p.given, p.given), options.get(p.wanted, p.wanted), p.right)
        for p in parts
    )
