"""Time: what the trainings of a class took. A training that several designs share was done, and is counted, once."""

from collections.abc import Iterable, Mapping, Sequence
from statistics import median

from netgrade.objects.assignment import Assignment
from netgrade.objects.base import Digest
from netgrade.objects.grade import Grade
from netgrade.objects.measurement import Speed
from netgrade.report.text import clock_time, count, duration, line, plural
from netgrade.report.view_class import TimeRow

Speeds = Mapping[Digest, Sequence[Speed]]
MOST_DEVICES = 3


def time_rows(assignment: Assignment, grades: Sequence[Grade], speeds: Speeds) -> tuple[TimeRow, ...]:
    """One row for each task whose trainings were timed."""
    rows = []
    for task in assignment.tasks:
        plans = _plans(task.id, grades) & {plan for plan, found in speeds.items() if found}
        seconds = [speed.train_seconds for plan in plans for speed in speeds[plan]]
        if seconds:
            rows.append(TimeRow(
                task=task.title, designs=count(len(plans)), trainings=count(len(seconds)),
                time=clock_time(sum(seconds)), longest=f"{duration(max(seconds))} ({duration(median(seconds))})",
                devices=_devices(speed for plan in plans for speed in speeds[plan]),
            ))  # fmt: skip
    return tuple(rows)


def whole_time(speeds: Speeds) -> str:
    """`1 h 02 min in 45 trainings, those of the reference models among them`; nothing where none was timed."""
    seconds = [speed.train_seconds for found in speeds.values() for speed in found]
    told = f"{clock_time(sum(seconds))} in {plural(len(seconds), 'training')}, those of the reference models among them"
    return told if seconds else ""


def _plans(task: str, grades: Sequence[Grade]) -> set[Digest]:
    """The plans of one task, its variants among them."""
    graded = [found for grade in grades for found in grade.tasks if found.task == task]
    measured = [found.measurement for found in graded]
    measured += [variant.measurement for found in graded for variant in found.variants]
    return {one.plan for one in measured if one}


def _devices(speeds: Iterable[Speed]) -> str:
    found = sorted({line(speed.device, 60) for speed in speeds})
    further = f" and {len(found) - MOST_DEVICES} more" if len(found) > MOST_DEVICES else ""
    return "; ".join(found[:MOST_DEVICES]) + further
