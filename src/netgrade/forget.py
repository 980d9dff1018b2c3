"""Forget: remove everything of one student from a course, and say what a person still has to remove."""

import csv
import io
import json
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from netgrade.audit import bundles_aside
from netgrade.collect import PSEUDONYMS, ROSTER, TIMES_FILE, slug_of
from netgrade.errors import NetgradeError, VersionError
from netgrade.lms import every_attempt
from netgrade.objects.assignment import Course, CourseAssignment
from netgrade.objects.base import Digest, Slug
from netgrade.objects.bundle import Bundle
from netgrade.objects.plan import CheckedSubmissions
from netgrade.objects.submission import Roster
from netgrade.spec import nearest
from netgrade.store import BUNDLES, RECORDS, load, save, write_text

MADE_ANEW = ("results/similarity", "results/control", "results/export", "reports/gradebook.csv")
"""Whatever speaks of the whole class: the next run makes it without the student."""


@dataclass(frozen=True)
class Traces:
    """What a course holds of one student."""

    slug: Slug
    name: str
    removed: list[Path] = field(default_factory=list)
    """Files and folders of this student's alone, or that the next run makes anew without them."""
    tables: list[Path] = field(default_factory=list)
    """The instructor's CSV files with a row of this student's, which is taken out."""
    shared: list[Path] = field(default_factory=list)
    """What a system wrote of the whole class, from which nothing is taken out: a person has to."""


def traces_of(student: str, course: Course, root: Path, key: bytes) -> Traces:
    """Find everything; `student` is a name or a slug. Raises NetgradeError where there is no such student."""
    roster = load(root / ROSTER, Roster)
    names = {slug: name for found in roster.students.values() for slug, name in found.items()}
    slug = student if student in names else slug_of(student, key)
    if slug not in names:
        raise NetgradeError(f"No student is called `{student}`{nearest(student, names.values())}")
    found = Traces(slug, names[slug])
    found.removed.extend(path for path in _own(slug, course, root, key) if path.exists() or path.is_symlink())
    found.removed.extend(_mentioning(slug, root, found.removed))
    found.tables.extend(path for path in _tables(course, root) if _without(path, {slug, names[slug]}) is not None)
    found.shared.extend(_shared(slug, names[slug], course, root, key))
    return found


def forget(traces: Traces, root: Path) -> list[Path]:
    """Remove the traces; return files that still name the student, by name or by slug."""
    for path in traces.tables:
        if (rest := _without(path, {traces.slug, traces.name})) is not None:
            write_text(path, rest)
    for path in traces.removed:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    place = root / ROSTER
    roster = load(place, Roster).students
    kept = {name: {s: n for s, n in of_one.items() if s != traces.slug} for name, of_one in roster.items()}
    save(place, Roster(students=kept))
    places = [root / "results", root / "reports", root / ".snakemake"]
    return sorted({*_files_with((traces.slug, traces.name), places), *(p for p in traces.shared if p.exists())})


def _own(slug: Slug, course: Course, root: Path, key: bytes) -> Iterator[Path]:
    """What is this student's alone: the submission, its place, bundle, report, and trainings nobody else asked for."""
    yield from _only_plans(slug, root)
    for entry in course.assignments:
        yield from _handed_in(slug, entry, root, key)
        yield root / "results/collect" / entry.id / "places" / slug
        yield root / "results/store/images" / slug
        bundle = root / BUNDLES / entry.id / f"{slug}.json"
        yield from (bundle, *bundles_aside(bundle))
        yield root / "reports" / entry.id / slug
        yield root / "reports" / entry.id / "upload"
        yield from (root / "reports" / entry.id).glob("class.*")
        yield from (root / "reports" / entry.id).glob("marking.*")
        yield root / "results/report" / entry.id / "class.json"
    yield from (root / place for place in MADE_ANEW)


