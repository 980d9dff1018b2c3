"""Time: what the trainings of a class took. A training that several designs share was done, and is counted, once."""

from collections.abc import Mapping, Sequence
from statistics import median

from netgrade.language import localised, say
from netgrade.objects.assignment import Assignment, Prices
from netgrade.objects.base import Digest
from netgrade.objects.grade import Grade
from netgrade.objects.measurement import Speed
from netgrade.report.classroom.view import TimeRow
from netgrade.report.text import clock_time, count, duration, line, plural

Speeds = Mapping[Digest, Sequence[Speed]]
MOST_DEVICES = 3


def time_rows(
    assignment: Assignment, grades: Sequence[Grade], speeds: Speeds, prices: Prices | None
) -> tuple[TimeRow, ...]:
    """One row for each task whose trainings were timed."""
    rows = []
    for task in assignment.tasks:
        plans = _plans(task.id, grades) & {plan for plan, found in speeds.items() if found}
        timed = [speed for plan in plans for speed in speeds[plan]]
        seconds = [speed.train_seconds for speed in timed]
        if seconds:
            rows.append(TimeRow(
                task=task.title, designs=count(len(plans)), trainings=count(len(seconds)),
                time=clock_time(sum(seconds)), longest=f"{duration(max(seconds))} ({duration(median(seconds))})",
                devices=_devices(timed),
                cost=_cost(timed, prices),
            ))  # fmt: skip
    return tuple(rows)


def whole_time(speeds: Speeds, prices: Prices | None) -> str:
    """`1 h 02 min in 45 trainings, those of the reference models among them`; nothing where none was timed."""
    timed = [speed for found in speeds.values() for speed in found]
    if not timed:
        return ""
    told = plural(
        len(timed),
        "{time} in {number} training, those of the reference models among them",
        "{time} in {number} trainings, those of the reference models among them",
        time=clock_time(sum(speed.train_seconds for speed in timed)),
    )
    cost = _cost(timed, prices)
    return told + (say(", which come to {cost} at the prices of the course").format(cost=cost) if cost else "")


def _cost(timed: Sequence[Speed], prices: Prices | None) -> str:
    """`1.25 EUR`; nothing where the course names no prices. A training that shared its GPU is counted in full."""
    if prices is None:
        return ""
    hours = [(speed.train_seconds / 3600, speed.device.startswith("gpu")) for speed in timed]
    total = sum(time * (prices.gpu if on_gpu else prices.cpu) for time, on_gpu in hours)
    return localised(f"{total:,.2f}") + f" {line(prices.currency, 5)}"


def _plans(task: str, grades: Sequence[Grade]) -> set[Digest]:
    """The plans of one task, its variants among them."""
    graded = [found for grade in grades for found in grade.tasks if found.task == task]
    measured = [found.measurement for found in graded]
    measured += [variant.measurement for found in graded for variant in found.variants]
    return {one.plan for one in measured if one}


def _devices(speeds: Sequence[Speed]) -> str:
    found = sorted({line(speed.device, 60) for speed in speeds})
    further = (
        " " + say("and {number} more").format(number=len(found) - MOST_DEVICES) if len(found) > MOST_DEVICES else ""
    )
    return "; ".join(found[:MOST_DEVICES]) + further
