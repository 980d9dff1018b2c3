"""The command with which a person marks: a page on this machine, whose marks go straight into the file of overrides."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netgrade.cli.group import ASSIGNMENT, assignment_of, course_here, entries_here, graded_so_far, main, roster_at
from netgrade.documents import shown
from netgrade.errors import NetgradeError

if TYPE_CHECKING:
    from netgrade.desk import Desk
    from netgrade.objects.grade import Grade


@main.command()
@ASSIGNMENT
@click.argument("student", required=False)
@click.option("--blind", is_flag=True, help="Show pseudonyms instead of names, and no links to reports.")
def mark(assignment: str, student: str | None, blind: bool) -> None:
    """Mark by keyboard, in a browser, what waits for a person; each mark is saved at once.

    With a STUDENT, by name or pseudonym, every task of theirs can be given other points. Marks go into the CSV that
    `overrides` names in config.yaml; where it names none, one is made and named there. The page is served to this
    machine alone until Ctrl and C ends it; grading then takes the marks.
    """
    from netgrade.desk import serve

    desk = _desk(assignment, student, blind)
    server, address = serve(desk)
    tasks = f"{len(desk.most)} task{'' if len(desk.most) == 1 else 's'}"
    click.echo(f"{tasks} to mark; marks go into {desk.marks}. Open in a browser on this machine:")
    click.echo(address)
    click.echo("Ctrl and C ends this.")
    with server, suppress(KeyboardInterrupt):
        server.serve_forever()
    click.echo(f"\nDone. `netgrade preview {assignment}` shows what the marks change, `netgrade grade` takes them.")


def _desk(assignment: str, student: str | None, blind: bool) -> "Desk":
    from netgrade.collect import ROSTER
    from netgrade.desk import Desk
    from netgrade.marks import Mark, marks_file, read_marks
    from netgrade.report.marking import marking_rows, served_page
    from netgrade.resources import templates_folder

    [entry], rules = entries_here([assignment]), assignment_of(assignment)
    grades = _grades(assignment)
    known = roster_at(ROSTER).names(entry.id)
    slugs = {name: slug for slug, name in known.items()}
    if student is not None:
        grades = [_of(student, grades, slugs)]
    blind = blind or course_here().anonymous
    path = marks_file(Path("config.yaml"), assignment)
    rows = marking_rows(grades, rules, {} if blind else known, everything=student is not None)
    most = {(row.student, row.task): float(row.most_points) for row in rows}

    def page() -> str:
        """With the marks that the file has by now."""
        marks = read_marks(path, slugs)
        fresh = [(row, marks.get((row.student, row.task), Mark())) for row in rows]
        current = [replace(row, points=mark.points, comment=mark.comment) for row, mark in fresh]
        return served_page(current, rules, templates_folder(), path.name, not blind)

    return Desk(page, path, most, slugs, None if blind else Path("reports", assignment))


def _grades(assignment: str) -> "list[Grade]":
    """The last grade of everyone. Raises NetgradeError where nobody was graded."""
    return [grade for last in graded_so_far(assignment).values() for grade in last.grades]


def _of(student: str, grades: "list[Grade]", slugs: dict[str, str]) -> "Grade":
    """The grade of one student. Raises NetgradeError with the nearest name."""
    from netgrade.spec import nearest

    slug = slugs.get(student, student)
    for grade in grades:
        if grade.slug == slug:
            return grade
    raise NetgradeError(f"No student is called `{shown(student)}`{nearest(student, slugs)}")
