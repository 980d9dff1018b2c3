"""The commands of the stages from data sets to grades."""

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
    marks_of,
    sights_at,
    stage,
    training_data,
)
from netgrade.store import RECORDS

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


@stage.command()
@click.argument("assignment")
@click.argument("checked", type=FILE)
@click.option("--round", "number", type=click.IntRange(min=1), default=1)
@click.option("--undecided", type=FILE, help="Grades of the round before.")
@click.option("--earlier", type=FILE, help="Trainings of the round before.")
@DATASETS
@click.option("--log", type=FILE)
@click.option("--output", type=FILE, required=True)
def train(
    assignment: str,
    checked: Path,
    number: int,
    undecided: Path | None,
    earlier: Path | None,
    datasets: tuple[Path, ...],
    log: Path | None,
    output: Path,
) -> None:
    """Train the plans of one chunk that have no record yet."""
    from netgrade.demand import trainings
    from netgrade.objects.grade import Undecided
    from netgrade.objects.plan import CheckedSubmissions
    from netgrade.objects.record import Trainings
    from netgrade.store import load, save
    from netgrade.train import train_chunk

    rules = assignment_of(assignment)
    chunk = load(checked, CheckedSubmissions)
    further = load(undecided, Undecided).undecided if undecided else None
    before = load(earlier, Trainings).records if earlier else {}
    next_seeds = trainings(chunk, rules.seeds, further, before)
    plans = {digest: chunk.plans[digest] for digest in next_seeds}
    looked_at = chunk.plans_of(rules.looked_at)
    new = train_chunk(plans, next_seeds, training_data(rules, datasets), RECORDS, log, looked_at)
    records = {d: sorted({*before.get(d, []), *new.get(d, [])}) for d in chunk.plans if d in before or d in new}
    names = {digest: chunk.plans[digest].dataset for digest in records}
    result = Trainings(assignment=assignment, chunk=chunk.chunk, round=number, records=records, datasets=names)
    save(output, result)


@stage.command()
@click.argument("trainings", type=FILE)
@click.option("--earlier", type=FILE, help="Measurements of the round before.")
@DATASETS
@click.option("--output", type=FILE, required=True)
def measure(trainings: Path, earlier: Path | None, datasets: tuple[Path, ...], output: Path) -> None:
    """Hold finished trainings against the test labels: those of plans that no earlier round measured alike."""
    from netgrade.measure import measure_plan, speeds_of
    from netgrade.objects.measurement import Measurements
    from netgrade.objects.record import Trainings
    from netgrade.store import load, save

    chunk = load(trainings, Trainings)
    data = training_data(assignment_of(chunk.assignment), datasets)
    known = load(earlier, Measurements) if earlier else None
    found, speeds = {}, {}
    for plan, seeds in chunk.records.items():
        own = data[chunk.datasets[plan]]
        if known and known.covers(plan, seeds):
            found[plan], speeds[plan] = known.measurements[plan], known.speeds[plan]
        else:
            found[plan] = measure_plan(plan, seeds, own, RECORDS)
            speeds[plan] = speeds_of(plan, seeds, own, RECORDS)
    result = Measurements(
        assignment=chunk.assignment, chunk=chunk.chunk, round=chunk.round, measurements=found, speeds=speeds
    )
    save(output, result)


@stage.command()
@click.argument("assignment")
@click.argument("checked", type=FILE)
@click.argument("trainings", type=FILE)
@DATASETS
@click.option("--output", type=FILE, required=True)
def see(assignment: str, checked: Path, trainings: Path, datasets: tuple[Path, ...], output: Path) -> None:
    """Show single images to the trained networks, and keep what each layer makes of them."""
    from netgrade.objects.plan import CheckedSubmissions
    from netgrade.objects.record import Trainings
    from netgrade.objects.sight import Sights
    from netgrade.store import load, save
    from netgrade.train import see

    rules = assignment_of(assignment)
    data = training_data(rules, datasets)
    chunk, trained = load(checked, CheckedSubmissions), load(trainings, Trainings)
    seen = {c.slug: see(c, rules, chunk.plans, trained.records, data, RECORDS) for c in chunk.submissions}
    save(output, Sights(assignment=assignment, chunk=chunk.chunk, round=trained.round, seen=seen))


@stage.command()
@click.argument("assignment")
@click.argument("submissions", type=FILE)
@click.argument("checked", type=FILE)
@click.argument("measurements", type=FILE)
@click.option("--sights", type=FILE, help="What the networks see, where a task asks for it.")
@click.option("--styles", type=FILE, help="Measurements of images, where the assignment asks for any.")
@click.option("--overrides", type=FILE, help="CSV with student, task, points, comment.")
@click.option("--output", type=FILE, required=True)
def grade(
    assignment: str,
    submissions: Path,
    checked: Path,
    measurements: Path,
    sights: Path | None,
    styles: Path | None,
    overrides: Path | None,
    output: Path,
) -> None:
    """Turn measurements into points and verdicts."""
    from netgrade.grade import grade, undecided
    from netgrade.objects.grade import Grades
    from netgrade.objects.measurement import Measurements
    from netgrade.objects.picture import StyleMeasurements
    from netgrade.objects.plan import CheckedSubmissions
    from netgrade.objects.submission import Submissions
    from netgrade.store import load, save

    rules, measured = assignment_of(assignment), load(measurements, Measurements)
    marks = marks_of(assignment, overrides)
    students = load(submissions, Submissions).submissions
    found, seen = {c.slug: c for c in load(checked, CheckedSubmissions).submissions}, sights_at(sights)
    images = load(styles, StyleMeasurements).measurements if styles else {}
    grades = [
        grade(s, found[s.slug], rules, measured.measurements, marks, seen.get(s.slug), images.get(s.slug))
        for s in students
    ]
    result = Grades(
        assignment=assignment, chunk=measured.chunk, round=measured.round, grades=grades, undecided=undecided(grades),
        speeds=measured.speeds,
    )  # fmt: skip
    save(output, result)
