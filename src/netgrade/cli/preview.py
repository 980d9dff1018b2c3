"""The command that compares grades with what changed rules would make of them."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.bar import Bar
from rich.console import Console
from rich.table import Table
from rich.text import Text

from netgrade.cli.group import (
    AS_JSON,
    assignment_of,
    complete_assignment,
    course_here,
    entries_here,
    graded_so_far,
    load_datasets,
    main,
    marks_of,
    roster_at,
)
from netgrade.documents import shown

if TYPE_CHECKING:
    from netgrade.objects.assignment import CourseAssignment
    from netgrade.preview import Preview, Spread, Step, StudentChange

MOST_ROWS = 100
FEW = 5
"""Changes of points that speak for themselves."""
WIDTH = 24
"""Of the longest bar, in characters."""


@main.command()
@click.argument("assignments", nargs=-1, shell_complete=complete_assignment)
@AS_JSON
def preview(assignments: tuple[str, ...], as_json: bool) -> None:
    """Say whose grades would change, by how much and why, before anything is written.

    That is after a changed threshold, late rule, time of hand-in, number of points, limit or mark, for all ASSIGNMENTS
    or those that are named. What is measured is taken as it is; where a run would have to train, that is said.
    """
    found = [_preview(entry) for entry in entries_here(assignments)]
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], indent=1))
        return
    for one in found:
        _print(one)


def _preview(entry: "CourseAssignment") -> "Preview":
    from netgrade.collect import ROSTER
    from netgrade.objects.dataset import at_scale
    from netgrade.preview import preview
    from netgrade.spec import check_overrides, load_overrides

    rules = assignment_of(entry.id)
    roster = roster_at(ROSTER if ROSTER.is_file() else None).names(entry.id)
    if entry.overrides:
        path = Path(entry.overrides)
        check_overrides(path, load_overrides(path), {*roster, *roster.values()}, {task.id for task in rules.tasks})
    last = graded_so_far(entry.id)
    data = at_scale(load_datasets(Path("results/datasets", f"{name}.json") for name in rules.datasets), rules.scale)
    marks = marks_of(entry.id, Path(entry.overrides) if entry.overrides else None)
    return preview(entry, rules, last, data, marks, {} if course_here().anonymous else roster, Path())


def _print(found: "Preview") -> None:
    console = Console()
    console.print(f"{found.assignment}", style="bold", highlight=False)
    for rule in found.rules:
        console.print(f"  {rule.field}: {rule.before or 'nothing'} → {rule.after or 'nothing'}", markup=False)
    for text in found.unseen:
        console.print(f"  {text}", markup=False)
    if found.changes:
        table = Table("student", "points", "", "what changes", box=None, pad_edge=False)
        for change in found.changes[:MOST_ROWS]:
            table.add_row(Text(shown(change.student)), *_moved(change), _what(change))
        console.print(table)
        if len(found.changes) > MOST_ROWS:
            console.print(f"  and {len(found.changes) - MOST_ROWS:,} more; --json has all of them")
    if found.spread:
        console.print(_distribution(found.steps))
    left = sum(one.still_open > 0 for one in found.changes)
    count = f"{len(found.changes)} of {found.graded} grades change"
    count += f", {left} of them in part for a run or a person to decide" if left else ""
    console.print(f"{count}{_spread(found.spread)}. Nothing was written; `netgrade grade` does it.", highlight=False)


def _distribution(steps: "Sequence[Step]") -> Table:
    """How many have how many points, then and now, as numbers and as bars."""
    table = Table("points", "before", "", "after", "", box=None, pad_edge=False)
    most = max(number for step in steps for number in (step.before, step.after))
    for step in steps:
        bars = [(str(number), Bar(most, 0, number, width=WIDTH)) for number in (step.before, step.after)]
        table.add_row(f"{step.low:g} to {step.high:g}", *bars[0], *bars[1])
    return table


def _moved(change: "StudentChange") -> tuple[str, str]:
    """The points before and after, and the difference where it is known."""
    points = f"{change.before:g} → {change.after:g}"
    if change.still_open:
        return f"{points} to {change.after + change.still_open:g}", "open"
    moved = round(change.after - change.before, 2)
    return points, f"{moved:+g}" if moved else ""


def _what(change: "StudentChange") -> Text:
    lines = [
        f"{one.task}: {one.verdict_before}, {_points(one.before)} → {one.verdict_after}, {_points(one.after)}. "
        f"{shown(one.why)}"
        for one in change.tasks
    ]
    return Text("\n".join([*lines, *([change.late] if change.late else [])]))


def _points(points: float | None) -> str:
    return "no points yet" if points is None else f"{points:g}"


def _spread(spread: "Spread | None") -> str:
    """How the points of all move."""
    if spread is None:
        return ""
    between = f"from {spread.least:+g} to {spread.most:+g}"
    told = f"; of the points, {spread.gain} rise and {spread.lose} fall, {between}"
    if spread.gain + spread.lose < FEW:
        return told
    middle = f"half of them between {spread.quarter:+.2g} and {spread.three_quarters:+.2g}, median {spread.median:+.2g}"
    return f"{told}, {middle}"
