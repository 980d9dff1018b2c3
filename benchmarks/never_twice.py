"""What is trained for a class, and what is not because it was trained before: counts and a ratio of costs.

    python benchmarks/never_twice.py WORK

A small class on shapes10 is graded by the real workflow in the new folder WORK: ten students, of whom four handed in
two designs between them, and a second assignment in which five of them hand in the same models again. Then nothing
changes, and then one student hands in another model. Counted are trainings, by plan and seed, whose record is new or
was written again. The costs are of training ten plans, eight of them different, in one store as a class is, against
each in a store of its own: seconds of processor time, the median of three repeats.
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import click
import pandas as pd
from trainer import example_plan

from netgrade.machine import cpu_name
from netgrade.objects.dataset import Dataset
from netgrade.objects.plan import CheckedSubmissions, Plan
from netgrade.store import load
from netgrade.train import train_chunk

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from course import Tiny, lay_out_tiny  # the tests' own small course

UNITS = {"Ada": 8, "Bo": 8, "Cleo": 10, "Dan": 10, "Eve": 12, "Fay": 14, "Gus": 16, "Hal": 18, "Ida": 20, "Jon": 22}
AGAIN = ("Ada", "Cleo", "Eve", "Gus", "Jon")
REPEATS = 3


def laid_out(work: Path) -> Tiny:
    """Two assignments that ask for the same, with ten students and five of them."""
    course = lay_out_tiny(work)
    for student, units in UNITS.items():
        course.submit(student, units)
    for place in ("assignments", "reference_models"):
        shutil.copytree(work / place / "tiny", work / place / "later")
    course.edit("assignments/later/assignment.yaml", "id: tiny", "id: later")
    for student in AGAIN:
        shutil.copytree(work / "submissions" / student, work / "later" / student)
    with (work / "config.yaml").open("a") as file:
        file.write("  - id: later\n    submissions: later\n")
    return course


def counted(course: Tiny) -> Iterator[dict[str, object]]:
    """What each run of the workflow trained."""
    before: dict[Path, int] = {}
    for what in ("first run, two assignments", "second run, nothing changed", "Dan hands in another model"):
        if what.startswith("Dan"):
            course.submit("Dan", 11)
        jobs = course.planned()
        course.run()
        records = course.records()
        new = {path for path, written in records.items() if before.get(path) != written}
        models, plans = handed_in(course)
        # The control trains a reference plan on permuted labels: a training of its own.
        yield {"run": what, "jobs": sum(jobs.values()), "models handed in": models, "plans": plans,
               "plans trained": len({path.parent.parent for path in new}), "trainings": len(new)}  # fmt: skip
        before = records


def handed_in(course: Tiny) -> tuple[int, int]:
    """How many models there are in both assignments, reference models included, and how many plans they come to."""
    chunks = [load(path, CheckedSubmissions) for path in (course.folder / "results/check").glob("*/*.json")]
    plans = [m.plan for chunk in chunks for one in chunk.submissions for m in one.models.values() if m.plan]
    return len(plans), len(set(plans))


def costs(data: Dataset) -> list[float]:
    """Seconds of a class in one store, as a share of those of every plan in its own, repeat by repeat."""
    different = [example_plan().model_copy(update={"dataset": data.name, "epochs": 1, "batch_size": 64 + number})
                 for number in range(8)]  # fmt: skip
    handed_in = [*different, *different[:2]]
    trained([different[0]], data, shared=True)  # compiles and imports before the clock starts
    ratios = []
    for _ in range(REPEATS):
        alone, together = trained(handed_in, data, shared=False), trained(handed_in, data, shared=True)
        ratios.append(together / alone)
    return ratios


def trained(plans: list[Plan], data: Dataset, shared: bool) -> float:
    """Seconds of processor time for training some plans, one after the other."""
    with tempfile.TemporaryDirectory(prefix="netgrade-twice-") as folder:
        start = time.process_time()
        for number, plan in enumerate(plans):
            store = Path(folder) if shared else Path(folder, str(number))
            train_chunk({plan.digest: plan}, {plan.digest: [1]}, {data.name: data}, store, Path(folder, "log"))
        return time.process_time() - start


@click.command()
@click.argument("work", type=click.Path(path_type=Path, file_okay=False))
def main(work: Path) -> None:
    """Grade, count, train, and print both."""
    work.mkdir(parents=True)
    course = laid_out(work)
    print(pd.DataFrame(counted(course)).to_markdown(index=False), flush=True)
    ratios = costs(load(work / "results/datasets/shapes10.json", Dataset))
    print(f"\nTen plans, eight of them different: {median(ratios):.2f} of the cost of training all ten "
          f"({', '.join(f'{ratio:.2f}' for ratio in ratios)}). {os.cpu_count()} cores of {cpu_name()}.")  # fmt: skip


if __name__ == "__main__":
    main()
