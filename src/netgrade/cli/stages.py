"""One command a stage, as the workflow calls them."""

from pathlib import Path

import click

from netgrade.cli.group import (
    BUNDLES,
    DECLARATIONS,
    FILE,
    FOLDER,
    IMAGES,
    RECORDS,
    assignment_of,
    load_datasets,
    main,
)
from netgrade.objects.base import Slug, TaskId
from netgrade.objects.grade import Override
from netgrade.objects.sight import Seen
from netgrade.objects.submission import Roster

DATASETS = click.option("--dataset", "datasets", type=FILE, required=True, multiple=True, help="One of the data sets.")


@main.command()
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
    save(output, found)


@main.command()
@click.argument("assignment")
@click.argument("chunk")
@click.argument("folder", type=FOLDER)
@click.option("--output", type=FILE, required=True)
def collect(assignment: str, chunk: str, folder: Path, output: Path) -> None:
    """Name, list and hash what was handed in."""
    from netgrade.collect import PSEUDONYMS, collect, pseudonym_key
    from netgrade.store import save

    save(output, collect(assignment, chunk, folder, output.parent / "places", pseudonym_key(PSEUDONYMS)))


@main.command()
@click.argument("assignment")
@click.argument("submissions", type=FILE)
@DATASETS
@click.option("--isolation", type=click.Choice(["bubblewrap", "podman", "none"]), default="bubblewrap")
@click.option("--output", type=FILE, required=True)
def extract(assignment: str, submissions: Path, datasets: tuple[Path, ...], isolation: str, output: Path) -> None:
    """Run each submission once, in the sandbox, and note what it asks for."""
    from netgrade.extract.pictures import all_kept
    from netgrade.extract.sandbox import backend_of, prove
    from netgrade.extract.submission import extract
    from netgrade.objects.base import Status
    from netgrade.objects.declaration import Declaration, Declarations
    from netgrade.objects.submission import Submissions
    from netgrade.pictures import given_files
    from netgrade.relevance import code_version, part_digest
    from netgrade.store import load, save, sha256_file, sha256_of

    rules, data = assignment_of(assignment), load_datasets(datasets)
    given = given_files(rules.tasks, Path("assignments", assignment))
    chunk = load(submissions, Submissions)
    key = [part_digest(rules, "extract"), code_version("extract"), isolation, *(one.digest for one in data.values())]
    key += [sha256_file(path) for named in given.values() for path in named.values()]
    places = {s.slug: DECLARATIONS / f"{sha256_of(s.slug, s.digest, *key)}.json" for s in chunk.submissions}
    tested = None
    ready = all(one.ok for one in data.values())
    if isolation != "none" and ready and not all(place.is_file() for place in places.values()):
        hidden = [Path(one.hidden_labels) for one in data.values()]
        tested = prove(backend_of(isolation), [*hidden, *(Path(s.folder) for s in chunk.submissions)])
    found = []
    for submission in chunk.submissions:
        known = places[submission.slug]
        click.echo(f"extract {submission.slug}", err=True)
        kept = IMAGES / submission.slug
        if known.is_file() and all_kept(before := load(known, Declaration), kept):
            found.append(before)
            continue
        declaration = extract(submission, rules, data, isolation, tested, given, kept)
        drawings = [drawing for drawn in declaration.drawings.values() for drawing in drawn]
        if Status.FAULT not in (declaration.status, *(drawing.status for drawing in drawings)):
            save(known, declaration)
        found.append(declaration)
    save(output, Declarations(assignment=assignment, chunk=chunk.chunk, declarations=found))


@main.command()
@click.argument("assignment")
@click.argument("declarations", type=FILE)
@DATASETS
@click.option("--output", type=FILE, required=True)
def check(assignment: str, declarations: Path, datasets: tuple[Path, ...], output: Path) -> None:
    """Hold declarations against the rules and make plans."""
    from netgrade.check import check, waiting_plans
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


@main.command()
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
    from netgrade.objects.grade import Grades
    from netgrade.objects.plan import CheckedSubmissions
    from netgrade.objects.record import Trainings
    from netgrade.store import load, save
    from netgrade.train import train_chunk

    seeds = assignment_of(assignment).seeds
    chunk = load(checked, CheckedSubmissions)
    further = set(load(undecided, Grades).undecided) if undecided else set(chunk.plans) - set(chunk.waiting)
    plans = {digest: plan for digest, plan in chunk.plans.items() if digest in further}
    before = load(earlier, Trainings).records if earlier else {}
    next_seeds = {digest: seeds.after(len(before.get(digest, []))) for digest in plans}
    new = train_chunk(plans, next_seeds, load_datasets(datasets), RECORDS, log)
    records = {d: sorted({*before.get(d, []), *new.get(d, [])}) for d in chunk.plans if d in before or d in new}
    names = {digest: chunk.plans[digest].dataset for digest in records}
    result = Trainings(assignment=assignment, chunk=chunk.chunk, round=number, records=records, datasets=names)
    save(output, result)


