"""The command that makes what students get beside the handout."""

from pathlib import Path

import click

from netgrade.cli.group import ASSIGNMENT, assignment_of, main


@main.command()
@ASSIGNMENT
def handout(assignment: str) -> None:
    """Make what students get: rules.yaml, and the cell that checks in starter.ipynb.

    Both lie in the assignment's folder; a starter notebook that is missing is written with a section for each task.
    rules.yaml has headings, limits and thresholds, and no key, no accepted answer and no rubric: it is safe to give
    out, and assignment.yaml is not. Run it again after a change of the assignment.
    """
    from netgrade.public import write_rules
    from netgrade.starter import STARTER, add_check, new_starter

    rules, folder = assignment_of(assignment), Path("assignments", assignment)
    click.echo(f"Wrote {write_rules(rules, folder)}")
    starter = folder / STARTER
    if not starter.is_file():
        new_starter(rules, starter)
        click.echo(f"Wrote {starter}: look at it before you give it out")
    else:
        click.echo(f"{'Added the check to' if add_check(starter) else 'The check is in'} {starter}")
    images = sorted({file for task in rules.style_tasks for file in task.given.values()})
    more = f", with {', '.join(images)}" if images else ""
    click.echo(f"Give both to your students{more}. Keep assignment.yaml.")
