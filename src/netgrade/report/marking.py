"""The marking sheet: everything that waits for a person, as a CSV and as a page in which points are filled in.

Both carry what was marked before, so that what the page saves can take the place of the overrides file.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from netgrade.documents import plain_cell
from netgrade.objects.assignment import Assignment
from netgrade.objects.base import Slug
from netgrade.objects.grade import NO_COMMENT, Grade, TaskGrade, Verdict
from netgrade.objects.tasks import ComparisonTask, QuestionTask, Task
from netgrade.report.page import page_html
from netgrade.report.sections.question import options_of
from netgrade.report.student import needs_a_person
from netgrade.report.text import block, line, points
from netgrade.store import write_text

MOST_ANSWER = 20_000
COLUMNS = ("student", "name", "task", "title", "most_points", "points", "comment", "why", "answer", "rubric",
           "model_answer")  # fmt: skip


@dataclass(frozen=True)
class MarkingRow:
    """One task of one student; `points` is empty until a person has filled it in."""

    student: Slug
    name: str
    task: str
    title: str
    prompt: str
    most_points: str
    points: str
    comment: str
    why: str
    answer: str
    rubric: tuple[str, ...]
    model_answer: str


@dataclass(frozen=True)
class MarkingPage:
    """All rows of an assignment, task by task."""

    title: str
    assignment: str
    rows: tuple[MarkingRow, ...]
    saved_in: str = ""
    """The file that each mark goes to at once; empty where the page stands alone."""
    linked: bool = True
    """Whether a row leads to the report, which may carry a name."""


def write_marking_sheet(
    grades: Sequence[Grade], assignment: Assignment, names: Mapping[Slug, str], templates: Path, sheet: Path, page: Path
) -> None:
    """Write the CSV and the page; without names, students are called by their pseudonyms."""
    rows = marking_rows(grades, assignment, names)
    shown = MarkingPage(f"{assignment.title}: marking", assignment.title, rows)
    script = (templates / "marking.js").read_text(encoding="utf-8")
    write_text(page, page_html(shown, "marking.html", templates, script))
    write_text(sheet, marking_csv(rows))


def served_page(
    rows: Sequence[MarkingRow], assignment: Assignment, templates: Path, saved_in: str, linked: bool
) -> str:
    """The same page for a server that saves each mark, and says which marks others saved."""
    shown = MarkingPage(f"{assignment.title}: marking", assignment.title, tuple(rows), saved_in, linked)
    script = "".join((templates / name).read_text(encoding="utf-8") for name in ("marking.js", "marking_live.js"))
    return page_html(shown, "marking.html", templates, script, asks=True)


def marking_rows(
    grades: Sequence[Grade], assignment: Assignment, names: Mapping[Slug, str], everything: bool = False
) -> tuple[MarkingRow, ...]:
    """What waits and what was marked by hand, or `everything`: the same task of everyone together.

    No name decides the order.
    """
    return tuple(
        _row(task, grade.slug, graded, names)
        for task in assignment.tasks
        for grade in sorted(grades, key=lambda grade: grade.slug)
        for graded in grade.tasks
        if graded.task == task.id and (everything or needs_a_person(graded) or graded.verdict is Verdict.MARKED)
    )


def marking_csv(rows: Sequence[MarkingRow]) -> str:
    """The rows as CSV. With points filled in, it is a file of overrides: a row without points says nothing yet."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        figures, told = (row.most_points, row.points), (row.comment, row.why, row.answer, "\n".join(row.rubric))
        texts = [plain_cell(text) for text in (*told, row.model_answer)]
        writer.writerow([row.student, plain_cell(row.name), row.task, plain_cell(row.title), *figures, *texts])
    return text.getvalue()


def _row(task: Task, slug: Slug, graded: TaskGrade, names: Mapping[Slug, str]) -> MarkingRow:
    marked = graded.verdict is Verdict.MARKED
    comment = graded.overridden if marked and graded.overridden != NO_COMMENT else ""
    asked = task if isinstance(task, QuestionTask | ComparisonTask) else None
    return MarkingRow(
        student=slug, name=line(names.get(slug, ""), 100), task=task.id, title=line(task.title, 200),
        prompt=_prompt(asked), most_points=points(graded.most_points),
        points=points(graded.points) if marked else "", comment=line(comment or "", 1000),
        why=line(graded.reason, 600), answer=block(graded.answer or "", MOST_ANSWER),
        rubric=tuple(asked.rubric) if asked else (), model_answer=_model_answer(asked),
    )  # fmt: skip


def _prompt(task: QuestionTask | ComparisonTask | None) -> str:
    options = [f"{key}: {text}" for key, text in options_of(task).items()] if isinstance(task, QuestionTask) else []
    return "\n".join([task.prompt, *options]) if task else ""


def _model_answer(task: QuestionTask | ComparisonTask | None) -> str:
    if task is None or task.answer is None:
        return ""
    return f"{task.answer:.15g}" if isinstance(task.answer, float) else str(task.answer)
