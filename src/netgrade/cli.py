"""The command line: one command a stage, as the workflow calls them, and a few for people.

The library raises; here an error becomes a sentence. Exit status 2 is wrong usage, 1 a failure.
"""

import sys
from pathlib import Path

import click

from netgrade import __version__
from netgrade.errors import NetgradeError
from netgrade.running import end_with_workflow

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)


class OneSentence(click.Group):
    """A group whose commands end in a sentence where something a person can mend went wrong."""

    def invoke(self, context: click.Context) -> object:
        """Run the command; turn what netgrade raises into what click shows."""
        try:
            return super().invoke(context)
        except NetgradeError as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
            raise click.ClickException(f"{what}\n  Mend that, then run again: it goes on where it stopped.") from error


@click.group(cls=OneSentence, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Grade deep-learning assignments. Everyday use: `snakemake --cores all`."""
    end_with_workflow()


def _assignment(name: str):  # type: ignore[no-untyped-def]
    from netgrade.spec import load_assignment

    return load_assignment(Path("assignments", name, "assignment.yaml"))


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
    from netgrade.collect import collect
    from netgrade.store import save

    save(output, collect(assignment, chunk, folder, output.parent / "unpacked"))


@main.command()
@click.argument("assignment")
@click.argument("submissions", type=FILE)
@click.option("--dataset", type=FILE, required=True)
@click.option("--isolation", type=click.Choice(["bubblewrap", "none"]), default="bubblewrap")
@click.option("--output", type=FILE, required=True)
def extract(assignment: str, submissions: Path, dataset: Path, isolation: str, output: Path) -> None:
    """Run each submission once, in the sandbox, and note what it asks for."""
    from netgrade.extract.sandbox import probe
    from netgrade.extract.submission import extract
    from netgrade.objects.base import Status
    from netgrade.objects.dataset import Dataset
    from netgrade.objects.declaration import Declaration, Declarations
    from netgrade.objects.submission import Submissions
    from netgrade.relevance import code_version, part_digest
    from netgrade.store import load, save, sha256_of

    rules, data = _assignment(assignment), load(dataset, Dataset)
    chunk = load(submissions, Submissions)
    if isolation == "bubblewrap":
        probe()
    key = [part_digest(rules, "extract"), code_version("extract"), isolation, data.digest]
    found = []
    for submission in chunk.submissions:
        known = Path("results/store/declarations", f"{sha256_of(submission.slug, submission.digest, *key)}.json")
        click.echo(f"extract {submission.slug}", err=True)
        if known.is_file():
            found.append(load(known, Declaration))
            continue
        declaration = extract(submission, rules, data, isolation)
        if declaration.status is not Status.FAULT:
            save(known, declaration)
        found.append(declaration)
    save(output, Declarations(assignment=assignment, chunk=chunk.chunk, declarations=found))


@main.command()
@click.argument("assignment")
@click.argument("declarations", type=FILE)
@click.option("--dataset", type=FILE, required=True)
@click.option("--output", type=FILE, required=True)
def check(assignment: str, declarations: Path, dataset: Path, output: Path) -> None:
    """Hold declarations against the rules and make plans."""
    from netgrade.check import check
    from netgrade.objects.dataset import Dataset
    from netgrade.objects.declaration import Declarations
    from netgrade.objects.plan import CheckedSubmissions
    from netgrade.store import load, save

    rules, data, chunk = _assignment(assignment), load(dataset, Dataset), load(declarations, Declarations)
    pairs = [check(declaration, rules, data) for declaration in chunk.declarations]
    plans = {digest: plan for _, found in pairs for digest, plan in sorted(found.items())}
    checked = [submission for submission, _ in pairs]
    save(output, CheckedSubmissions(assignment=assignment, chunk=chunk.chunk, submissions=checked, plans=plans))


@main.command()
@click.argument("assignment")
@click.argument("checked", type=FILE)
@click.option("--round", "number", type=click.IntRange(min=1), default=1)
@click.option("--undecided", type=FILE, help="Grades of the round before.")
@click.option("--earlier", type=FILE, help="Trainings of the round before.")
@click.option("--dataset", type=FILE, required=True)
@click.option("--log", type=FILE)
@click.option("--output", type=FILE, required=True)
def train(
    assignment: str,
    checked: Path,
    number: int,
    undecided: Path | None,
    earlier: Path | None,
    dataset: Path,
    log: Path | None,
    output: Path,
) -> None:
    """Train the plans of one chunk that have no record yet."""
    from netgrade.objects.dataset import Dataset
    from netgrade.objects.grade import Grades
    from netgrade.objects.plan import CheckedSubmissions
    from netgrade.objects.record import Trainings
    from netgrade.store import load, save
    from netgrade.train import train_chunk

    seeds = _assignment(assignment).seeds
    chunk = load(checked, CheckedSubmissions)
    further = set(load(undecided, Grades).undecided) if undecided else set(chunk.plans)
    plans = {digest: plan for digest, plan in chunk.plans.items() if digest in further}
    before = load(earlier, Trainings).records if earlier else {}
    new = train_chunk(plans, seeds.of_round(number), load(dataset, Dataset), Path("results/store/records"), log)
    records = {d: sorted({*before.get(d, []), *new.get(d, [])}) for d in chunk.plans}
    save(output, Trainings(assignment=assignment, chunk=chunk.chunk, round=number, records=records))


@main.command()
@click.argument("trainings", type=FILE)
@click.option("--dataset", type=FILE, required=True)
@click.option("--output", type=FILE, required=True)
def measure(trainings: Path, dataset: Path, output: Path) -> None:
    """Hold finished trainings against the test labels."""
    from netgrade.measure import measure_plan
    from netgrade.objects.dataset import Dataset
    from netgrade.objects.measurement import Measurements
    from netgrade.objects.record import Trainings
    from netgrade.store import load, save

    chunk, data = load(trainings, Trainings), load(dataset, Dataset)
    store = Path("results/store/records")
    found = {plan: measure_plan(plan, seeds, data, store) for plan, seeds in chunk.records.items()}
    save(output, Measurements(assignment=chunk.assignment, chunk=chunk.chunk, round=chunk.round, measurements=found))


@main.command()
@click.argument("assignment")
@click.argument("submissions", type=FILE)
@click.argument("checked", type=FILE)
@click.argument("measurements", type=FILE)
@click.option("--overrides", type=FILE, help="CSV with student, task, points, comment.")
@click.option("--output", type=FILE, required=True)
def grade(
    assignment: str, submissions: Path, checked: Path, measurements: Path, overrides: Path | None, output: Path
) -> None:
    """Turn measurements into points and verdicts."""
    from netgrade.grade import grade, undecided
    from netgrade.objects.grade import Grades
    from netgrade.objects.measurement import Measurements
    from netgrade.objects.plan import CheckedSubmissions
    from netgrade.objects.submission import Submissions
    from netgrade.spec import load_overrides
    from netgrade.store import load, save

    rules, measured = _assignment(assignment), load(measurements, Measurements)
    marks = load_overrides(overrides) if overrides else []
    students = load(submissions, Submissions).submissions
    found = {c.slug: c for c in load(checked, CheckedSubmissions).submissions}
    grades = [grade(s, found[s.slug], rules, measured.measurements, marks) for s in students]
    result = Grades(
        assignment=assignment, chunk=measured.chunk, round=measured.round, grades=grades, undecided=undecided(grades)
    )
    save(output, result)


@main.command()
@click.argument("assignment")
@click.argument("grades", type=FILE)
@click.option("--reference", type=FILE, required=True)
@click.option("--dataset", type=FILE, required=True)
@click.option("--output", type=FILE, required=True)
def report(assignment: str, grades: Path, reference: Path, dataset: Path, output: Path) -> None:
    """Render the reports of one chunk that changed."""
    from netgrade.objects.dataset import Dataset
    from netgrade.objects.grade import Grades
    from netgrade.report.publish import write_reports
    from netgrade.store import load

    write_reports(
        _assignment(assignment), load(grades, Grades).grades, load(reference, Grades).grades[0],
        load(dataset, Dataset), Path("templates"), Path("reports", assignment), output,
    )  # fmt: skip


@main.command()
@click.argument("assignment")
@click.argument("grades", type=FILE, nargs=-1)
@click.option("--reference", type=FILE, required=True)
@click.option("--output", type=FILE, required=True)
def report_class(assignment: str, grades: tuple[Path, ...], reference: Path, output: Path) -> None:
    """Render the class page."""
    from netgrade.objects.grade import Grades
    from netgrade.report.publish import write_class_page
    from netgrade.store import load

    everyone = [grade for path in grades for grade in load(path, Grades).grades]
    write_class_page(
        _assignment(assignment), everyone, load(reference, Grades).grades[0],
        Path("templates"), Path("reports", assignment), output,
    )  # fmt: skip


@main.command()
@click.argument("grades", type=FILE, nargs=-1)
@click.option("--gradebook", type=FILE, required=True)
@click.option("--summary", type=FILE, required=True)
def export(grades: tuple[Path, ...], gradebook: Path, summary: Path) -> None:
    """Write the grade book and the summary of a run."""
    from netgrade import export as stage
    from netgrade.objects.grade import Grades
    from netgrade.store import load, write_text

    everyone = [grade for path in grades for grade in load(path, Grades).grades]
    everyone.sort(key=lambda grade: (grade.assignment, grade.student, grade.slug))
    write_text(gradebook, stage.gradebook(everyone))
    write_text(summary, stage.summary(everyone))


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
    click.echo(reference_table(_assignment(assignment), found.grades[0]))


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


if __name__ == "__main__":
    main()
