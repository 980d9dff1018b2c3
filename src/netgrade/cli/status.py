"""The command that says how far a run has come, once or as it goes on."""

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from netgrade.cli.group import AS_JSON, course_here, main
from netgrade.documents import shown

if TYPE_CHECKING:
    from netgrade.status import Status, Training, Waits

MOST_SHOWN = 8
"""Trainings, failures and the like; the rest is counted."""


@main.command()
@AS_JSON
def status(as_json: bool) -> None:
    """Say what trains, what waits, what is done, and how long the rest takes.

    In a terminal it goes on until the run has ended; Ctrl and C leaves it, and the run goes on. Exit status 1 where a
    job of the last run failed.
    """
    from netgrade.status import status_of

    course = course_here()
    found = status_of(course, Path())
    if as_json:
        click.echo(json.dumps(asdict(found), default=str, indent=1))
    elif found.at_work and sys.stdout.isatty():
        with Live(view(found), refresh_per_second=4) as live:
            try:
                while found.at_work:
                    time.sleep(1)
                    found = status_of(course, Path())
                    live.update(view(found))
            except KeyboardInterrupt:
                return
    else:
        Console().print(view(found))
    sys.exit(1 if found.run and found.run.failures else 0)


def view(found: "Status", begins: bool = False) -> RenderableType:
    """What a person wants to know, the most important first; where a run `begins`, it may not be seen at work yet."""
    parts: list[RenderableType] = [Text(_headline(found, begins), style="bold"), _table(found)]
    running = [one for one in found.unfinished if one.running]
    waiting = [one for one in found.unfinished if not one.running]
    parts += [Text(f"trains  {_of(one)}") for one in running[:MOST_SHOWN]]
    parts += [Text(f"waits   {_of(one)}", style="dim") for one in waiting[: MOST_SHOWN - len(running[:MOST_SHOWN])]]
    if len(found.unfinished) > MOST_SHOWN:
        parts.append(Text(f"        and {len(found.unfinished) - MOST_SHOWN:,} more trainings", style="dim"))
    waits = [(part.assignment, one) for part in found.parts for one in part.waits] if not found.at_work else []
    parts += [Text(f"person  {_for_a_person(place, one)}") for place, one in waits[:MOST_SHOWN]]
    if len(waits) > MOST_SHOWN:
        parts.append(Text(f"        and {len(waits) - MOST_SHOWN:,} more tasks for a person", style="dim"))
    failures = found.run.failures if found.run and not begins else ()
    parts += [Text(f"failed  {one.log}: {shown(one.what)}", style="red") for one in failures[:MOST_SHOWN]]
    return Group(*parts)


def _headline(found: "Status", begins: bool) -> str:
    run = found.run
    steps = f"{run.done} of {run.steps} steps" if run else ""
    if found.at_work:
        left = f"; {duration(found.seconds_left)} of training left" if found.seconds_left else ""
        return f"At work ({found.at_work}): {steps or 'beginning'}{left}."
    if begins:
        return "Looking at what there is to do."
    if run is None:
        return "Nothing has run here yet: `netgrade grade` begins."
    last = f"the last run, of {run.begun:%Y-%m-%d %H:%M},"
    if run.failures or run.done < run.steps:
        how = "and some failed" if run.failures else "and was stopped"
        return f"Nothing runs; {last} ended after {steps}, {how}: `netgrade grade` goes on."
    return f"Nothing runs; {last} did all that it had to."


def _table(found: "Status") -> Table:
    table = Table("assignment", "read", "trained", "", "graded", "reports", "for a person", box=None, pad_edge=False)
    for part in found.parts:
        table.add_row(
            part.assignment, f"{part.read}/{part.submissions}", f"{part.trained}/{part.trainings}",
            ProgressBar(total=max(1, part.trainings), completed=part.trained, width=16),
            f"{part.graded}/{part.submissions}", f"{part.reported}/{part.submissions}",
            f"{len(part.waits)} task{'' if len(part.waits) == 1 else 's'}" if part.waits else "none",
        )  # fmt: skip
    return table


def _of(one: "Training") -> str:
    """E.g. `tiny/dense of Ada · seed 2026 · epoch 3/8 · accuracy 0.61 · 0:42 left`."""
    others = f" and {len(one.students) - 2} others" if len(one.students) > 3 else ""
    who = shown(", ".join(one.students[: 2 if others else 3])) + others
    told = [f"{one.assignment}/{', '.join(one.tasks)} of {who}", f"seed {one.seed}"]
    if one.epoch is not None:
        told += [f"epoch {one.epoch}/{one.epochs}", one.score]
    elif one.running:
        told.append("beginning, or measuring")
    if one.seconds_left is not None:
        told.append(
            f"{duration(one.seconds_left)} left" if one.epoch is not None else f"about {duration(one.seconds_left)}"
        )
    return " · ".join(told)


def _for_a_person(assignment: str, one: "Waits") -> str:
    """E.g. `tiny/why of Ada: A person marks this answer.`"""
    return shown(f"{assignment}/{one.task or 'late'} of {one.student}: {one.why}")


def duration(seconds: float) -> str:
    """`45 s`, `12 min` or `3 h 20 min`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
