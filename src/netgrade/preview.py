"""Preview: what the rules as they stand now would make of what is measured already. Nothing is written or trained."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

from netgrade.checking import check, waiting_plans
from netgrade.collect import PSEUDONYMS, partition, pseudonym_key, slug_of
from netgrade.grade import grade
from netgrade.lms import HandIn
from netgrade.objects.assignment import Assignment, CourseAssignment
from netgrade.objects.base import Digest, Slug
from netgrade.objects.bundle import Bundle
from netgrade.objects.dataset import Datasets
from netgrade.objects.declaration import Declarations
from netgrade.objects.grade import Grade, Grades, Override, TaskGrade, Verdict
from netgrade.objects.measurement import Measurements
from netgrade.objects.picture import StyleMeasurements
from netgrade.objects.plan import CheckedSubmission
from netgrade.objects.sight import Sights
from netgrade.objects.submission import Submission, Submissions
from netgrade.relevance import Stage, part_digest
from netgrade.store import BUNDLES, load

UNSEEN: Mapping[Stage, str] = {
    "extract": "How submissions are read changes: what comes of that, only a run can tell.",
    "train": "How often or on how much is trained changes: a run trains where it has to, and may decide otherwise.",
}
TRAINS = "A design has to be trained that was not trained yet: the run decides."
FURTHER = "Further trainings are needed to tell: the run decides."
STEPS = 10


@dataclass(frozen=True)
class RuleChange:
    """One field of the assignment, as text; empty where it is not there."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class TaskChange:
    """What becomes of one task; points are None where a person, or a run, has still to say."""

    task: str
    before: float | None
    after: float | None
    verdict_before: Verdict
    verdict_after: Verdict
    why: str


@dataclass(frozen=True)
class StudentChange:
    """What becomes of one student's grade, in points after the late rule."""

    slug: Slug
    student: str
    before: float
    after: float
    """Without what is still open."""
    still_open: float
    """The most that a run, or a person, may have to add for tasks that lose what they had so far."""
    tasks: tuple[TaskChange, ...]
    late: str
    """Why the late rule comes to something else; empty where it does not."""


@dataclass(frozen=True)
class Spread:
    """How the points change, of those for whom they do and nothing becomes open."""

    gain: int
    lose: int
    least: float
    quarter: float
    median: float
    three_quarters: float
    most: float


@dataclass(frozen=True)
class Step:
    """How many grades lie between two numbers of points, by the rules of then and of now."""

    low: float
    high: float
    before: int
    after: int


@dataclass(frozen=True)
class Preview:
    """One assignment under its rules of now."""

    assignment: str
    graded: int
    rules: tuple[RuleChange, ...]
    changes: tuple[StudentChange, ...]
    spread: Spread | None
    """None where nobody's points change."""
    steps: tuple[Step, ...]
    """Everyone's points, without what is still open."""
    unseen: tuple[str, ...]
    """What this cannot tell."""


def preview(
    entry: CourseAssignment,
    rules: Assignment,
    last: Mapping[str, Grades],
    datasets: Datasets,
    marks: Sequence[Override],
    names: Mapping[Slug, str],
    root: Path,
) -> Preview:
    """Grade everyone again from what is stored, by `rules` and `marks`, and compare with the `last` grades by chunk.

    Submissions are taken as they were read last. Raises NetgradeError where a file is missing or damaged.
    """
    key = pseudonym_key(root / PSEUDONYMS)
    chunks = partition(root / entry.submissions, key, entry.lms)
    times = {slug_of(one.student, key): one for found in chunks.values() for one in found}
    changes = [
        change
        for chunk, then in last.items()
        for change in _of_chunk(chunk, then, rules, datasets, marks, times, names, root)
    ]
    now = {one.slug: one.after for one in changes}
    points = [(one.points, now.get(one.slug, one.points)) for then in last.values() for one in then.grades]
    before = _rules_before(rules.id, last, root)
    parts = [
        text for stage, text in UNSEEN.items() if before and part_digest(before, stage) != part_digest(rules, stage)
    ]
    count = sum(len(then.grades) for then in last.values())
    new = len(times) - count
    waits = [f"{new} submission{'s are' if new > 1 else ' is'} not graded yet."] if new > 0 else []
    return Preview(
        assignment=rules.id, graded=count, rules=tuple(rule_changes(before, rules)) if before else (),
        changes=tuple(sorted(changes, key=lambda one: (one.after - one.before, one.student))),
        spread=spread_of([one.after - one.before for one in changes if not one.still_open]),
        steps=steps_of(points, max(rules.most_points, before.most_points if before else 0)), unseen=(*parts, *waits),
    )  # fmt: skip


def rule_changes(before: Assignment, after: Assignment) -> Iterator[RuleChange]:
    """Which fields of the assignment differ; a task's by its id, as `tasks.dense.threshold`."""
    then, now = (dict(_fields(_by_id(one.model_dump(mode="json")))) for one in (before, after))
    for field in (*now, *(field for field in then if field not in now)):
        if then.get(field) != now.get(field):
            yield RuleChange(field, then.get(field, ""), now.get(field, ""))


def spread_of(differences: Sequence[float]) -> Spread | None:
    """Quartiles of all that are not zero."""
    found = [round(one, 2) for one in differences if round(one, 2)]
    if not found:
        return None
    low, middle, high = quantiles(found, n=4, method="inclusive") if len(found) > 1 else found * 3
    gain = sum(one > 0 for one in found)
    return Spread(gain, len(found) - gain, min(found), low, middle, high, max(found))


