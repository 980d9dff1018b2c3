"""Appeal: re-check a grade's bundle against what is stored, or run everything again from the submission."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from netgrade.audit import bundle_digest
from netgrade.checking import check
from netgrade.errors import NetgradeError
from netgrade.extract.sandbox import backend_of, prove
from netgrade.extract.submission import extract
from netgrade.grade import grade
from netgrade.measure import measure_plan
from netgrade.objects.base import Digest, TaskId
from netgrade.objects.bundle import Bundle, Evidence
from netgrade.objects.dataset import Datasets, at_scale
from netgrade.objects.declaration import Declaration
from netgrade.objects.grade import Grade
from netgrade.objects.measurement import Measurement
from netgrade.objects.picture import StyleMeasurement
from netgrade.objects.plan import CheckedSubmission
from netgrade.objects.sight import Seen
from netgrade.pictures import given_files
from netgrade.relevance import code_version, deciding_stages
from netgrade.store import load_record, record_folder, sha256_file
from netgrade.train import see, train
from netgrade.train.progress import Progress


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `ok` is None where it could not be, or is no fault."""

    what: str
    ok: bool | None
    seen: str


def verify(bundle: Bundle, datasets: Datasets, store: Path) -> Iterator[Finding]:
    """Hold a bundle against itself, the submission, the data, the trainings and the rules; nothing is trained."""
    evidence = bundle.evidence
    whole = bundle.digest == bundle_digest(evidence, bundle.history)
    yield Finding("bundle", whole, "as it was written" if whole else "edited since it was written")
    yield _submission(evidence)
    yield _sandbox(evidence)
    datasets = at_scale(datasets, evidence.assignment.scale)
    yield _data(evidence, datasets)
    yield _plans(evidence)
    yield _tried("trainings", lambda: _trainings(evidence, store))
    measured = {plan: _measured(evidence, plan, datasets, store) for plan in evidence.plans}
    yield _measurements(evidence, measured)
    yield _same("grade", evidence.grade, _graded(evidence, measured, datasets, store))
    yield _code(evidence)


def replay(bundle: Bundle, datasets: Datasets, progress: Progress) -> Iterator[Finding]:
    """Do everything again in a folder of its own: read the submission in the sandbox, check, train, measure, grade."""
    evidence, rules = bundle.evidence, bundle.evidence.assignment
    yield _submission(evidence)
    isolation, hidden = evidence.checked.isolation, [Path(data.hidden_labels) for data in datasets.values()]
    tested = prove(backend_of(isolation), hidden) if isolation != "none" else None
    given = given_files(rules.tasks, Path("assignments", rules.id))
    declaration = extract(evidence.submission, rules, datasets, isolation, tested, given)
    checked, plans = check(declaration, rules, datasets)
    same = {t: m.plan for t, m in checked.models.items()} == {t: m.plan for t, m in evidence.checked.models.items()}
    yield Finding("plans", same, "the same plans" if same else "other plans than then")
    yield from _images(evidence, declaration)
    measured, datasets = {}, at_scale(datasets, rules.scale)
    with tempfile.TemporaryDirectory(prefix="netgrade-replay-") as folder:
        for digest, known in evidence.plans.items():
            if digest not in plans:
                continue
            seeds, dataset = [record.seed for record in known.records], datasets[known.plan.dataset]
            for number, seed in enumerate(seeds, start=1):
                progress.begin(f"plan {digest[:8]} · seed {number}/{len(seeds)}", known.plan.epochs)
                looked_at = bool(rules.sees_tasks)
                progress.end(f"{train(plans[digest], seed, dataset, Path(folder), progress, looked_at).status}")
            measured[digest] = measure_plan(digest, seeds, dataset, Path(folder))
            yield _reproduced(evidence, digest, measured[digest])
        sights = _sights(evidence, checked, datasets, Path(folder))
    again = grade(evidence.submission, checked, rules, measured, evidence.overrides, sights, _styles(evidence))
    yield _verdicts(evidence.grade, again)


def _submission(evidence: Evidence) -> Finding:
    folder, files = Path(evidence.submission.folder), evidence.submission.files
    if not folder.exists():
        return Finding("submission", None, "no longer here")
    other = [f.path for f in files if not (folder / f.path).is_file() or sha256_file(folder / f.path) != f.sha256]
    seen = f"other content: {', '.join(other[:3])}" if other else f"{len(files)} files as they were"
    return Finding("submission", not other, seen)


def _sandbox(evidence: Evidence) -> Finding:
    test = evidence.sandbox
    if test is None:
        ran = evidence.checked.isolation == "none"
        return Finding("sandbox", not ran, "student code ran unprotected" if ran else "no student code ran")
    seen = f"{test.backend}: {len(test.held)} promises held, {len(test.broken)} broken"
    return Finding("sandbox", not test.broken, seen)


