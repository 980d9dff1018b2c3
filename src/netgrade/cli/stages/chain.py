"""The commands of the stages from data sets to plans."""

from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netgrade.cli.group import (
    DATASETS,
    DECLARATIONS,
    FILE,
    FOLDER,
    IMAGES,
    assignment_of,
    load_datasets,
    stage,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netgrade.objects.assignment import Assignment
    from netgrade.objects.base import Slug
    from netgrade.objects.dataset import Datasets
    from netgrade.objects.submission import Submissions


@stage.command()
@click.argument("name")
@click.option("--data", type=FOLDER, help="Folder to look into first.")
@click.option("--download/--no-download", default=True, help="Download what is missing.")
@click.option("--output", type=FILE, required=True)
def datasets(name: str, data: Path | None, download: bool, output: Path) -> None:
    """Lay a data set out for the stages."""
    from netgrade.datasets import prepare
    from netgrade.store import save

    found = prepare(name, output.parent.absolute(), data, download)
    if found.cause:
        click.echo(f"{found.cause.what} {found.cause.remedy}", err=True)
    save(output, found.seen_from(output.parent.absolute()))


@stage.command()
@click.argument("assignment")
@click.argument("chunk")
@click.argument("place", type=click.Path(path_type=Path))
@click.option("--system", default="folders", help="Whose way of naming files it is.")
@click.option("--attempt", default="last", help="Which of a student's attempts counts.")
@click.option("--zone", default="UTC", help="Zone of the times in names.")
@click.option("--output", type=FILE, required=True)
def collect(assignment: str, chunk: str, place: Path, system: str, attempt: str, zone: str, output: Path) -> None:
    """Name, list and hash what was handed in.

    PLACE is the folder, or the zip that a system made of everything.
    """
    from netgrade.collect import PSEUDONYMS, collect, pseudonym_key
    from netgrade.objects.assignment import Lms
    from netgrade.store import save

    lms = Lms.model_validate({"system": system, "attempt": attempt, "zone": zone})
    save(output, collect(assignment, chunk, place, output.parent / "places", pseudonym_key(PSEUDONYMS), lms))


@stage.command()
@click.argument("assignment")
@click.argument("submissions", type=FILE)
@DATASETS
@click.option("--isolation", type=click.Choice(["bubblewrap", "podman", "none"]), default="bubblewrap")
@click.option("--output", type=FILE, required=True)
def extract(assignment: str, submissions: Path, datasets: tuple[Path, ...], isolation: str, output: Path) -> None:
    """Run each submission once, in the sandbox, and note what it asks for."""
    from netgrade.extract.pictures import all_kept
    from netgrade.extract.sandbox import backend_of, proven
    from netgrade.extract.submission import extract, shown_files
    from netgrade.objects.base import Status
    from netgrade.objects.declaration import Declaration, Declarations
    from netgrade.objects.submission import Submissions
    from netgrade.pictures import given_files
    from netgrade.store import load, save

    rules, data = assignment_of(assignment), load_datasets(datasets)
    given = given_files(rules.tasks, Path("assignments", assignment))
    chunk = load(submissions, Submissions)
    places = declaration_places(chunk, rules, data, isolation, given)
    found = {slug: load(place, Declaration) for slug, place in places.items() if place.is_file()}
    found = {slug: known for slug, known in found.items() if all_kept(known, IMAGES / slug)}
    backend, tested = None, None
    with ExitStack() as stack:
        if isolation != "none" and len(found) < len(places) and all(one.ok for one in data.values()):
            hidden = [Path(one.hidden_labels) for one in data.values()] + [Path(s.folder) for s in chunk.submissions]
            way = proven(backend_of(isolation), shown_files(data, given), hidden, partial(click.echo, err=True))
            backend, tested = stack.enter_context(way)
        for submission in chunk.submissions:
            click.echo(f"extract {submission.slug}", err=True)
            if submission.slug in found:
                continue
            images = IMAGES / submission.slug
            declaration = extract(submission, rules, data, isolation, tested, given, images, backend)
            drawings = [drawing for drawn in declaration.drawings.values() for drawing in drawn]
            if Status.FAULT not in (declaration.status, *(drawing.status for drawing in drawings)):
                save(places[submission.slug], declaration)
            found[submission.slug] = declaration
    declarations = [found[submission.slug] for submission in chunk.submissions]
    save(output, Declarations(assignment=assignment, chunk=chunk.chunk, declarations=declarations))


def declaration_places(
    chunk: "Submissions", rules: "Assignment", data: "Datasets", isolation: str, given: "Mapping[str, dict[str, Path]]"
) -> "dict[Slug, Path]":
    """Where the declaration of each submission of a chunk is kept: named by all that decides it."""
    from netgrade.relevance import code_version, part_digest
    from netgrade.store import sha256_file, sha256_of

    key = [part_digest(rules, "extract"), code_version("extract"), isolation, *(one.digest for one in data.values())]
    key += [sha256_file(path) for named in given.values() for path in named.values()]
    return {s.slug: DECLARATIONS / f"{sha256_of(s.slug, s.digest, *key)}.json" for s in chunk.submissions}


@stage.command()
@click.argument("assignment")
@click.argument("declarations", type=FILE)
@DATASETS
@click.option("--output", type=FILE, required=True)
def check(assignment: str, declarations: Path, datasets: tuple[Path, ...], output: Path) -> None:
    """Hold declarations against the rules and make plans."""
    from netgrade.checking import check, waiting_plans
    from netgrade.objects.declaration import Declarations
    from netgrade.objects.plan import CheckedSubmissions
    from netgrade.store import load, save

    rules, data, chunk = assignment_of(assignment), load_datasets(datasets), load(declarations, Declarations)
    pairs = [check(declaration, rules, data) for declaration in chunk.declarations]
    plans = {digest: plan for _, found in pairs for digest, plan in sorted(found.items())}
    checked = [submission for submission, _ in pairs]
    waiting = waiting_plans(rules, checked)
    result = CheckedSubmissions(
        assignment=assignment, chunk=chunk.chunk, submissions=checked, plans=plans, waiting=waiting
    )  # fmt: skip
    save(output, result)
