"""What a class of many thousands would take, computed from a class that was graded here.

    python benchmarks/scale.py FOLDER [students]

FOLDER is a course that netgrade has graded from the beginning, such as a clone after `make grade`. Times come from
Snakemake's notes of every job, sizes from the files, trainings from the records. What was assumed rather than measured
stands in ASSUMED. Last comes how many times what was measured the jobs of training would ask for on a cluster.
"""

import json
import sys
from base64 import urlsafe_b64decode
from collections import defaultdict
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from statistics import median

from tabulate import tabulate

from netgrade.demand import training_seconds
from netgrade.machine import cpu_name
from netgrade.objects.dataset import Dataset
from netgrade.objects.grade import Grades, Verdict
from netgrade.objects.plan import CheckedSubmissions
from netgrade.objects.record import Record
from netgrade.store import load

STUDENTS = 50_000
CHUNKS = 32
"""In one folder, at most."""

PER_CHUNK = ("collect", "extract", "check", "train", "measure", "grade", "settle", "audit", "report")


@dataclass(frozen=True)
class Assumed:
    """Neither measured here nor known."""

    folder: int = 1000  # students in one folder, with a workflow of its own and records that all folders share
    cores: int = 256  # that one can have at the same time
    gpu_cores: int = 40  # cores that do the work of one GPU with four trainings at once: not measured
    core_hour: float = 0.04  # US dollars, as large clouds ask
    gpu_hour: float = 2.50
    gigabyte_month: float = 0.023
    months: int = 6  # that everything is kept
    marking_seconds: float = 60.0  # of a person, for one task that needs one


ASSUMED = Assumed()


@dataclass(frozen=True)
class Measured:
    """Of a class that was graded, by student."""

    students: int
    seconds: dict[str, float]  # of one core, by stage
    trainings: float
    training_seconds: float  # of one training, with its part of the start of its job, and of measuring it again
    record_bytes: float
    report_bytes: float
    other_bytes: float
    person_tasks: float


def measured(folder: Path) -> Measured:
    """Read what the course in `folder` took. Its reference models count as well: in a small class that is too much."""
    grades = [load(path, Grades) for path in sorted(folder.glob("results/settle/*/c??.json"))]
    last = {grade.slug: grade for chunk in grades for grade in chunk.grades}
    count = len(last)
    seconds = {stage: sum(found) / count for stage, found in job_seconds(folder).items()}
    records = list(folder.glob("results/store/records/*/*/*/record.json"))
    whole, kept = size(folder / "results"), size(folder / "results/store/records")
    trained = (seconds["train"] + seconds["settle"]) * count
    person = sum(task.verdict is Verdict.PERSON for grade in last.values() for task in grade.tasks)
    return Measured(
        students=count, seconds=seconds, trainings=len(records) / count,
        training_seconds=trained / len(records), record_bytes=kept / len(records),
        report_bytes=size(folder / "reports") / count,
        other_bytes=(whole - kept - size(folder / "results/datasets")) / count, person_tasks=person / count,
    )  # fmt: skip


def job_seconds(folder: Path) -> dict[str, list[float]]:
    """Wall seconds of every job that worked on a chunk, by stage, as Snakemake noted them."""
    notes, found = folder / ".snakemake/metadata", defaultdict(list)
    for path in notes.rglob("*"):
        if path.is_file():
            made = Path(urlsafe_b64decode("".join(path.relative_to(notes).parts)).decode())
            note = json.loads(path.read_text())
            # The first file that each of these rules makes is named by the rule and the chunk alone.
            if note["rule"] in PER_CHUNK and made.parts[1] == note["rule"] and made.stem.removesuffix(".r1").isalnum():
                found[note["rule"]].append(note["endtime"] - note["starttime"])
    return found


