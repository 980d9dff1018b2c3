"""The command that says why a task of a student came to its verdict."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netgrade.cli.group import AS_JSON, main, roster_at
from netgrade.errors import NetgradeError
from netgrade.store import BUNDLES

if TYPE_CHECKING:
    from netgrade.objects.bundle import Bundle
    from netgrade.objects.grade import TaskGrade


@main.command()
@click.argument("student")
@click.argument("task")
@click.option("--assignment", help="Which one, where several have a task of that name.")
@AS_JSON
def explain(student: str, task: str, assignment: str | None, as_json: bool) -> None:
    """Say why a student's task came to its verdict.

    STUDENT is a name as in the class page, or a pseudonym; TASK is a task's id.
    """
    bundle = _bundle_of(student, task, assignment)
    graded = next(one for one in bundle.evidence.grade.tasks if one.task == task)
    if as_json:
        click.echo(graded.model_dump_json(indent=2))
        return
    for text in _sentences(bundle, graded):
        click.echo(text)


def _bundle_of(student: str, task: str, assignment: str | None) -> "Bundle":
    """The bundle of the one grade that is meant. Raises NetgradeError where there is none, or several are."""
    from netgrade.collect import ROSTER
    from netgrade.objects.bundle import Bundle
    from netgrade.spec import nearest
    from netgrade.store import load

    roster = roster_at(ROSTER) if ROSTER.is_file() else None
    if roster is None:
        raise NetgradeError("Nobody was graded here yet", "Run `snakemake --cores all`.")
    known = {name: {slug for slug, called in roster.names(name).items() if student in (slug, called)}
             for name in roster.students if assignment in (None, name)}  # fmt: skip
    if not any(known.values()):
        names = {called for name in known for called in roster.names(name).values()}
        raise NetgradeError(f"No student is called `{student}`{nearest(student, names)}")
    paths = [BUNDLES / name / f"{slug}.json" for name, slugs in known.items() for slug in sorted(slugs)]
    bundles = [load(path, Bundle) for path in paths if path.is_file()]
    tasks = {graded.task for bundle in bundles for graded in bundle.evidence.grade.tasks}
    found = [bundle for bundle in bundles if task in {graded.task for graded in bundle.evidence.grade.tasks}]
    if not found:
        what = f"No task of `{student}` that was graded is called `{task}`{nearest(task, tasks)}"
        raise NetgradeError(what, f"There are {', '.join(sorted(tasks)) or 'none'}.")
    if len(found) > 1:
        names = {bundle.evidence.assignment.id for bundle in found}
        raise NetgradeError(f"Several grades have a task `{task}`", f"Name one with --assignment: {', '.join(names)}.")
    return found[0]


def _sentences(bundle: "Bundle", graded: "TaskGrade") -> Iterator[str]:
    """From the verdict down to what it rests on."""
    points = "no points yet" if graded.points is None else f"{graded.points:g} of {graded.most_points:g} points"
    yield f"{graded.task}: {graded.verdict}, {points}"
    yield f"  {graded.reason}"
    if graded.overridden is not None:
        yield f"  A teacher set the points: {graded.overridden}"
    if graded.remedy:
        yield f"  What to do: {graded.remedy}"
    yield from (f"  To improve: {advice.what} {advice.why}" for advice in graded.advice)
    if graded.model and graded.model.rows:
        yield f"  Model: {graded.model.parameters:,} parameters in {len(graded.model.rows)} layers"
        yield from (f"  Noted: {finding}" for finding in graded.model.findings)
    for one in graded.measurement.seeds if graded.measurement else ():
        error, accuracy = one.test_error, one.test_accuracy
        score = f"test error {error:.1f} minutes" if error is not None else f"test accuracy {accuracy or 0:.1%}"
        yield f"  Seed {one.seed}: {score} after {one.epochs_run} epochs"
    if bundle.evidence.grade.late_note:
        yield f"  {bundle.evidence.grade.late_note}"
    slug, assignment = bundle.evidence.grade.slug, bundle.evidence.assignment.id
    yield f"  Report: {Path('reports', assignment, slug, 'report.html')}"
    yield f"  Evidence: {BUNDLES / assignment / f'{slug}.json'}"
