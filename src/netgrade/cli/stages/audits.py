"""The commands of the audits: a bundle for each grade, and two looks at the whole class."""

from pathlib import Path

import click

from netgrade.cli.group import DATASETS, FILE, assignment_of, marks_of, stage, training_data
from netgrade.store import BUNDLES, RECORDS


@stage.command()
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

    rules = assignment_of(assignment)
    data = training_data(rules, datasets)
    code: dict[str, str] = {stage: code_version(stage) for stage in deciding_stages()}
    marks, graded = marks_of(assignment, overrides), load(grades, Grades)
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


@stage.command()
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
    save(output, control(reference, training_data(assignment, datasets), assignment.seeds.base, RECORDS, log, ill))


@stage.command()
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