def size(folder: Path) -> int:
    """Bytes of all files below."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def projected(found: Measured, students: int) -> list[tuple[str, str]]:
    """Jobs, hours, storage and costs of so many students."""
    trainings = students * found.trainings
    training_hours = trainings * found.training_seconds / 3600
    other_hours = students * sum(s for stage, s in found.seconds.items() if stage not in ("train", "settle")) / 3600
    folders = ceil(students / ASSUMED.folder)
    stored = (students * (found.report_bytes + found.other_bytes) + trainings * found.record_bytes) / 1e9
    keeping = stored * ASSUMED.gigabyte_month * ASSUMED.months
    gpu_hours = training_hours / ASSUMED.gpu_cores
    alone = training_hours / (CHUNKS * 24)
    return [
        ("folders, each with a workflow of its own", f"{folders:,}"),
        ("jobs, with one round of training", f"{folders * CHUNKS * len(PER_CHUNK):,}"),
        ("trainings", f"{trainings:,.0f}"),
        ("core hours of training", f"{training_hours:,.0f}"),
        ("core hours of everything else", f"{other_hours:,.0f}"),
        (f"days on {ASSUMED.cores} cores", f"{(training_hours + other_hours) / ASSUMED.cores / 24:,.1f}"),
        (f"days of training in one folder, at most {CHUNKS} jobs at once", f"{alone:,.1f}"),
        ("minutes of training in a job, in folders",
         f"{training_hours * 60 / (folders * CHUNKS):,.0f}"),
        (f"GPU hours, if one does the work of {ASSUMED.gpu_cores} cores", f"{gpu_hours:,.0f}"),
        ("storage, GB", f"{stored:,.0f}"),
        ("cost on cores, US$", f"{(training_hours + other_hours) * ASSUMED.core_hour:,.0f}"),
        ("cost with training on GPUs, US$", f"{gpu_hours * ASSUMED.gpu_hour + other_hours * ASSUMED.core_hour:,.0f}"),
        (f"cost of keeping it for {ASSUMED.months} months, US$", f"{keeping:,.0f}"),
        ("hours of people for tasks that need one",
         f"{students * found.person_tasks * ASSUMED.marking_seconds / 3600:,.0f}"),
    ]  # fmt: skip


def inputs(found: Measured) -> list[tuple[str, str]]:
    """What was measured."""
    rows = [(f"seconds of {stage}, a student", f"{found.seconds[stage]:.2f}") for stage in PER_CHUNK]
    return [
        ("students", f"{found.students}"),
        *rows,
        ("trainings, a student", f"{found.trainings:.2f}"),
        ("seconds, a training", f"{found.training_seconds:.1f}"),
        ("KB, a record", f"{found.record_bytes / 1e3:,.0f}"),
        ("KB of reports, a student", f"{found.report_bytes / 1e3:,.0f}"),
        ("KB of everything else, a student", f"{found.other_bytes / 1e3:,.0f}"),
        ("tasks for a person, a student", f"{found.person_tasks:.2f}"),
    ]


def demand_ratios(folder: Path) -> list[float]:
    """For each training, the time that a cluster is asked for over the time that its steps took."""
    chunks = [load(path, CheckedSubmissions) for path in folder.glob("results/check/*/*.json")]
    plans = {digest: plan for chunk in chunks for digest, plan in chunk.plans.items()}
    models = {model.plan: model for chunk in chunks for one in chunk.submissions for model in one.models.values()}
    data = {one.name: one for one in (load(path, Dataset) for path in folder.glob("results/datasets/*.json"))}
    found = []
    for path in folder.glob("results/store/records/*/*/*/record.json"):
        record = load(path, Record)
        if record.plan in plans and record.dataset in data and record.train_seconds:
            asked = training_seconds(plans[record.plan], models[record.plan], data[record.dataset])
            found.append(asked / record.train_seconds)
    return found


if __name__ == "__main__":
    graded, many = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else STUDENTS
    basis = measured(graded)
    print(tabulate(inputs(basis), headers=("measured", cpu_name()), tablefmt="pipe", disable_numparse=True))
    print()
    print(tabulate(projected(basis, many), headers=(f"{many:,} students", ""), tablefmt="pipe", disable_numparse=True))
    ratios = demand_ratios(graded)
    print(f"\nasked for over taken: median {median(ratios):.1f}, {min(ratios):.1f} to {max(ratios):.1f}")