def steps_of(points: Sequence[tuple[float, float]], most: float) -> tuple[Step, ...]:
    """The points of everyone, before and after, in steps of equal width; the last holds `most` too."""
    before, after = (Counter(min(STEPS - 1, int(STEPS * pair[place] / most)) for pair in points) for place in (0, 1))
    return tuple(Step(most * n / STEPS, most * (n + 1) / STEPS, before[n], after[n]) for n in range(STEPS))


def _of_chunk(
    chunk: str, then: Grades, rules: Assignment, datasets: Datasets, marks: Sequence[Override],
    times: Mapping[Slug, HandIn], names: Mapping[Slug, str], root: Path,
) -> Iterator[StudentChange]:  # fmt: skip
    """Whose grade changes in one chunk."""
    place, number = f"{rules.id}/{chunk}", then.round
    handed_in = {one.slug: one for one in load(root / f"results/collect/{place}.json", Submissions).submissions}
    declarations = load(root / f"results/extract/{place}.json", Declarations).declarations
    checked = {one.slug: check(one, rules, datasets)[0] for one in declarations}
    measured = load(root / f"results/measure/{place}.r{number}.json", Measurements).measurements
    sights = root / f"results/see/{place}.r{number}.json"
    seen = load(sights, Sights).seen if sights.is_file() else {}
    styles = root / f"results/style/{place}.json"
    images = load(styles, StyleMeasurements).measurements if styles.is_file() else {}
    waiting = set(waiting_plans(rules, list(checked.values())))
    for old in then.grades:
        slug = old.slug
        submission = _timed(handed_in[slug], times.get(slug))
        new = grade(submission, checked[slug], rules, measured, marks, seen.get(slug), images.get(slug))
        untrained = _untrained(checked[slug], {*measured, *waiting})
        if change := _change(old, new, untrained, names.get(slug, slug)):
            yield change


def _timed(submission: Submission, now: HandIn | None) -> Submission:
    """With the time of hand-in as the instructor has it by now."""
    return submission.model_copy(update={"handed_in": now.handed_in, "late": now.late}) if now else submission


def _untrained(checked: CheckedSubmission, known: set[Digest]) -> set[str]:
    """The tasks with a design that nobody measured."""
    return {name.partition("/")[0] for name, m in checked.models.items() if m.ok and m.plan and m.plan not in known}


def _change(old: Grade, new: Grade, untrained: set[str], student: str) -> StudentChange | None:
    """What differs between two grades of a student; None where nothing does."""
    then = {task.task: task for task in old.tasks}
    tasks = tuple(
        _task_change(then.get(task.task), task, task.task in untrained)
        for task in new.tasks
        if task.task not in then or (task.points, task.verdict) != (then[task.task].points, then[task.task].verdict)
    )
    gone = [task for name, task in then.items() if name not in {task.task for task in new.tasks}]
    tasks += tuple(
        TaskChange(task.task, task.points, None, task.verdict, Verdict.NOTHING, "The task is no longer asked for.")
        for task in gone
    )
    points = {task.task: task.after for task in tasks}
    lost = [task for task in new.tasks if _had(then.get(task.task)) and points.get(task.task, 0.0) is None]
    becomes_open = sum(task.most_points for task in lost)
    late = "" if old.late_note == new.late_note else new.late_note or "No longer late."
    if not tasks and not late and old.points == new.points:
        return None
    untold = sum(task.points or 0.0 for task in new.tasks if task.task in untrained)
    after = round(new.points - new.late_factor * untold, 2)
    return StudentChange(new.slug, student, old.points, after, round(new.late_factor * becomes_open, 2), tasks, late)


def _had(task: TaskGrade | None) -> bool:
    return task is not None and task.points is not None


def _task_change(old: TaskGrade | None, new: TaskGrade, untrained: bool) -> TaskChange:
    why = TRAINS if untrained else FURTHER if new.verdict is Verdict.UNDECIDED else new.reason
    if new.overridden is not None:
        why = f"Marked by hand: {new.overridden}"
    return TaskChange(
        new.task, old.points if old else None, None if untrained else new.points,
        old.verdict if old else Verdict.NOTHING, Verdict.UNDECIDED if untrained else new.verdict, why,
    )  # fmt: skip


def _rules_before(assignment: str, last: Mapping[str, Grades], root: Path) -> Assignment | None:
    """The rules by which was graded, as the bundle of any of these grades has them."""
    for grade_ in (grade_ for then in last.values() for grade_ in then.grades):
        path = root / BUNDLES / assignment / f"{grade_.slug}.json"
        if path.is_file():
            return load(path, Bundle).evidence.assignment
    return None


def _by_id(dumped: dict[str, object]) -> dict[str, object]:
    """The tasks by their ids, so that one more moves no other."""
    tasks = dumped.pop("tasks")
    assert isinstance(tasks, list)
    return dumped | {"tasks": {task["id"]: task for task in tasks}}


def _fields(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Every value below, by its dotted path."""
    if isinstance(value, dict):
        for name, below in value.items():
            yield from _fields(below, f"{path}.{name}" if path else str(name))
    elif value is not None:
        yield path, str(value)
