"""The commands for people."""

import sys
from pathlib import Path

import click

from netgrade.cli.group import assignment_of, main
from netgrade.errors import NetgradeError


@main.command()
@click.argument("assignment")
def references(assignment: str) -> None:
    """Print what the reference models reached, as a Markdown table."""
    from netgrade.export import reference_table
    from netgrade.objects.grade import Grades
    from netgrade.store import load

    rounds = sorted(Path("results/grade", assignment).glob("reference.r*.json"))
    if not rounds:
        raise NetgradeError(f"No reference model of {assignment} was graded yet", "Run `snakemake --cores all`.")
    for path in rounds:
        found = load(path, Grades)
        if not found.undecided:  # what further rounds there are is left over from before a change
            break
    click.echo(reference_table(assignment_of(assignment), found.grades[0], found.speeds))


@main.command()
def doctor() -> None:
    """Say what this machine has, and how to mend what it lacks."""
    from rich.console import Console
    from rich.table import Table

    from netgrade.doctor import examine
    from netgrade.spec import load_course

    course = load_course(Path("config.yaml")) if Path("config.yaml").is_file() else None
    findings = examine(course, Path.cwd())
    table = Table("", "what", "found", "what to do")
    for finding in findings:
        mark = {True: "ok", False: "missing", None: "-"}[finding.ok]
        table.add_row(mark, finding.name, finding.what, finding.remedy)
    Console().print(table)
    sys.exit(1 if any(finding.ok is False for finding in findings) else 0)


@main.command()
@click.argument("name")
def new_assignment(name: str) -> None:
    """Write a commented assignment to start from."""
    from netgrade.scaffold import new_assignment

    click.echo(f"Wrote {new_assignment(Path('assignments'), name)}")
