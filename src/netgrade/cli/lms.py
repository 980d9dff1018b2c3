"""The command that takes grades to a learning management system."""

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netgrade.cli.group import ASSIGNMENT, FILE, assignment_of, last_grades, main
from netgrade.errors import NetgradeError

if TYPE_CHECKING:
    from netgrade.lms import HandIn, Mark, Target
    from netgrade.objects.assignment import Assignment, Course, CourseAssignment
    from netgrade.objects.base import Slug

SYSTEMS = ("moodle", "canvas", "canvas-api", "gradescope", "blackboard", "brightspace", "csv", "xlsx")


@main.command()
@ASSIGNMENT
@click.option("--to", "system", type=click.Choice(SYSTEMS), required=True, help="The system that the grades go to.")
@click.option("--sheet", type=FILE, help="The grade sheet, as you downloaded it from the system.")
@click.option("--column", help="Title of the column to fill in, where it is not the assignment's.")
@click.option("--changed", is_flag=True, help="Only what changed since the last upload.")
@click.option("--uploaded", is_flag=True, help="Say that the files of the last export were uploaded.")
@click.option("--page", help="For canvas-api: address of the assignment's page in Canvas.")
@click.option("--dry-run", is_flag=True, help="For canvas-api: only say what would change.")
def export(
    assignment: str, system: str, sheet: Path | None, column: str | None, changed: bool, uploaded: bool,
    page: str | None, dry_run: bool,
) -> None:  # fmt: skip
    """Make the files that a learning management system takes back, or send them to Canvas.

    They lie in reports/ASSIGNMENT/upload. What waits for a person is left empty. Once they are uploaded, the same
    command with --uploaded remembers it, and --changed then carries only what is new.
    """
    from netgrade.lms import Target
    from netgrade.lms.uploads import confirm

    memory = Path("results/export", assignment)
    if uploaded:
        click.echo(f"Remembered: {system} has the grades of {confirm(memory, system)} students.")
        return
    entry, rules = _entry(assignment), assignment_of(assignment)
    marks = _marks(entry, rules)
    same = entry.lms.system == system.removesuffix("-api")
    if system == "canvas-api":
        _send(marks, page or "", same, memory, dry_run)
    else:
        target = Target(rules.title, rules.most_points, sheet, column, same)
        _write(marks, target, system, assignment, memory, changed)


def _entry(assignment: str) -> "CourseAssignment":
    """The assignment in config.yaml. Raises NetgradeError where it is none, or names are not to be shown."""
    from netgrade.spec import load_course, nearest

    course: Course = load_course(Path("config.yaml"))
    if course.anonymous:
        remedy = "Take `anonymous: true` out of config.yaml once everything is marked."
        raise NetgradeError("Marking is anonymous, and a system's files carry names", remedy)
    entries = {entry.id: entry for entry in course.assignments}
    if assignment not in entries:
        raise NetgradeError(f"`{assignment}` is not in config.yaml{nearest(assignment, entries)}")
    return entries[assignment]


def _marks(entry: "CourseAssignment", rules: "Assignment") -> "list[Mark]":
    from netgrade.collect import PSEUDONYMS, partition, pseudonym_key, slug_of
    from netgrade.export import marks

    key = pseudonym_key(PSEUDONYMS)
    chunks = partition(Path(entry.submissions), key, entry.lms)
    hand_ins: dict[Slug, HandIn] = {slug_of(one.student, key): one for found in chunks.values() for one in found}
    graded = [last_grades(entry.id, chunk) for chunk in chunks]
    grades = [grade for found in graded if found for grade in found.grades]
    found, told = marks(grades, hand_ins, rules, Path("reports", entry.id))
    for sentence in told:
        click.echo(sentence, err=True)
    return found


def _write(marks: "list[Mark]", target: "Target", system: str, assignment: str, memory: Path, changed: bool) -> None:
    from netgrade.lms import WRITERS
    from netgrade.lms.uploads import forget_written, remember_written
    from netgrade.store import replacing_folder

    marks = _since_upload(marks, system, memory) if changed else marks
    if changed and not any(mark.wanted for mark in marks):
        click.echo(f"Nothing has changed since the last upload to {system}.")
        return
    made = WRITERS[system](marks, target)
    place = Path("reports", assignment, "upload", system)
    forget_written(memory, system)
    with replacing_folder(place) as part:
        for name, content in made.files.items():
            (part / name).parent.mkdir(parents=True, exist_ok=True)
            (part / name).write_bytes(content)
    remember_written(memory, system, made.carried)
    for sentence in made.told:
        click.echo(sentence, err=True)
    names = sorted({name.partition("/")[0] for name in made.files})
    click.echo(f"Wrote {', '.join(names) if len(names) < 5 else f'{len(names)} folders'} into {place}.")
    click.echo(f"Once that is uploaded: netgrade export {assignment} --to {system} --uploaded")


def _since_upload(marks: "list[Mark]", system: str, memory: Path) -> "list[Mark]":
    """The same marks, of which only those are wanted that the system does not have."""
    from netgrade.lms.uploads import digest_of, uploaded

    known = uploaded(memory, system)
    if known is None:
        click.echo(f"No upload to {system} is remembered, so that this is everyone.", err=True)
        return marks
    return [replace(mark, wanted=known.marks.get(mark.grade.slug) != digest_of(mark)) for mark in marks]


def _send(marks: "list[Mark]", page: str, same: bool, memory: Path, dry_run: bool) -> None:
    """Send to Canvas what it does not have, and remember each student by itself. Raises NetgradeError at the end."""
    from netgrade.lms.canvas_api import TOKEN, changes, send, submissions_of
    from netgrade.lms.uploads import digest_of, remember

    there = submissions_of(page, os.environ.get(TOKEN, ""))
    found, told = changes(_since_upload(marks, "canvas-api", memory), there, same)
    for sentence in told:
        click.echo(sentence, err=True)
    refused = []
    for change in found:
        try:
            if not dry_run:
                send(change)
                remember(memory, "canvas-api", {change.mark.grade.slug: digest_of(change.mark)})
            click.echo(change.sentence)
        except NetgradeError as error:
            refused.append(str(error))
    done = f"{len(found) - len(refused)} of {len(found)} students"
    click.echo(f"{done} would change; nothing was sent." if dry_run else f"{done}: sent to Canvas.")
    if refused:
        raise NetgradeError("\n".join(refused), "Run the same command again: it sends what is missing.")
