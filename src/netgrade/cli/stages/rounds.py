"""The commands of a round, which trains, measures, sees and grades a chunk, and of those that may follow the first."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from netgrade.cli.group import DATASETS, FILE, assignment_of, marks_of, stage, training_data
from netgrade.store import RECORDS

if TYPE_CHECKING:
    from netgrade.objects.assignment import Assignment
    from netgrade.objects.dataset import Datasets
    from netgrade.objects.grade import Grades, Override
    from netgrade.objects.measurement import Measurements
    from netgrade.objects.picture import StyleMeasurements
    from netgrade.objects.plan import CheckedSubmissions
    from netgrade.objects.record import Trainings
    from netgrade.objects.sight import Sights
    from netgrade.objects.submission import Submissions

SIGHTS = click.option("--sights", type=FILE, help="What the networks see, where points rest on it.")
STYLES = click.option("--styles", type=FILE, help="Measurements of images, where the assignment asks for any.")
OVERRIDES = click.option("--overrides", type=FILE, help="CSV with student, task, points, comment.")
OUTPUT = click.option("--output", type=FILE, required=True)


@stage.command()
@click.argument("assignment")
@click.argument("checked", type=FILE)
@DATASETS
@click.option("--log", type=FILE)
@OUTPUT
def train(assignment: str, checked: Path, datasets: tuple[Path, ...], log: Path | None, output: Path) -> None:
    """Train the plans of one chunk that have no record yet, with their first seeds."""
    from netgrade.objects.plan import CheckedSubmissions
    from netgrade.store import load, save

    rules = assignment_of(assignment)
    save(output, _trained(rules, load(checked, CheckedSubmissions), training_data(rules, datasets), log))


@stage.command()
@click.argument("trainings", type=FILE)
@DATASETS
@OUTPUT
def measure(trainings: Path, datasets: tuple[Path, ...], output: Path) -> None:
    """Hold finished trainings against the test labels."""
    from netgrade.objects.record import Trainings
    from netgrade.store import load, save

    chunk = load(trainings, Trainings)
    save(output, _measured(chunk, training_data(assignment_of(chunk.assignment), datasets)))


@stage.command()
@click.argument("assignment")
@click.argument("checked", type=FILE)
@click.argument("trainings", type=FILE)
@DATASETS
@click.option("--log", type=FILE)
@OUTPUT
def see(
    assignment: str, checked: Path, trainings: Path, datasets: tuple[Path, ...], log: Path | None, output: Path
) -> None:
    """Show single images to the trained networks, and keep what each layer makes of them."""
    from netgrade.objects.plan import CheckedSubmissions
    from netgrade.objects.record import Trainings
    from netgrade.store import load, save

    rules = assignment_of(assignment)
    data = training_data(rules, datasets)
    save(output, _seen(rules, load(checked, CheckedSubmissions), load(trainings, Trainings), data, log))


@stage.command()
@click.argument("assignment")
@click.argument("submissions", type=FILE)
@click.argument("checked", type=FILE)
@click.argument("measurements", type=FILE)
@SIGHTS
@STYLES
@OVERRIDES
@OUTPUT
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
    from netgrade.objects.measurement import Measurements
    from netgrade.objects.picture import StyleMeasurements
    from netgrade.objects.plan import CheckedSubmissions
    from netgrade.objects.sight import Sights
    from netgrade.objects.submission import Submissions
    from netgrade.store import load, save

    found = _graded(
        assignment_of(assignment), load(submissions, Submissions), load(checked, CheckedSubmissions),
        load(measurements, Measurements), load(sights, Sights) if sights else None,
        load(styles, StyleMeasurements) if styles else None, marks_of(assignment, overrides),
    )  # fmt: skip
    save(output, found)


@stage.command()
@click.argument("assignment")
@click.argument("submissions", type=FILE)
@click.argument("checked", type=FILE)
@click.argument("trainings", type=FILE)
@click.argument("measurements", type=FILE)
@click.argument("grades", type=FILE)
@SIGHTS
@STYLES
@OVERRIDES
@DATASETS
@click.option("--log", type=FILE)
@click.option("--final-trainings", type=FILE, required=True, help="To write: the trainings that the grades rest on.")
@click.option("--final-sights", type=FILE, required=True, help="To write: what their networks see.")
@OUTPUT
def settle(
    assignment: str,
    submissions: Path,
    checked: Path,
    trainings: Path,
    measurements: Path,
    grades: Path,
    sights: Path | None,
    styles: Path | None,
    overrides: Path | None,
    datasets: tuple[Path, ...],
    log: Path | None,
    final_trainings: Path,
    final_sights: Path,
    output: Path,
) -> None:
    """Train further seeds of what the first round left undecided, measure and grade again, until nothing is.

    Each round's files lie beside those of the first, so that whoever looks on knows how far the chunk is.
    """
    from netgrade.objects.grade import Grades, Undecided
    from netgrade.objects.measurement import Measurements
    from netgrade.objects.picture import StyleMeasurements
    from netgrade.objects.plan import CheckedSubmissions
    from netgrade.objects.record import Trainings
    from netgrade.objects.sight import Sights
    from netgrade.objects.submission import Submissions
    from netgrade.store import load, save, write_bytes

    rules = assignment_of(assignment)
    undecided = bool(load(grades, Undecided).undecided)
    if not undecided and not rules.looks:
        trained = load(trainings, Trainings)
        write_bytes(final_trainings, trainings.read_bytes())
        save(final_sights, Sights(assignment=assignment, chunk=trained.chunk, round=trained.round, seen={}))
        write_bytes(output, grades.read_bytes())
        return
    given, known = load(submissions, Submissions), load(checked, CheckedSubmissions)
    trained, measured, graded = load(trainings, Trainings), load(measurements, Measurements), load(grades, Grades)
    data, marks = training_data(rules, datasets), marks_of(assignment, overrides)
    seen = load(sights, Sights) if sights else None
    images = load(styles, StyleMeasurements) if styles else None
    while graded.undecided and graded.round < rules.rounds:
        place = f"{assignment}/{graded.chunk}.r{graded.round + 1}"
        trained = _trained(rules, known, data, log, graded, trained)
        save(Path(f"results/train/{place}.json"), trained)
        measured = _measured(trained, data, measured)
        save(Path(f"results/measure/{place}.json"), measured)
        if rules.sees_tasks:
            seen = _seen(rules, known, trained, data, log)
            save(Path(f"results/see/{place}.json"), seen)
        graded = _graded(rules, given, known, measured, seen, images, marks)
        save(Path(f"results/grade/{place}.json"), graded)
    save(final_trainings, trained)
    save(final_sights, seen or _seen(rules, known, trained, data, log))
    save(output, graded)


def _trained(
    rules: "Assignment",
    chunk: "CheckedSubmissions",
    data: "Datasets",
    log: Path | None,
    grades: "Grades | None" = None,
    earlier: "Trainings | None" = None,
) -> "Trainings":
    """Of a further round: the plans that the `grades` before it leave undecided, beside all `earlier` trainings."""
    from netgrade.demand import trainings
    from netgrade.objects.record import Trainings
    from netgrade.train import train_chunk

    before = earlier.records if earlier else {}
    next_seeds = trainings(chunk, rules.seeds, grades.undecided if grades else None, before)
    plans = {digest: chunk.plans[digest] for digest in next_seeds}
    new = train_chunk(plans, next_seeds, data, RECORDS, log, chunk.plans_of(rules.looked_at))
    records = {d: sorted({*before.get(d, []), *new.get(d, [])}) for d in chunk.plans if d in before or d in new}
    names = {digest: chunk.plans[digest].dataset for digest in records}
    number = earlier.round + 1 if earlier else 1
    return Trainings(assignment=rules.id, chunk=chunk.chunk, round=number, records=records, datasets=names)


def _measured(chunk: "Trainings", data: "Datasets", known: "Measurements | None" = None) -> "Measurements":
    """Those of plans that no earlier round measured alike are measured now."""
    from netgrade.measure import measure_plan, speeds_of
    from netgrade.objects.measurement import Measurements

    found, speeds = {}, {}
    for plan, seeds in chunk.records.items():
        own = data[chunk.datasets[plan]]
        if known and known.covers(plan, seeds):
            found[plan], speeds[plan] = known.measurements[plan], known.speeds[plan]
        else:
            found[plan] = measure_plan(plan, seeds, own, RECORDS)
            speeds[plan] = speeds_of(plan, seeds, own, RECORDS)
    return Measurements(
        assignment=chunk.assignment, chunk=chunk.chunk, round=chunk.round, measurements=found, speeds=speeds
    )


def _seen(
    rules: "Assignment", chunk: "CheckedSubmissions", trained: "Trainings", data: "Datasets", log: Path | None
) -> "Sights":
    """With trainings repeated for their weights where they are missing."""
    from netgrade.objects.sight import Sights
    from netgrade.train import see
    from netgrade.train.progress import progress_to

    with progress_to(log) as progress:
        seen = {c.slug: see(c, rules, chunk.plans, trained.records, data, RECORDS, progress) for c in chunk.submissions}
    return Sights(assignment=rules.id, chunk=chunk.chunk, round=trained.round, seen=seen)


def _graded(
    rules: "Assignment", submissions: "Submissions", checked: "CheckedSubmissions", measured: "Measurements",
    sights: "Sights | None", styles: "StyleMeasurements | None", marks: "list[Override]",
) -> "Grades":  # fmt: skip
    from netgrade.grade import grade, undecided
    from netgrade.objects.grade import Grades

    found, seen = {c.slug: c for c in checked.submissions}, sights.seen if sights else {}
    images = styles.measurements if styles else {}
    grades = [
        grade(s, found[s.slug], rules, measured.measurements, marks, seen.get(s.slug), images.get(s.slug))
        for s in submissions.submissions
    ]
    return Grades(
        assignment=rules.id, chunk=measured.chunk, round=measured.round, grades=grades, undecided=undecided(grades),
        speeds=measured.speeds,
    )  # fmt: skip
