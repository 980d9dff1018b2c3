"""Gradescope: one results.json for each student, as its autograder platform reads them."""

import json
from collections.abc import Sequence

from netgrade.lms.mark import Export, Mark, Target, listed
from netgrade.objects.grade import TaskGrade, Verdict

VISIBLE = "after_published"
_STATUS = {Verdict.PASS: "passed", Verdict.FAIL: "failed", Verdict.NOTHING: "failed"}


def write(marks: Sequence[Mark], target: Target) -> Export:
    """A file a student, under the pseudonym. Gradescope knows no empty grade: who waits for a person has no file."""
    wanted = [mark for mark in marks if mark.wanted]
    waiting = [mark.hand_in.student for mark in wanted if mark.points is None]
    carried = [mark for mark in wanted if mark.points is not None]
    files = {f"{mark.grade.slug}/results.json": _results(mark) for mark in carried}
    told = [f"There is no file yet, because a person has to look first: {listed(waiting)}."] if waiting else []
    return Export(files, carried, told)


def _results(mark: Mark) -> bytes:
    results = {
        "score": mark.points,
        "output": mark.grade.late_note,
        "output_format": "text",
        "visibility": VISIBLE,
        "stdout_visibility": "hidden",
        "tests": [_test(number, task, mark) for number, task in enumerate(mark.grade.tasks, start=1)],
    }
    return json.dumps(results, ensure_ascii=False, indent=1).encode(errors="replace")


def _test(number: int, task: TaskGrade, mark: Mark) -> dict[str, object]:
    advice = [f"{one.what} {one.why}" for one in task.advice]
    test: dict[str, object] = {
        "name": mark.titles.get(task.task, task.task),
        "number": str(number),
        "score": task.points,
        "max_score": task.most_points,
        "output": "\n".join(filter(None, [task.overridden or task.reason, task.remedy, *advice])),
        "output_format": "text",
        "visibility": VISIBLE,
    }
    return test | ({"status": _STATUS[task.verdict]} if task.verdict in _STATUS else {})
