"""How much room a graded course takes: by training, report and student, and what 1,000 students with 5 models need.

    python benchmarks/disk.py [COURSE] [--students 1000] [--models 5] [--json disk.json]

COURSE is a folder that was graded, such as this one after `make grade`. Sizes are what the files occupy on the disk, in
whole blocks. The extrapolation takes every student's models for different ones, each trained as often as in COURSE on
average. Weights are added for one model of each student, as if a task looked at it: of the size of the sample course's
convolutional network, of the largest that stay after test images were looked at, and of the largest that drawings may
be shown to.
"""

import json
from pathlib import Path

import click
import numpy as np
import pandas as pd

from netgrade.objects.submission import Roster
from netgrade.store import load
from netgrade.train.weights import MOST_KEPT, MOST_VALUES, NOTE, WEIGHTS

GB = 2**30
EXAMPLE = 136_874
"""Parameters of the reference model `cnn` of the sample course."""


def occupied(*paths: Path) -> int:
    """Bytes on the disk of the files at or below some paths; links are not followed."""
    files = [file for path in paths for file in ([path] if path.is_file() else path.rglob("*"))]
    return sum(file.lstat().st_blocks * 512 for file in files if file.is_file() and not file.is_symlink())


def measured(course: Path) -> dict[str, float]:
    """Counts, and mean bytes a training, a report and a student."""
    records = [path.parent for path in (course / "results/store/records").rglob("record.json")]
    weights = [path for folder in records for path in (folder / WEIGHTS, folder / NOTE) if path.is_file()]
    reports = [page.parent for page in (course / "reports").glob("*/*/report.html")]
    if not records or not reports:
        raise click.ClickException(f"{course.absolute()} was not graded: it has no trainings or no reports.")
    roster = load(course / "results/pseudonyms/roster.json", Roster).students
    students = sum(len(of_one) for of_one in roster.values())
    stages = [path for path in (course / "results").iterdir() if path.name not in ("datasets", "store")]
    others = [path for path in (course / "results/store").iterdir() if path.name != "records"]
    # What Snakemake notes, and what only a student's folder holds, grows with the class as the stages' files do.
    looks = (course / "results/store/records").glob("*/*/look-*.json")
    beside = [*stages, *others, *looks, course / ".snakemake"]
    return {
        "students": students,
        "plans": len({folder.parent for folder in records}),
        "trainings": len(records),
        "bytes a training": (occupied(*records) - occupied(*weights)) / len(records),
        "bytes of weights": occupied(*weights),
        "bytes a report": float(np.mean([occupied(report) for report in reports])),
        "bytes a student besides": occupied(*beside) / students,
        "bytes of data sets": occupied(course / "results/datasets"),
    }


def extrapolated(found: dict[str, float], students: int, models: int) -> dict[str, float]:
    """Gigabytes that a class occupies, by what is looked at."""
    by_student = students * (found["bytes a report"] + found["bytes a student besides"])
    often, beside = found["trainings"] / found["plans"], by_student + found["bytes of data sets"]
    usual, of_weights = students * models * often * found["bytes a training"] + beside, students * often * 4
    return {
        "no network is looked at": usual / GB,
        f"one of {models}, with {EXAMPLE:,} parameters": (usual + of_weights * EXAMPLE) / GB,
        f"one of {models}, with {MOST_KEPT:,} parameters": (usual + of_weights * MOST_KEPT) / GB,
        f"one of {models}, with {MOST_VALUES:,} parameters, and drawings": (usual + of_weights * MOST_VALUES) / GB,
        "none, and every model is trained five times": (students * models * 5 * found["bytes a training"] + beside)
        / GB,
    }


@click.command()
@click.argument("course", type=click.Path(path_type=Path, exists=True, file_okay=False), default=Path())
@click.option("--students", type=click.IntRange(1), default=1000)
@click.option("--models", type=click.IntRange(1), default=5, help="Models of each student.")
@click.option("--json", "output", type=click.Path(path_type=Path, dir_okay=False), help="Write the figures here too.")
def main(course: Path, students: int, models: int, output: Path | None) -> None:
    """Measure, extrapolate, and print both."""
    found = measured(course)
    class_of = extrapolated(found, students, models)
    rows = [{"what": name, "found": f"{value / 1000:,.0f} kB" if "bytes" in name else f"{value:,.0f}"}
            for name, value in found.items()]  # fmt: skip
    print(pd.DataFrame(rows).to_markdown(index=False, disable_numparse=True))
    print(f"\n{students:,} students with {models} models each:")
    for name, size in class_of.items():
        print(f"  {name}: {size:.1f} GB")
    if output:
        output.write_text(json.dumps({"course": found, "class": class_of}, indent=1) + "\n")


if __name__ == "__main__":
    main()
