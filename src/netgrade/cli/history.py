"""The command that tells the history of grades."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from netgrade.cli.group import AS_JSON, course_here, main, roster_at
from netgrade.documents import shown
from netgrade.errors import NetgradeError
from netgrade.store import BUNDLES


@main.command()
@click.argument("student", required=False)
@click.option("--last-run", is_flag=True, help="Only what the last run changed.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV instead.")
@AS_JSON
def history(student: str | None, last_run: bool, as_csv: bool, as_json: bool) -> None:
    """Say how grades changed, when, why, and who ran netgrade.

    Of one STUDENT, by name or pseudonym, every entry; of the whole course, those in which points or verdicts changed.
    """
    from netgrade.collect import ROSTER
    from netgrade.history import Step, steps_csv, steps_of
    from netgrade.spec import nearest

    course = course_here()
    if not ROSTER.is_file():
        raise NetgradeError("Nobody was graded here yet", "Run `netgrade grade`.")
    roster, since = roster_at(ROSTER), _last_run() if last_run else None
    steps: list[Step] = []
    for entry in course.assignments:
        names = {} if course.anonymous else roster.names(entry.id)
        references = {slug for slug, name in roster.names(entry.id).items() if name == entry.id}
        steps += [step for step in steps_of(BUNDLES, entry.id, names, since) if step.slug not in references]
    if student is None:
        steps = [step for step in steps if step.moved]
    else:
        slugs = {slug for found in roster.students.values() for slug, name in found.items() if student in (slug, name)}
        if not slugs:
            everyone = {name for found in roster.students.values() for name in found.values()}
            raise NetgradeError(f"No student is called `{shown(student)}`{nearest(student, everyone)}")
        steps = [step for step in steps if step.slug in slugs]
    if as_json or as_csv:
        click.echo(json.dumps([asdict(step) for step in steps], indent=1) if as_json else steps_csv(steps), nl=as_json)
        return
    table = Table("when (UTC)", "assignment", "student", "points", "verdicts", "why", "who", box=None, pad_edge=False)
    for step in steps:
        points = f"{step.after:g}" if step.before is None else f"{step.before:g} → {step.after:g}"
        told = (
            step.when[:16].replace("T", " "),
            step.assignment,
            step.student,
            points,
            step.verdicts,
            step.why,
            step.who,
        )
        table.add_row(*(Text(shown(text)) for text in told))
    Console().print(table if steps else "No grade has changed.")


def _last_run() -> datetime:
    from netgrade.runlog import last_run

    run = last_run(Path())
    if run is None:
        raise NetgradeError("Nothing has run here yet", "Run `netgrade grade`.")
    return run.begun