def _handed_in(slug: Slug, entry: CourseAssignment, root: Path, key: bytes) -> Iterator[Path]:
    """Where every attempt of the student lies, unless that is a zip of the whole class."""
    place = root / entry.submissions
    for hand_in in every_attempt(place, entry.lms):
        if slug_of(hand_in.student, key) == slug:
            tops = {place / found.name.partition("/")[0] for found in hand_in.files.values() if not found.packed}
            yield from sorted(tops | ({hand_in.entry} if hand_in.entry else set()))


def _shared(slug: Slug, name: str, course: Course, root: Path, key: bytes) -> Iterator[Path]:
    """A system's zip of the whole class, and its lists and notes beside the submissions, that name the student."""
    for entry in course.assignments:
        place = root / entry.submissions
        if place.is_file():
            if any(slug_of(one.student, key) == slug for one in every_attempt(place, entry.lms)):
                yield place
        elif entry.lms.system != "folders":
            lists = [path for path in place.iterdir() if path.suffix in (".csv", ".txt") and path.name != TIMES_FILE]
            yield from (path for path in lists if path.is_file() and name.encode(errors="replace") in path.read_bytes())


def _only_plans(slug: Slug, root: Path) -> Iterator[Path]:
    """The records of plans that no other submission needs."""
    bundles = (root / BUNDLES).glob(f"*/{slug}.*json")
    own = {digest for bundle in bundles for digest in _plans_in(bundle)}
    checked = [load(path, CheckedSubmissions) for path in (root / "results/check").glob("*/*.json")]
    others = {
        model.plan
        for chunk in checked
        for submission in chunk.submissions
        if submission.slug != slug
        for model in submission.models.values()
    }
    yield from (root / RECORDS / digest[:2] / digest for digest in sorted(own - others))


def _plans_in(bundle: Path) -> set[Digest]:
    """The plans that a bundle names, whichever version of netgrade wrote it."""
    try:
        return set(load(bundle, Bundle).evidence.plans)
    except VersionError:
        named = json.loads(bundle.read_bytes())["content"].get("evidence", {}).get("plans", {})
        return {digest for digest in named if re.fullmatch("[0-9a-f]{64}", digest)}


def _mentioning(slug: Slug, root: Path, known: Iterable[Path]) -> list[Path]:
    """Files of whole chunks, and logs, in which the slug stands: they are made anew."""
    known = set(known)
    roster = root / PSEUDONYMS
    places = [root / "results", root / ".snakemake"]
    return sorted(
        path
        for path in _files_with((slug,), places)
        if roster not in path.parents and not known & {path, *path.parents}
    )


def _files_with(words: Iterable[str], places: Iterable[Path]) -> Iterator[Path]:
    """Files below `places` in whose content or path one of the words stands."""
    wanted = [word.encode(errors="replace") for word in words]
    for place in places:
        for path in place.rglob("*"):
            if not path.is_file() or path.is_symlink():
                continue
            content = path.read_bytes()
            # Arrays hold any three letters somewhere.
            text = b"" if b"\0" in content else content
            if any(word in str(path).encode(errors="replace") or word in text for word in wanted):
                yield path


def _tables(course: Course, root: Path) -> list[Path]:
    """The instructor's own tables with a row for a student."""
    marks = {root / entry.overrides for entry in course.assignments if entry.overrides}
    places = [root / entry.submissions for entry in course.assignments]
    times = {(place if place.is_dir() else place.parent) / TIMES_FILE for place in places}
    return sorted(path for path in marks | times if path.is_file())


def _without(path: Path, names: set[str]) -> str | None:
    """The table without the rows of a student; None where it has none."""
    text = path.read_text(encoding="utf-8-sig")
    reader = csv.DictReader(io.StringIO(text))
    rows = list(reader)
    kept = [row for row in rows if row.get("student") not in names]
    if len(kept) == len(rows):
        return None
    rest = io.StringIO()
    writer = csv.DictWriter(rest, reader.fieldnames or (), lineterminator="\n")
    writer.writeheader()
    writer.writerows(kept)
    return rest.getvalue()