@main.command()
@click.argument("trainings", type=FILE)
@DATASETS
@click.option("--output", type=FILE, required=True)
def measure(trainings: Path, datasets: tuple[Path, ...], output: Path) -> None:
    """Hold finished trainings against the test labels."""
    from netgrade.measure import measure_plan, speeds_of
    from netgrade.objects.measurement import Measurements
    from netgrade.objects.record import Trainings
    from netgrade.store import load, save

    chunk, data = load(trainings, Trainings), load_datasets(datasets)
    trained = [(plan, seeds, data[chunk.datasets[plan]]) for plan, seeds in chunk.records.items()]
    found = {plan: measure_plan(plan, seeds, own, RECORDS) for plan, seeds, own in trained}
    speeds = {plan: speeds_of(plan, seeds, own, RECORDS) for plan, seeds, own in trained}
    result = Measurements(
        assignment=chunk.assignment, chunk=chunk.chunk, round=chunk.round, measurements=found, speeds=speeds
    )
    save(output, result)


@main.command()
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

    rules, data = assignment_of(assignment), load_datasets(datasets)
    chunk, trained = load(checked, CheckedSubmissions), load(trainings, Trainings)
    seen = {c.slug: see(c, rules, chunk.plans, trained.records, data, RECORDS) for c in chunk.submissions}
    save(output, Sights(assignment=assignment, chunk=chunk.chunk, round=trained.round, seen=seen))


@main.command()
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
    marks = _marks(assignment, overrides)
    students = load(submissions, Submissions).submissions
    found, seen = {c.slug: c for c in load(checked, CheckedSubmissions).submissions}, _seen(sights)
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


@main.command()
@click.argument("assignment")
@click.argument("submissions", type=FILE)
@click.argument("declarations", type=FILE)
@click.argument("checked", type=FILE)
@click.argument("trainings", type=FILE)
@click.argument("grades", type=FILE)
@DATASETS
@click.option("--overrides", type=FILE, help="CSV with student, task, points, comment.")
@click.option("--output", type=FILE, required=True)
def audit(
    assignment: str,
    submissions: Path,
    declarations: Path,
    checked: Path,
    trainings: Path,
    grades: Path,
    datasets: tuple[Path, ...],
    overrides: Path | None,
    output: Path,
) -> None:
    """Write the bundle of each grade: all that it rests on, and each change."""
    from netgrade.audit import evidence_of, plan_evidence, write_bundle
    from netgrade.objects.bundle import Bundles
    from netgrade.objects.declaration import Declarations
    from netgrade.objects.grade import Grades
    from netgrade.objects.plan import CheckedSubmissions
    from netgrade.objects.record import Trainings
    from netgrade.objects.submission import Submissions
    from netgrade.relevance import code_version, deciding_stages
    from netgrade.store import load, save

    rules, data = assignment_of(assignment), load_datasets(datasets)
    code: dict[str, str] = {stage: code_version(stage) for stage in deciding_stages()}
    marks, graded = _marks(assignment, overrides), load(grades, Grades)
    found = {s.slug: s for s in load(submissions, Submissions).submissions}
    declared = {d.slug: d for d in load(declarations, Declarations).declarations}
    chunk, seeds = load(checked, CheckedSubmissions), load(trainings, Trainings).records
    plans = {d: plan_evidence(plan, seeds.get(d, []), data[plan.dataset], RECORDS) for d, plan in chunk.plans.items()}
    known = {c.slug: c for c in chunk.submissions}
    bundles = {}
    for grade in graded.grades:
        evidence = evidence_of(
            found[grade.slug], declared[grade.slug], known[grade.slug], plans, rules, marks, grade, code
        )
        bundles[grade.slug] = write_bundle(BUNDLES / assignment / f"{grade.slug}.json", evidence).digest
    save(output, Bundles(assignment=assignment, chunk=graded.chunk, bundles=bundles))


@main.command()
@click.argument("assignment")
@click.argument("grades", type=FILE)
@click.option("--reference", type=FILE, required=True)
@DATASETS
@click.option("--sights", type=FILE, help="What the networks see, where a task asks for it.")
@click.option("--roster", type=FILE, help="Names; without it, pages show pseudonyms.")
@click.option("--output", type=FILE, required=True)
def report(
    assignment: str,
    grades: Path,
    reference: Path,
    datasets: tuple[Path, ...],
    sights: Path | None,
    roster: Path | None,
    output: Path,
) -> None:
    """Render the reports of one chunk that changed."""
    from netgrade.objects.grade import Grades
    from netgrade.report import Backdrop
    from netgrade.report.publish import pictures_of, test_images, write_reports
    from netgrade.store import load

    chunk, known = load(grades, Grades), load(reference, Grades).grades[0]
    backdrop = Backdrop(
        assignment_of(assignment), known, _roster(roster).names(assignment), chunk.speeds,
        test_images(load_datasets(datasets)), pictures_of([known, *chunk.grades], IMAGES), sights=_seen(sights),
    )  # fmt: skip
    write_reports(chunk.grades, backdrop, Path("templates"), Path("reports", assignment), output)


