"""What a report costs: CPU seconds of its drawings, HTML and PDF together, beside its models, charts and pages.

    python benchmarks/reports.py [COURSE] [--repeats 3] [--json reports.json]

COURSE is a folder that was graded, such as this one after `make grade`. Every report is rendered again in this one
process, into a folder that goes afterwards; the first is rendered once more before the clock runs, so that loading
WeasyPrint and the fonts counts for none. No drawing is taken over from another report. The median of the repeats.

The last row is a report of thirty pages or more, as an assignment with more tasks would have: the tasks of several
students, of those with most models first, in one.
"""

import json
import os
import re
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import click
import pandas as pd
from pypdf import PdfReader

from netgrade.cli.group import IMAGES, assignment_of, load_datasets, roster_at, sights_at
from netgrade.machine import cpu_name
from netgrade.objects.base import Noun
from netgrade.objects.grade import Grade, Grades, TaskGrade
from netgrade.objects.tasks import Task
from netgrade.report import Backdrop, drawing, render_student
from netgrade.report.publish import pictures_of, test_images
from netgrade.resources import templates_folder
from netgrade.store import load

LONG = 4
"""Students whose tasks make the long report."""

Model = TypeVar("Model", bound=Noun)


def models_of(grade: Grade) -> int:
    """How many models were measured."""
    return sum(task.measurement is not None for task in grade.tasks)


def reports() -> Iterator[tuple[Grade, Backdrop]]:
    """All grades of the course in the working folder, with what their pages show beside them."""
    images = test_images(load_datasets(Path("results/datasets").glob("*.json")))
    for manifest in sorted(Path("results/report").glob("*/*.json")):
        if manifest.stem == "class":
            continue
        chunk = Path("results/settle", manifest.parent.name, manifest.name)
        name = chunk.parent.name
        graded, [reference] = load(chunk, Grades), load(chunk.with_stem("reference"), Grades).grades
        sights = chunk.with_suffix(".sights.json")
        backdrop = Backdrop(
            assignment_of(name), reference, roster_at(Path("results/pseudonyms/roster.json")).names(name),
            graded.speeds, images, pictures_of([reference, *graded.grades], IMAGES),
            sights=sights_at(sights if sights.is_file() else None),
        )  # fmt: skip
        yield from ((grade, backdrop) for grade in graded.grades)


def joined(everyone: list[tuple[Grade, Backdrop]]) -> tuple[Grade, Backdrop]:
    """One report with the models of several, each task under a name of its own."""
    tasks: list[TaskGrade] = []
    rules: list[Task] = []
    for number, (grade, backdrop) in enumerate(everyone):
        measured = {task.task for task in grade.tasks if task.measurement}
        name = re.compile(rf'"({"|".join(measured)})"(?!:)')  # as a value, not as the name of a field

        def apart(noun: Model, name: re.Pattern[str] = name, number: int = number) -> Model:
            return type(noun).model_validate_json(name.sub(rf'"\1_{number}"', noun.model_dump_json()))

        tasks += [apart(task) for task in grade.tasks if task.task in measured]
        rules += [apart(task) for task in backdrop.assignment.tasks if task.id in measured]
    grade, backdrop = everyone[0]
    assignment = backdrop.assignment.model_copy(update={"tasks": rules})
    speeds = {plan: found for _, of_one in everyone for plan, found in of_one.speeds.items()}
    return grade.model_copy(update={"tasks": tasks}), replace(backdrop, assignment=assignment, speeds=speeds)


def seconds_of(grade: Grade, backdrop: Backdrop, folder: Path) -> float:
    """CPU seconds of one report, nothing of which is drawn already."""
    drawing._svg.cache_clear()
    start = time.process_time()
    render_student(grade, backdrop, folder, templates_folder())
    return time.process_time() - start


def measured(course: Path, repeats: int) -> pd.DataFrame:
    """A row a report."""
    os.chdir(course)
    everyone, rows = list(reports()), []
    if not everyone:
        raise click.ClickException(f"{course} was not graded: it has no grades.")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        seconds_of(*everyone[0], folder)
        long = joined(sorted(everyone, key=lambda one: -models_of(one[0]))[:LONG])
        for grade, backdrop in [*everyone, long]:
            seconds = [seconds_of(grade, backdrop, folder) for _ in range(repeats)]
            rows.append({
                "assignment": grade.assignment,
                "models": models_of(grade),
                "charts": (folder / "report.html").read_text().count("data:image/svg+xml"),
                "pages": len(PdfReader(folder / "report.pdf").pages),
                "CPU s": statistics.median(seconds),
            })  # fmt: skip
    return pd.DataFrame(rows)


@click.command()
@click.argument("course", type=click.Path(path_type=Path, exists=True, file_okay=False), default=Path())
@click.option("--repeats", type=click.IntRange(1), default=3)
@click.option("--json", "output", type=click.Path(path_type=Path, dir_okay=False), help="Write the figures here too.")
def main(course: Path, repeats: int, output: Path | None) -> None:
    """Measure, and print the table."""
    output = output and output.absolute()
    table = measured(course, repeats).sort_values("pages")
    print(f"{cpu_name()}\n\n{table.to_markdown(index=False, floatfmt='.2f')}")
    if output:
        output.write_text(json.dumps({"machine": cpu_name(), "reports": table.to_dict("records")}, indent=1) + "\n")


if __name__ == "__main__":
    main()
