"""Audit: one bundle for each grade, with everything it rests on and each change since."""

import getpass
import json
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import netgrade
from netgrade.errors import NetgradeError, VersionError
from netgrade.objects.assignment import Assignment
from netgrade.objects.base import Digest
from netgrade.objects.bundle import Bundle, Change, Evidence, PlanEvidence, RecordEvidence
from netgrade.objects.dataset import Dataset
from netgrade.objects.declaration import Declaration
from netgrade.objects.grade import Grade, Override
from netgrade.objects.plan import CheckedSubmission, Plan
from netgrade.objects.record import Record
from netgrade.objects.submission import Submission
from netgrade.store import load, record_folder, save, sha256_file, sha256_of

CAUSES = {
    "submission": "another submission was handed in",
    "assignment": "the assignment's rules changed",
    "code": "netgrade's source code changed",
    "declaration": "the submission was read anew, with another result",
    "checked": "the submission was checked anew, with another result",
    "plans": "it rests on other trainings, or more or fewer",
    "sandbox": "the sandbox was tested anew",
}
"""What to call a difference in each part of the evidence."""


def evidence_of(
    submission: Submission,
    declaration: Declaration,
    checked: CheckedSubmission,
    plans: Mapping[Digest, PlanEvidence],
    assignment: Assignment,
    overrides: Sequence[Override],
    grade: Grade,
    code: Mapping[str, Digest],
) -> Evidence:
    """Gather what one grade rests on; of `plans` and `overrides`, what belongs to this student."""
    own = {model.plan for model in checked.models.values()}
    return Evidence(
        netgrade=netgrade.__version__,
        code=dict(code),
        assignment=assignment,
        submission=submission,
        sandbox=declaration.sandbox,
        declaration=sha256_of(declaration.model_dump(mode="json", exclude={"seconds", "sandbox"})),
        checked=checked,
        plans={digest: plan for digest, plan in plans.items() if digest in own},
        overrides=[mark for mark in overrides if mark.student == submission.slug],
        grade=grade,
    )


def plan_evidence(plan: Plan, seeds: Sequence[int], dataset: Dataset, store: Path) -> PlanEvidence:
    """The digests of a plan's trainings; one that left no readable record is not among them."""
    data, records = dataset.digest or sha256_of(), []
    for seed in seeds:
        path = record_folder(store, plan.digest, data, seed) / "record.json"
        try:
            record = load(path, Record)
        except NetgradeError:
            continue
        records.append(RecordEvidence(
            seed=seed, record=sha256_file(path), files=record.files, environment=record.environment
        ))  # fmt: skip
    return PlanEvidence(plan=plan, data=data, records=records)


def write_bundle(path: Path, evidence: Evidence) -> Bundle:
    """Write the bundle, with an entry in its history if anything changed; return what is there now."""
    before = _before(path)
    if before and before.evidence == evidence:
        return before
    aside = [] if before else [other.name for other in bundles_aside(path)]
    change = Change(
        when=datetime.now(UTC),
        who=f"{getpass.getuser()} on {platform.node()}",
        why=_reasons(before.evidence, evidence) if before else [_first(aside)],
        points=evidence.grade.points,
        verdicts={task.task: task.verdict for task in evidence.grade.tasks},
        replaces=before.digest if before else None,
    )
    history = [*(before.history if before else []), change]
    bundle = Bundle(evidence=evidence, history=history, digest=bundle_digest(evidence, history))
    save(path, bundle)
    return bundle


def bundle_digest(evidence: Evidence, history: Sequence[Change]) -> Digest:
    """SHA-256 of the canonical JSON of both."""
    return sha256_of(evidence.model_dump(mode="json"), [change.model_dump(mode="json") for change in history])


def bundles_aside(path: Path) -> list[Path]:
    """What other versions of netgrade left of the bundle at `path`, with its history until then."""
    return sorted(path.parent.glob(f"{path.stem}.v*.json"))


def _before(path: Path) -> Bundle | None:
    """The bundle so far; one of another version is kept aside, whole as it is.

    One that was edited or damaged is an error: its history is not to be overwritten.
    """
    try:
        return load(path, Bundle) if path.is_file() else None
    except VersionError:
        # The digest tells apart what several versions left; the number is for people.
        number = json.loads(path.read_bytes())["content"].get("schema_version", 0)
        path.replace(path.with_name(f"{path.stem}.v{number}-{sha256_file(path)[:8]}.json"))
        return None


def _first(aside: Sequence[str]) -> str:
    """Why a history begins."""
    if not aside:
        return "first graded"
    return f"first graded by this version of netgrade; the history until then is in {', '.join(aside)}"


def _reasons(before: Evidence, now: Evidence) -> list[str]:
    """What differs, in words; a teacher's marks with their comments."""
    then, today = dict(before), dict(now)
    differs = [text for part, text in CAUSES.items() if then[part] != today[part]]
    marks = [
        f"a teacher's mark: {mark.task} {mark.points:g} points{f' ({mark.comment})' if mark.comment else ''}"
        for mark in now.overrides
        if mark not in before.overrides
    ]
    taken = [f"a teacher's mark was taken back: {m.task}" for m in before.overrides if m not in now.overrides]
    return differs + marks + taken or ["graded anew"]
