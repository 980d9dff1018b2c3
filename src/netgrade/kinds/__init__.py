"""Kinds of task: one module each, found by the `kind` of the assignment file."""

from netgrade.kinds import byhand, classifier, clock, comparison, diagnosis, question, sees, style, sweep
from netgrade.kinds.evidence import Evidence
from netgrade.objects.grade import TaskGrade, Verdict
from netgrade.objects.scale import Scale
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
    """Grade one task by its kind. Whatever is undecided names the plans that could decide it."""
    graded = _by_kind(task, evidence)
    if evidence.scale != "full":
        graded = _unjudged(graded, evidence.scale, isinstance(task, SeesTask))
    if graded.verdict is not Verdict.UNDECIDED or graded.wanted or graded.model is None or graded.model.plan is None:
        return graded
    return graded.model_copy(update={"wanted": [graded.model.plan]})


def _unjudged(graded: TaskGrade, scale: Scale, looks: bool) -> TaskGrade:
    """What a smaller training came to shows that it runs, and decides nothing; nor does what such a network sees."""
    measured = graded.measurement or any(variant.measurement for variant in graded.variants)
    if not (measured or looks) or graded.verdict is Verdict.NOTHING:
        return graded
    told = f"Trained at {scale} scale, where nothing is judged: {graded.reason}"
    return graded.model_copy(update={"verdict": Verdict.PERSON, "points": None, "reason": told, "advice": []})


def _by_kind(task: Task, evidence: Evidence) -> TaskGrade:
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