def _data(evidence: Evidence, datasets: Datasets) -> Finding:
    used = {known.plan.dataset: known.data for known in evidence.plans.values()}
    other = [name for name, digest in used.items() if datasets[name].digest != digest]
    seen = f"{', '.join(other)} is not what it was" if other else f"{', '.join(used) or 'no data set'} as it was"
    return Finding("data", not other, seen)


def _plans(evidence: Evidence) -> Finding:
    wrong = [digest[:8] for digest, known in evidence.plans.items() if known.plan.digest != digest]
    seen = f"other content than their name says: {', '.join(wrong)}" if wrong else f"{len(evidence.plans)} as they were"
    return Finding("plans", not wrong, seen)


def _trainings(evidence: Evidence, store: Path) -> Finding:
    count = 0
    for digest, known in evidence.plans.items():
        for record in known.records:
            folder = record_folder(store, digest, known.data, record.seed)
            if sha256_file(folder / "record.json") != record.record or load_record(folder).files != record.files:
                return Finding("trainings", False, f"the record of plan {digest[:8]}, seed {record.seed} is another")
            count += 1
    return Finding("trainings", True, f"{count} records as they were")


def _measured(evidence: Evidence, plan: Digest, datasets: Datasets, store: Path) -> Measurement:
    known = evidence.plans[plan]
    return measure_plan(plan, [record.seed for record in known.records], datasets[known.plan.dataset], store)


def _measurements(evidence: Evidence, measured: dict[Digest, Measurement]) -> Finding:
    then = {task.task: task.measurement for task in evidence.grade.tasks if task.measurement}
    other = [task for task, figures in then.items() if figures != measured.get(figures.plan)]
    seen = f"other figures for {', '.join(other)}" if other else "the same figures from the stored outputs"
    return Finding("measurements", not other, seen)


def _graded(evidence: Evidence, measured: dict[Digest, Measurement], datasets: Datasets, store: Path) -> Grade:
    sights = _sights(evidence, evidence.checked, datasets, store)
    rules, marks = evidence.assignment, evidence.overrides
    return grade(evidence.submission, evidence.checked, rules, measured, marks, sights, _styles(evidence))


def _styles(evidence: Evidence) -> dict[str, StyleMeasurement]:
    """What was measured of the images, by task."""
    return {task.task: task.style for task in evidence.grade.tasks if task.style}


def _images(evidence: Evidence, now: Declaration) -> Iterator[Finding]:
    """Whether the code or the files give the same images; code that draws lots need not, so that it proves nothing."""
    for task, then in _styles(evidence).items():
        found = now.pictures[task].found if task in now.pictures else {}
        other = [
            name for name, picture in then.handed_in.items() if name not in found or found[name].file != picture.file
        ]
        seen = f"other images than then: {', '.join(other)}" if other else f"the same {len(found)} images"
        yield Finding(f"images of {task}", None if other else True, seen)


def _sights(evidence: Evidence, checked: CheckedSubmission, datasets: Datasets, store: Path) -> dict[TaskId, Seen]:
    """What the networks make of the drawings, where a task's points rest on it."""
    if not evidence.assignment.sees_tasks:
        return {}
    plans = {digest: known.plan for digest, known in evidence.plans.items()}
    seeds = {digest: [record.seed for record in known.records] for digest, known in evidence.plans.items()}
    return see(checked, evidence.assignment, plans, seeds, datasets, store)


def _same(what: str, then: Grade, now: Grade) -> Finding:
    seen = f"{now.points:g} of {now.most_points:g} points"
    return Finding(what, then == now, seen if then == now else f"{seen}; then it was {then.points:g}")


def _code(evidence: Evidence) -> Finding:
    other = [stage for stage in deciding_stages() if evidence.code.get(stage) != code_version(stage)]
    return Finding("code", None if other else True, f"changed since: {', '.join(other)}" if other else "as it was")


def _reproduced(evidence: Evidence, plan: Digest, now: Measurement) -> Finding:
    """The figures of one plan; another machine may round differently, so that verdicts decide and not digits."""
    then = next((t.measurement for t in evidence.grade.tasks if t.measurement and t.measurement.plan == plan), None)
    pairs = [(m.accuracy, [s.test_accuracy for s in m.seeds]) if m else (None, []) for m in (then, now)]
    told = " · ".join("no accuracy" if accuracy is None else f"{accuracy:.2%}" for accuracy, _ in pairs)
    return Finding(f"plan {plan[:8]}", True if pairs[0] == pairs[1] else None, f"then · now: {told}")


def _verdicts(then: Grade, now: Grade) -> Finding:
    pairs = zip(then.tasks, now.tasks, strict=True)
    other = [a.task for a, b in pairs if (a.verdict, a.points) != (b.verdict, b.points)]
    seen = f"another verdict or points: {', '.join(other)}" if other else f"the same verdicts, {now.points:g} points"
    return Finding("grade", not other, seen)


def _tried(what: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except (NetgradeError, OSError) as error:
        return Finding(what, False, str(error).splitlines()[0])
