"""The commands that render pages and tables from grades."""

from pathlib import Path

import click

from netgrade.cli.group import DATASETS, FILE, IMAGES, assignment_of, load_datasets, roster_at, sights_at, stage


@stage.command()
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
    from netgrade.resources import templates_folder
    from netgrade.store import load

    chunk, known = load(grades, Grades), load(reference, Grades).grades[0]
    backdrop = Backdrop(
        assignment_of(assignment), known, roster_at(roster).names(assignment), chunk.speeds,
        test_images(load_datasets(datasets)), pictures_of([known, *chunk.grades], IMAGES), sights=sights_at(sights),
    )  # fmt: skip
    write_reports(chunk.grades, backdrop, templates_folder(), Path("reports", assignment), output)


@stage.command()
@click.argument("assignment")
@click.argument("grades", type=FILE, nargs=-1)
@click.option("--reference", type=FILE, required=True)
@click.option("--control", type=FILE, required=True)
@click.option("--similarity", type=FILE, required=True)
@click.option("--roster", type=FILE, help="Names; without it, pages show pseudonyms.")
@click.option("--prices", type=(float, float, str), help="Of an hour on a CPU and on a GPU, and the currency.")
@click.option("--output", type=FILE, required=True)
def report_class(
    assignment: str,
    grades: tuple[Path, ...],
    reference: Path,
    control: Path,
    similarity: Path,
    roster: Path | None,
    prices: tuple[float, float, str] | None,
    output: Path,
) -> None:
    """Render the class page."""
    from netgrade.objects.assignment import Prices
    from netgrade.objects.control import Control
    from netgrade.objects.grade import Grades
    from netgrade.objects.similarity import Similarities
    from netgrade.report import Backdrop
    from netgrade.report.publish import write_class_page
    from netgrade.resources import templates_folder
    from netgrade.store import load

    chunks, known = [load(path, Grades) for path in grades], load(reference, Grades)
    everyone = [grade for chunk in chunks for grade in chunk.grades]
    speeds = {plan: found for chunk in (known, *chunks) for plan, found in chunk.speeds.items()}
    backdrop = Backdrop(
        assignment_of(assignment), known.grades[0], roster_at(roster).names(assignment), speeds,
        control=load(control, Control), similarities=load(similarity, Similarities),
        prices=Prices(cpu=prices[0], gpu=prices[1], currency=prices[2]) if prices else None,
    )  # fmt: skip
    write_class_page(everyone, backdrop, templates_folder(), Path("reports", assignment), output)


@stage.command()
@click.argument("grades", type=FILE, nargs=-1)
@click.option("--roster", type=FILE, help="Names; without it, the grade book shows pseudonyms.")
@click.option("--gradebook", type=FILE, required=True)
@click.option("--summary", type=FILE, required=True)
def gradebook(grades: tuple[Path, ...], roster: Path | None, gradebook: Path, summary: Path) -> None:
    """Write the grade book and the summary of a run."""
    from netgrade import export as stage
    from netgrade.objects.grade import Grades
    from netgrade.store import load, write_text

    everyone = [grade for path in grades for grade in load(path, Grades).grades]
    write_text(gradebook, stage.gradebook(everyone, roster_at(roster)))
    write_text(summary, stage.summary(everyone))


@stage.command()
@click.argument("assignment")
@click.argument("grades", type=FILE, nargs=-1)
@click.option("--roster", type=FILE, help="Names; without it, the sheet shows pseudonyms.")
@click.option("--sheet", type=FILE, required=True, help="The CSV to write.")
@click.option("--page", type=FILE, required=True, help="The page to write.")
def marking(assignment: str, grades: tuple[Path, ...], roster: Path | None, sheet: Path, page: Path) -> None:
    """Write what waits for a person, as a CSV and as a page to fill in."""
    from netgrade.objects.grade import Grades
    from netgrade.objects.submission import Roster
    from netgrade.report.marking import write_marking_sheet
    from netgrade.resources import templates_folder
    from netgrade.store import load

    everyone = [grade for path in grades for grade in load(path, Grades).grades]
    names = load(roster, Roster).names(assignment) if roster else {}
    write_marking_sheet(everyone, assignment_of(assignment), names, templates_folder(), sheet, page)