@main.command()
@click.argument("checked", type=FILE)
@DATASETS
@click.option("--log", type=FILE)
@click.option("--output", type=FILE, required=True)
def control(checked: Path, datasets: tuple[Path, ...], log: Path | None, output: Path) -> None:
    """Train a reference plan with permuted labels: it must do no better than guessing."""
    from netgrade.control import control
    from netgrade.objects.plan import CheckedSubmissions
    from netgrade.objects.tasks import DiagnosisTask
    from netgrade.store import load, save

    reference = load(checked, CheckedSubmissions)
    assignment = assignment_of(reference.assignment)
    ill = {task.id for task in assignment.tasks if isinstance(task, DiagnosisTask)}
    save(output, control(reference, load_datasets(datasets), assignment.seeds.base, RECORDS, log, ill))


@main.command()
@click.argument("assignment")
@click.argument("chunks", type=FILE, nargs=-1)
@click.option("--output", type=FILE, required=True)
def similarity(assignment: str, chunks: tuple[Path, ...], output: Path) -> None:
    """List pairs of submissions that share code, or designs that differ in a single thing.

    CHUNKS are what `collect` wrote for each chunk, and then what `check` wrote.
    """
    from netgrade.objects.plan import CheckedSubmissions
    from netgrade.objects.submission import Submissions
    from netgrade.similarity import similarities
    from netgrade.store import load, save

    half = len(chunks) // 2
    submissions = [s for path in chunks[:half] for s in load(path, Submissions).submissions]
    checked = [load(path, CheckedSubmissions) for path in chunks[half:]]
    plans = {digest: plan for chunk in checked for digest, plan in chunk.plans.items()}
    handout = [path for path in Path("assignments", assignment).glob("*") if path.suffix in (".py", ".ipynb")]
    everyone = [submission for chunk in checked for submission in chunk.submissions]
    save(output, similarities(assignment, submissions, everyone, plans, handout))


@main.command()
@click.argument("assignment")
@click.argument("grades", type=FILE, nargs=-1)
@click.option("--reference", type=FILE, required=True)
@click.option("--control", type=FILE, required=True)
@click.option("--similarity", type=FILE, required=True)
@click.option("--roster", type=FILE, help="Names; without it, pages show pseudonyms.")
@click.option("--output", type=FILE, required=True)
def report_class(
    assignment: str,
    grades: tuple[Path, ...],
    reference: Path,
    control: Path,
    similarity: Path,
    roster: Path | None,
    output: Path,
) -> None:
    """Render the class page."""
    from netgrade.objects.control import Control
    from netgrade.objects.grade import Grades
    from netgrade.objects.similarity import Similarities
    from netgrade.report import Backdrop
    from netgrade.report.publish import write_class_page
    from netgrade.store import load

    everyone = [grade for path in grades for grade in load(path, Grades).grades]
    names = _roster(roster).names(assignment)
    backdrop = Backdrop(
        assignment_of(assignment), load(reference, Grades).grades[0], names,
        control=load(control, Control), similarities=load(similarity, Similarities),
    )  # fmt: skip
    write_class_page(everyone, backdrop, Path("templates"), Path("reports", assignment), output)


@main.command()
@click.argument("grades", type=FILE, nargs=-1)
@click.option("--roster", type=FILE, help="Names; without it, the grade book shows pseudonyms.")
@click.option("--gradebook", type=FILE, required=True)
@click.option("--summary", type=FILE, required=True)
def export(grades: tuple[Path, ...], roster: Path | None, gradebook: Path, summary: Path) -> None:
    """Write the grade book and the summary of a run."""
    from netgrade import export as stage
    from netgrade.objects.grade import Grades
    from netgrade.store import load, write_text

    everyone = [grade for path in grades for grade in load(path, Grades).grades]
    write_text(gradebook, stage.gradebook(everyone, _roster(roster)))
    write_text(summary, stage.summary(everyone))


def _roster(path: Path | None) -> Roster:
    """Whom the slugs stand for; nobody where marking is anonymous."""
    from netgrade.store import load

    return load(path, Roster) if path else Roster(students={})


def _seen(path: Path | None) -> dict[Slug, dict[TaskId, Seen]]:
    """What the networks of each submission see; nothing where no task asks for it."""
    from netgrade.objects.sight import Sights
    from netgrade.store import load

    return load(path, Sights).seen if path else {}


def _marks(assignment: str, overrides: Path | None) -> list[Override]:
    """The teacher's marks, with every student named by slug."""
    from netgrade.collect import ROSTER
    from netgrade.spec import by_slug, load_overrides

    return by_slug(load_overrides(overrides), _roster(ROSTER).names(assignment)) if overrides else []
