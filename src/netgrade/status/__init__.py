"""Status: how far grading has come, read from what lies on the disk. Nothing is written, and no run is disturbed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from netgrade.collect import PSEUDONYMS, REFERENCE_CHUNK, ROSTER, partition, pseudonym_key, slug_of
from netgrade.lms import hand_ins
from netgrade.objects.assignment import Course, CourseAssignment
from netgrade.objects.base import Slug
from netgrade.objects.grade import Grades, TaskGrade
from netgrade.objects.plan import CheckedSubmissions
from netgrade.objects.submission import Roster
from netgrade.runlog import RunLog, last_run
from netgrade.running import ALIVE, at_work
from netgrade.spec import load_assignment
from netgrade.status.reading import found_at, last_of, written
from netgrade.status.trainings import Pace, Training, look, seconds_of

__all__ = ["Part", "Status", "Training", "Waits", "status_of"]

REFERENCES = "reference models"
READS_RULES = 60.0
"""Seconds within which a run that began its log has read its rules, and says that it is at work."""


@dataclass(frozen=True)
class Waits:
    """A task that waits for a person."""

    student: str
    task: str
    why: str


@dataclass(frozen=True)
class Part:
    """How far one assignment is, in submissions and in trainings; reference models are trained, but not counted."""

    assignment: str
    submissions: int
    read: int
    """Those of which it is known what they want trained."""
    graded: int
    reported: int
    trained: int
    trainings: int
    """All that are known of so far, the reference models' among them."""
    waits: tuple[Waits, ...]


@dataclass(frozen=True)
class Status:
    """The whole course."""

    at_work: str
    """Which run is at work; empty where none is."""
    run: RunLog | None
    parts: tuple[Part, ...]
    unfinished: tuple[Training, ...]
    """Trainings, the running ones first."""
    seconds_left: float | None
    """Of all of these, as many at once as now; None where nothing was measured yet that tells."""


def status_of(course: Course, root: Path) -> Status:
    """Look at everything. Raises NetgradeError where an assignment or its submissions cannot be read."""
    found = found_at(root / ROSTER, Roster)
    students = found.students if found and not course.anonymous else {}
    parts, unfinished, pace = [], [], Pace()
    for entry in course.assignments:
        names = students.get(entry.id, {}) | {slug: REFERENCES for slug in _references(entry.id, root)}
        part, own = _part(entry, names, pace, root)
        parts.append(part)
        unfinished += own
    unfinished = [pace.told(one) for one in sorted(unfinished, key=lambda one: not one.running)]
    return Status(at_work(root), _run(root), tuple(parts), tuple(unfinished), seconds_of(unfinished))


def _run(root: Path) -> RunLog | None:
    """The run at work, or the last one; None where the one at work has not said yet what it has to do."""
    found = last_run(root)
    if found and at_work(root) and found.begun.timestamp() < written(root / ALIVE) - READS_RULES:
        return None
    return found


def _part(entry: CourseAssignment, names: Mapping[Slug, str], pace: Pace, root: Path) -> tuple[Part, list[Training]]:
    """One assignment, and its trainings that are not finished."""
    rules = load_assignment(root / "assignments" / entry.id / "assignment.yaml")
    handed_in = _handed_in(entry, root)
    places = {chunk: f"{entry.id}/{chunk}.json" for chunk in (REFERENCE_CHUNK, *handed_in)}
    known = {chunk: found_at(root / "results/check" / place, CheckedSubmissions) for chunk, place in places.items()}
    checked = {chunk: found for chunk, found in known.items() if found is not None}
    grades = {chunk: last_of(root, entry.id, chunk) for chunk in handed_in}
    reported = {
        chunk
        for chunk, (_, made) in grades.items()
        if made and written(root / "results/report" / places[chunk]) >= made
    }
    trained, unfinished = look(rules, checked, names, pace, root)
    read = {chunk: {one.slug for one in found.submissions} for chunk, found in checked.items()}
    graded = {chunk: {one.slug for one in found.grades} for chunk, (found, _) in grades.items() if found}

    def count(known: Mapping[str, set[Slug]]) -> int:
        """How many of what is handed in by now are known: a chunk may have been done before the last came."""
        return sum(len(slugs & known.get(chunk, set())) for chunk, slugs in handed_in.items())

    part = Part(
        assignment=entry.id,
        submissions=sum(map(len, handed_in.values())),
        read=count(read),
        graded=count(graded),
        reported=count({chunk: slugs for chunk, slugs in graded.items() if chunk in reported}),
        trained=trained,
        trainings=trained + len(unfinished),
        waits=tuple(_waiting([found for found, _ in grades.values() if found], names)),
    )
    return part, unfinished


def _handed_in(entry: CourseAssignment, root: Path) -> dict[str, set[Slug]]:
    """The slugs of each chunk; names in one that no stage knows, where nothing ever ran and there are no slugs."""
    place = root / entry.submissions
    if not (root / PSEUDONYMS / "key").is_file():
        return {"": {one.student for one in hand_ins(place, entry.lms)}}
    key = pseudonym_key(root / PSEUDONYMS)
    found = partition(place, key, entry.lms)
    return {chunk: {slug_of(one.student, key) for one in own} for chunk, own in found.items()}


def _references(assignment: str, root: Path) -> list[Slug]:
    checked = found_at(root / "results/check" / assignment / f"{REFERENCE_CHUNK}.json", CheckedSubmissions)
    return [one.slug for one in checked.submissions] if checked else []


def _waiting(found: list[Grades], names: Mapping[Slug, str]) -> Iterator[Waits]:
    """Every task without points after the last round, and every grade of which nobody knows how late it is."""
    for grade in (grade for grades in found for grade in grades.grades):
        student = names.get(grade.slug, grade.slug)
        yield from (Waits(student, task.task, task.reason) for task in grade.tasks if _waits(task))
        if grade.late_unknown:
            yield Waits(student, "", grade.late_note)


def _waits(task: TaskGrade) -> bool:
    return task.points is None
