"""The section of a question: from a TaskGrade to what its template shows."""

from typing import Any

from netgrade.objects.grade import TaskGrade
from netgrade.objects.tasks import QuestionTask
from netgrade.report.text import block
from netgrade.report.view import QuestionSection

MOST_ANSWER = 6000


def question_section(common: dict[str, Any], task: QuestionTask, graded: TaskGrade) -> QuestionSection:
    """The whole section; `common` are the fields that the sections of all kinds share."""
    return QuestionSection(
        **common, prompt=task.prompt, answer=block(graded.answer or "", MOST_ANSWER),
        accepted=block(graded.accepted or "", MOST_ANSWER),
    )  # fmt: skip
