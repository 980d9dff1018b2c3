"""Sections: what a report shows of one task, one module a kind."""

from typing import Any

from netgrade.language import say
from netgrade.objects.grade import NO_COMMENT, TaskGrade
from netgrade.objects.sight import Seen
from netgrade.objects.tasks import (
    ByHandTask,
    ClassifierTask,
    ClockTask,
    ComparisonTask,
    DiagnosisTask,
    QuestionTask,
    SeesTask,
    StyleTask,
    SweepTask,
    Task,
)
from netgrade.report.backdrop import Backdrop
from netgrade.report.parts.seen import seen_view
from netgrade.report.sections.byhand import byhand_section
from netgrade.report.sections.classifier import classifier_section
from netgrade.report.sections.clock import clock_section
from netgrade.report.sections.diagnosis import diagnosis_section
from netgrade.report.sections.question import question_section
from netgrade.report.sections.sees import sees_section
from netgrade.report.sections.style import style_section
from netgrade.report.sections.variants import comparison_section, sweep_section
from netgrade.report.text import line, points_of, unbroken
from netgrade.report.view import Section, mark_of

__all__ = ["section_of"]


def section_of(task: Task, graded: TaskGrade, backdrop: Backdrop, seen: Seen | None = None) -> Section:
    """The section of one task of one student; `seen` is what its network sees."""
    common: dict[str, Any] = {
        "kind": task.kind, "anchor": task.id, "title": task.title, "mark": mark_of(graded.verdict),
        "points": points_of(graded.points, graded.most_points),
        "reason": unbroken(line(graded.reason, 600)), "remedy": line(graded.remedy, 600),
        "overridden": line(_comment(graded), 600), "seen": seen_view(seen),
    }  # fmt: skip
    match task:
        case ClassifierTask():
            return classifier_section(common, task, graded, backdrop)
        case ClockTask():
            return clock_section(common, task, graded, backdrop)
        case ComparisonTask():
            return comparison_section(common, task, graded, backdrop)
        case SweepTask():
            return sweep_section(common, task, graded, backdrop)
        case DiagnosisTask():
            return diagnosis_section(common, task, graded, backdrop)
        case QuestionTask():
            return question_section(common, task, graded)
        case SeesTask():
            return sees_section(common, task, graded, seen, backdrop)
        case StyleTask():
            return style_section(common, task, graded, backdrop)
        case ByHandTask():
            return byhand_section(common, task, graded)


def _comment(graded: TaskGrade) -> str:
    """A teacher's words are as they were written; that there are none is ours to say."""
    return say(NO_COMMENT) if graded.overridden == NO_COMMENT else graded.overridden or ""
