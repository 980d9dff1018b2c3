"""History: what became of each grade, change by change, from the bundles that every run writes."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path

from netgrade.documents import plain_cell
from netgrade.objects.base import Slug
from netgrade.objects.bundle import Change, History
from netgrade.store import load


@dataclass(frozen=True)
class Step:
    """One change of one grade, in points after the late rule."""

    when: str
    """ISO 8601, in UTC."""
    assignment: str
    student: str
    slug: Slug
    before: float | None
    """None where it was graded for the first time."""
    after: float
    verdicts: str
    """Those that changed, as `dense: pass → fail`."""
    why: str
    who: str

    @property
    def moved(self) -> bool:
        """Whether points or verdicts changed, and not only what they rest on."""
        return self.before != self.after or bool(self.verdicts)


def steps_of(bundles: Path, assignment: str, names: Mapping[Slug, str], since: datetime | None = None) -> list[Step]:
    """Every change of an assignment's grades, the oldest first; `bundles` has a folder for each assignment.

    With `since`, only what was written from then on is read. Raises NetgradeError where a bundle was altered.
    """
    paths = [path for path in sorted((bundles / assignment).glob("*.json")) if ".v" not in path.name]
    new = [path for path in paths if since is None or path.stat().st_mtime >= since.timestamp()]
    found = [step for path in new for step in _steps(path, assignment, names, since)]
    return sorted(found, key=lambda step: (step.when, step.student))


def steps_csv(steps: Sequence[Step]) -> str:
    """As CSV, one row a change; a spreadsheet reads no name as a formula."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [field.name for field in fields(Step)], lineterminator="\r\n")
    writer.writeheader()
    told = ("student", "why")
    writer.writerows(asdict(step) | {name: plain_cell(str(getattr(step, name))) for name in told} for step in steps)
    return text.getvalue()


def _steps(path: Path, assignment: str, names: Mapping[Slug, str], since: datetime | None) -> Iterator[Step]:
    changes, slug = load(path, History).history, path.stem
    for before, after in zip([None, *changes], changes, strict=False):
        if since is None or after.when >= since:
            yield Step(
                after.when.isoformat(timespec="seconds"), assignment, names.get(slug, slug), slug,
                before.points if before else None, after.points, ", ".join(_verdicts(before, after)),
                "; ".join(after.why), after.who,
            )  # fmt: skip


def _verdicts(before: Change | None, after: Change) -> Iterator[str]:
    for task, verdict in after.verdicts.items():
        then = before.verdicts.get(task) if before else None
        if then != verdict:
            yield f"{task}: {then.value} → {verdict.value}" if then else f"{task}: {verdict.value}"
