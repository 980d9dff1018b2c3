"""The command that writes the marking sheet."""

from pathlib import Path

import click

from netgrade.cli.group import FILE, assignment_of, main


@main.command()
@click.argument("assignment")
@click.argument("grades", type=FILE, nargs=-1)
@click.option("--roster", type=FILE, help="Names; without it, the sheet shows pseudonyms.")
@click.option("--sheet", type=FILE, required=True, help="The CSV to write.")
@click.option("--page", type=FILE, required=True, help="The page to write.")
def marking(assignment: str, grades: tuple[Path, ...], roster: Path | None, sheet: Path, page: Path) -> None:
    """Write what waits for a person, as a CSV and as a page to fill in."""
    from netgrade.objects.grade import Grades
    from netgrade.objects.submission import Roster
    from netgrade.report.marking import write_marking_sheet
    from netgrade.store import load

    everyone = [grade for path in grades for grade in load(path, Grades).grades]
    names = load(roster, Roster).names(assignment) if roster else {}
    write_marking_sheet(everyone, assignment_of(assignment), names, Path("templates"), sheet, page)
