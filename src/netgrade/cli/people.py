"""The commands for people."""

import json
import shlex
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from netgrade.cli.group import AS_JSON, ASSIGNMENT, FILE, FOLDER, assignment_of, last_grades, load_datasets, main
from netgrade.errors import NetgradeError
from netgrade.store import RECORDS

if TYPE_CHECKING:
    from netgrade.appeal import Finding
    from netgrade.objects.bundle import Bundle
    from netgrade.objects.dataset import Datasets


@main.command()
@ASSIGNMENT
def references(assignment: str) -> None:
    """Print what the reference models reached, as a Markdown table."""
    from netgrade.export import reference_table

    rules, found = assignment_of(assignment), last_grades(assignment, "reference")
    if found is None:
        raise NetgradeError(f"No reference model of {assignment} was graded yet", "Run `snakemake --cores all`.")
    click.echo(reference_table(rules, found.grades[0], found.speeds))


@main.command()
@AS_JSON
def doctor(as_json: bool) -> None:
    """Say what this machine has, and how to mend what it lacks. Exit status 1 where it lacks something."""
    from netgrade.doctor import examine
    from netgrade.spec import load_course

    course = load_course(Path("config.yaml")) if Path("config.yaml").is_file() else None
    findings = examine(course, Path.cwd())
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=1))
    else:
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


@main.command()
@click.argument("name", type=FOLDER)
def new_course(name: Path) -> None:
    """Make a folder with a course that grades at once, to change into your own.

    NAME is the folder. It holds a small example with a reference model and a submission; the rules of the workflow stay
    where netgrade is installed.
    """
    from netgrade.newcourse import new_course

    folder = new_course(name)
    click.echo(f"Wrote {folder}, which grades as it is, in about a minute on two cores:")
    click.echo(f"  cd {shlex.quote(str(folder))} && netgrade grade")
    click.echo("Then change config.yaml, or write an assignment of your own: netgrade new-assignment my-lab")


@main.command()
@click.argument("output", type=FILE)
def drawing_page(output: Path) -> None:
    """Write the page on which students draw test images.

    OUTPUT is one HTML file that works without a network: put it into the handout.
    """
    from netgrade.handout import drawing_page
    from netgrade.resources import templates_folder

    click.echo(f"Wrote {drawing_page(templates_folder(), output)}")


@main.command()
@click.argument("bundle", type=FILE)
@AS_JSON
def verify(bundle: Path, as_json: bool) -> None:
    """Hold a grade's bundle against the submission, the data, the trainings and the rules.

    BUNDLE is a file below results/store/bundles. Nothing is trained; exit status 1 where anything does not hold.
    """
    from netgrade import appeal
    from netgrade.objects.bundle import Bundle
    from netgrade.store import load

    known = load(bundle, Bundle)
    if not as_json:
        _show_history(known)
    _tell(appeal.verify(known, _datasets_of(known), RECORDS), as_json)


@main.command()
@click.argument("bundle", type=FILE)
def replay(bundle: Path) -> None:
    """Do everything again that led to a grade, from the submission on, and compare.

    BUNDLE is a file below results/store/bundles. What is stored stays as it is; exit status 1 where verdict or points
    come out differently.
    """
    from netgrade import appeal
    from netgrade.objects.bundle import Bundle
    from netgrade.store import load
    from netgrade.train.progress import progress_to

    known = load(bundle, Bundle)
    with progress_to(None) as progress:
        findings = list(appeal.replay(known, _datasets_of(known), progress))
    _tell(findings)


@main.command()
@click.argument("student")
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget(student: str, yes: bool) -> None:
    """Remove everything of one student: what was handed in, trainings of their own, grades, reports, names.

    STUDENT is a name as in the class page, or a pseudonym. What will go is listed first. Backups, and what was
    uploaded elsewhere, are not reached.
    """
    from netgrade.collect import PSEUDONYMS, pseudonym_key
    from netgrade.forget import forget, traces_of
    from netgrade.spec import load_course

    traces = traces_of(student, load_course(Path("config.yaml")), Path(), pseudonym_key(PSEUDONYMS))
    for path in traces.removed:
        click.echo(f"remove  {path}")
    for path in traces.tables:
        click.echo(f"rows of {path}")
    if not yes:
        click.confirm("Remove all of this, for good?", abort=True)
    left = forget(traces, Path())
    for path in left:
        click.echo(f"still named in {path}", err=True)
    if left:
        sys.exit(1)
    click.echo("Nothing of this student is left. `snakemake --cores all` makes the class page and grade book anew.")


def _datasets_of(bundle: "Bundle") -> "Datasets":
    return load_datasets(Path("results/datasets", f"{name}.json") for name in bundle.evidence.assignment.datasets)


def _show_history(bundle: "Bundle") -> None:
    """When the grade changed, by whom, and why."""
    table = Table(
        "when", "who", "points", "why", title=f"{bundle.evidence.grade.slug} · {bundle.evidence.assignment.id}"
    )
    for change in bundle.history:
        table.add_row(f"{change.when:%Y-%m-%d %H:%M}", change.who, f"{change.points:g}", "; ".join(change.why))
    Console().print(table)


def _tell(findings: "Iterable[Finding]", as_json: bool = False) -> None:
    """Print findings as a table, or as JSON; exit with 1 where one is bad."""
    found = list(findings)
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in found], indent=1))
    else:
        table = Table("", "what", "seen")
        for finding in found:
            table.add_row({True: "ok", False: "differs", None: "-"}[finding.ok], finding.what, finding.seen)
        Console().print(table)
    sys.exit(1 if any(finding.ok is False for finding in found) else 0)
