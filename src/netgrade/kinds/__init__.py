"""Kinds of task: one module each, found by the `kind` of the assignment file."""

from netgrade.kinds import byhand, classifier, clock, comparison, diagnosis, question, sees, style, sweep
from netgrade.kinds.evidence import Evidence
from netgrade.objects.grade import TaskGrade
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

__all__ = ["Evidence", "grade_task"]


def grade_task(task: Task, evidence: Evidence) -> TaskGrade:
    """Grade one task by its kind."""
    match task:
        case ClassifierTask():
            return classifier.grade(task, evidence)
        case ClockTask():
            return clock.grade(task, evidence)
        case ComparisonTask():
            return comparison.grade(task, evidence)
        case SweepTask():
            return sweep.grade(task, evidence)
        case DiagnosisTask():
            return diagnosis.grade(task, evidence)
        case QuestionTask():
            return question.grade(task, evidence)
        case SeesTask():
            return sees.grade(task, evidence)
        case StyleTask():
            return style.grade(task, evidence)
        case ByHandTask():
            return byhand.grade(task, evidence)
