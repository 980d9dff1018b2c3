"""The trainings that a course asks for: which are done, which run and where they are, and how long the others take."""

import fcntl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from netgrade.demand import training_seconds, trainings
from netgrade.objects.assignment import Assignment
from netgrade.objects.base import Digest, ModelId, Slug
from netgrade.objects.dataset import Dataset
from netgrade.objects.grade import Grades
from netgrade.objects.plan import CheckedModel, CheckedSubmissions
from netgrade.objects.record import Record, Trainings
from netgrade.status.reading import found_at
from netgrade.store import RECORDS, record_folder
from netgrade.train.progress import Place, last_place

_Owner = tuple[Slug, ModelId, CheckedModel]

MOST_TIMED = 50
"""Finished trainings whose time is read: enough to tell how fast this machine is."""


@dataclass(frozen=True)
class Training:
    """A training that is not finished."""

    assignment: str
    tasks: tuple[str, ...]
    students: tuple[str, ...]
    """Whoever handed this design in, by name, or by pseudonym where marking is anonymous."""
    plan: Digest
    seed: int
    epochs: int
    running: bool
    epoch: int | None
    score: str
    seconds_left: float | None
    """None where nothing was measured yet that tells."""
    bound: float
    """Seconds that it would take on the slowest machine that is thought of."""


class Pace:
    """How much faster than `demand` fears trainings are here, from those that are done."""

    def __init__(self) -> None:
        self._count, self._bound, self._taken = 0, 0.0, 0.0

    def learn(self, path: Path, bound: float) -> None:
        """Take a finished training into account, until there are enough."""
        if self._count < MOST_TIMED and (record := found_at(path, Record)):
            self._count, self._bound = self._count + 1, self._bound + bound
            self._taken += record.train_seconds

    def told(self, training: Training) -> Training:
        """The same with its time left, where that is not known from itself."""
        if training.seconds_left is not None or not self._taken:
            return training
        return replace(training, seconds_left=training.bound * self._taken / self._bound)


@dataclass(frozen=True)
class _Wanted:
    """A training in a job: its plan and seed, counted from 1, and the job's log."""

    plan: Digest
    seed: int
    log: Path
    number: int
    count: int


def look(
    rules: Assignment, chunks: Mapping[str, CheckedSubmissions], names: Mapping[Slug, str], pace: Pace, root: Path
) -> tuple[int, list[Training]]:
    """How many trainings of an assignment are done, and those that are not; what several ask for is one training."""
    done: set[Path] = set()
    unfinished: dict[Path, Training] = {}
    for chunk, checked in chunks.items():
        owners = _owners(checked)
        models = {plan: model for plan, found in owners.items() for _, _, model in found}
        for wanted in _wanted(rules, chunk, checked, root):
            plan = checked.plans[wanted.plan]
            data = _data(plan.dataset, rules, root)
            if data is None or wanted.plan not in models:
                continue
            folder = record_folder(root / RECORDS, wanted.plan, data.digest or "", wanted.seed)
            bound = training_seconds(plan, models[wanted.plan], data)
            if (folder / "record.json").is_file():
                done.add(folder)
                pace.learn(folder / "record.json", bound)
                continue
            known = unfinished.get(folder)
            found = _unfinished(rules.id, owners[wanted.plan], wanted, names, folder, plan.epochs, bound)
            unfinished[folder] = _together(known, found) if known else found
    return len(done), list(unfinished.values())


def seconds_of(unfinished: list[Training]) -> float | None:
    """Until all are done, with as many at once as now; None where one is not known."""
    left = [one.seconds_left for one in unfinished if one.seconds_left is not None]
    at_once = max(1, sum(one.running for one in unfinished))
    return sum(left) / at_once if len(left) == len(unfinished) else None


def _wanted(rules: Assignment, chunk: str, checked: CheckedSubmissions, root: Path) -> Iterator[_Wanted]:
    """Round by round, as far as grading has asked for them."""
    undecided: list[Digest] | None = None
    before: dict[Digest, list[int]] = {}
    for number in count(1):
        place = f"{rules.id}/{chunk}.r{number}"
        log = root / "results/logs" / (f"train/{place}.log" if number == 1 else f"settle/{rules.id}/{chunk}.log")
        todo = trainings(checked, rules.seeds, undecided, before)
        for at, (plan, seeds) in enumerate(todo.items(), start=1):
            for nth, seed in enumerate(seeds, start=1):
                yield _Wanted(plan, seed, log, at, nth)
        grades = found_at(root / f"results/grade/{place}.json", Grades)
        trained = found_at(root / f"results/train/{place}.json", Trainings)
        if not grades or not trained or not grades.undecided or number == rules.rounds:
            return
        undecided, before = grades.undecided, trained.records


def _owners(checked: CheckedSubmissions) -> dict[Digest, list[_Owner]]:
    """Who handed in each plan, and for which model."""
    found: dict[Digest, list[_Owner]] = {}
    for one in checked.submissions:
        for name, model in one.models.items():
            if model.plan:
                found.setdefault(model.plan, []).append((one.slug, name, model))
    return found


def _unfinished(
    assignment: str, owners: list[_Owner], wanted: _Wanted, names: Mapping[Slug, str], folder: Path,
    epochs: int, bound: float,
) -> Training:  # fmt: skip
    running = _is_held(folder / ".lock")
    place = _place(wanted) if running else None
    return Training(
        assignment=assignment, tasks=tuple(sorted({name.partition("/")[0] for _, name, _ in owners})),
        students=tuple(sorted({names.get(slug, slug) for slug, _, _ in owners})), plan=wanted.plan, seed=wanted.seed,
        epochs=epochs, running=running, epoch=place.epoch if place else None, score=place.score if place else "",
        seconds_left=place.seconds_left if place else None, bound=bound,
    )  # fmt: skip


def _together(one: Training, other: Training) -> Training:
    """The same training, asked for by two jobs: the one that does it knows where it is."""
    knows = one if one.epoch is not None else other
    students = tuple(sorted({*one.students, *other.students}))
    return replace(knows, students=students, tasks=tuple(sorted({*one.tasks, *other.tasks})))


def _place(wanted: _Wanted) -> Place | None:
    place = last_place(wanted.log)
    return place if place and (place.plan, place.seed) == (wanted.number, wanted.count) else None


def _is_held(lock: Path) -> bool:
    """Whether a process trains here: the kernel's lock ends with it, however it ends."""
    try:
        with lock.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _data(name: str, rules: Assignment, root: Path) -> Dataset | None:
    found = found_at(root / f"results/datasets/{name}.json", Dataset)
    return found.at(rules.scale) if found and found.ok else None
