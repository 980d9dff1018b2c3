"""Training: a short one of every network that was found, on training images alone, and the report that comes of it.

Trainer, measurement, grading and report are the grader's. What they call test images are training images that were held
out, so that the student's machine needs no others.
"""

from collections.abc import Mapping
from pathlib import Path

from netgrade.checking import check, waiting_plans
from netgrade.datasets import held_out
from netgrade.errors import NetgradeError
from netgrade.grade import grade
from netgrade.kinds.readings import reading_of
from netgrade.measure import measure_plan, speeds_of
from netgrade.objects.assignment import Assignment
from netgrade.objects.base import ModelId
from netgrade.objects.dataset import Dataset, at_scale
from netgrade.objects.grade import Grade, TaskGrade, Verdict
from netgrade.objects.selfcheck import ModelLook, Selfcheck, TaskLook
from netgrade.objects.tasks import Task
from netgrade.report import Backdrop, render_student
from netgrade.report.publish import test_images
from netgrade.resources import templates_folder
from netgrade.selfcheck.data import cache
from netgrade.selfcheck.gather import REPORT
from netgrade.selfcheck.work import Seen, Work
from netgrade.store import load, save
from netgrade.train import train
from netgrade.train.progress import progress_to

HELD_OUT = 0.2
"""Share of the training images that stand for the test."""


def train_briefly(work: Work, seen: Seen, folder: Path) -> Selfcheck:
    """Train every plan once, at the scale of a lab at most, and write the report below `folder/netgrade-report`.

    Returns what was seen, with the report and with how long trainings at full length will take.
    """
    assignment = short(work.assignment)
    public = {name: _public(dataset) for name, dataset in seen.data.items()}
    checked, plans = check(seen.declaration, assignment, public)
    data, records, seed = at_scale(public, assignment.scale), cache() / "records", assignment.seeds.base
    now = [digest for digest in plans if digest not in waiting_plans(assignment, [checked])]
    with progress_to(None) as progress:
        for number, digest in enumerate(now, start=1):
            progress.begin(f"network {number}/{len(now)}", plans[digest].epochs)
            progress.end(str(train(plans[digest], seed, data[plans[digest].dataset], records, progress).status))
    own = {digest: data[plans[digest].dataset] for digest in now}
    measured = {digest: measure_plan(digest, [seed], dataset, records) for digest, dataset in own.items()}
    speeds = {digest: speeds_of(digest, [seed], dataset, records) for digest, dataset in own.items()}
    backdrop = Backdrop(
        assignment, names={work.submission.slug: "Your own check, and no grade"}, speeds=speeds,
        images=test_images(data), own_check=True,
    )  # fmt: skip
    graded = unjudged(grade(work.submission, checked, assignment, measured), assignment)
    render_student(graded, backdrop, folder / REPORT, templates_folder())
    found = {name: speeds.get(model.plan or "") for name, model in checked.models.items()}
    rates = {name: known[0].examples_per_second for name, known in found.items() if known}
    tasks = [_expected(task, seen, rates) for task in seen.result.tasks]
    return seen.result.model_copy(update={"tasks": tasks, "report": str(folder / REPORT / "report.html")})


def _expected(task: TaskLook, seen: Seen, rates: Mapping[ModelId, float]) -> TaskLook:
    """The task with how long its networks take at full length, from images a second of their short trainings."""
    looks = dict(task.models)
    for name in looks.keys() & rates.keys():
        seconds = _examples(seen, looks[name]) / rates[name]
        looks[name] = looks[name].model_copy(update={"expected_seconds": seconds})
    return task.model_copy(update={"models": looks})


def _examples(seen: Seen, look: ModelLook) -> float:
    """How many images a training at full length goes over, counting each time."""
    plan = seen.plans[look.model.plan or ""]
    if plan.batches:
        return float(plan.batches * plan.batch_size)
    return plan.epochs * seen.data[plan.dataset].train_images * (1 - plan.validation_fraction)


def unjudged(graded: Grade, assignment: Assignment) -> Grade:
    """The same without points for what is right: whether it is, only the key and the grader's images tell."""
    known = {task.id: task for task in assignment.tasks}
    return graded.model_copy(update={"tasks": [_unjudged(one, known[one.task]) for one in graded.tasks]})


def _unjudged(graded: TaskGrade, task: Task) -> TaskGrade:
    if graded.verdict not in (Verdict.PASS, Verdict.PERSON) or graded.measurement or graded.variants:
        return graded
    reading = f"In grading: {reading_of(task, graded.answer).told}." if graded.answer is not None else graded.reason
    reason = f"Nothing is judged here. {graded.reason}" if graded.verdict is Verdict.PASS else reading
    return graded.model_copy(update={"verdict": Verdict.PERSON, "points": None, "reason": reason})


def short(assignment: Assignment) -> Assignment:
    """The same assignment with trainings that end soon; thresholds are judged at full length alone."""
    return assignment.model_copy(update={"scale": "lab"}) if assignment.scale == "full" else assignment


def _public(dataset: Dataset) -> Dataset:
    """The data set with some of its training images held out, laid out once."""
    folder = cache() / "held-out"
    note = folder / f"{dataset.name}.json"
    try:
        known = load(note, Dataset)
        if Path(known.hidden_labels).is_file():
            return known
    except NetgradeError:
        pass  # not laid out yet
    found = held_out(dataset, folder, HELD_OUT)
    save(note, found)
    return found
