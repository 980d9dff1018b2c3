"""Kinds of task: one module each, found by the `kind` of the assignment file."""

from netgrade.kinds import classifier, question
from netgrade.kinds.evidence import Evidence
from netgrade.objects.assignment import Task
from netgrade.objects.grade import TaskGrade

GRADERS = {"classifier": classifier.grade, "question": question.grade}


def grade_task(task: Task, evidence: Evidence) -> TaskGrade:
    """Grade one task by its kind."""
    return GRADERS[task.kind](task, evidence)
