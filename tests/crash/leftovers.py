"""What a killed run leaves in its folder: nothing half written, and every finished training as it was."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from netgrade.errors import NetgradeError
from netgrade.objects.base import Noun
from netgrade.objects.bundle import Bundle, Bundles
from netgrade.objects.control import Control
from netgrade.objects.dataset import Dataset
from netgrade.objects.declaration import Declaration, Declarations
from netgrade.objects.grade import Grade, Grades
from netgrade.objects.measurement import Measurements
from netgrade.objects.plan import CheckedSubmissions
from netgrade.objects.record import Record, Trainings
from netgrade.objects.sight import Sights
from netgrade.objects.similarity import Similarities
from netgrade.objects.submission import Roster, Submissions
from netgrade.report.publish import Published
from netgrade.store import PART, load, load_record

KINDS: dict[str, type[Noun]] = {
    "datasets": Dataset, "collect": Submissions, "extract": Declarations, "check": CheckedSubmissions,
    "train": Trainings, "measure": Measurements, "grade": Grades, "settle": Grades, "report": Published,
    "store/declarations": Declaration, "store/records": Record, "store/bundles": Bundle, "audit": Bundles,
    "control": Control, "similarity": Similarities, "pseudonyms": Roster,
}  # fmt: skip
"""What each folder below results/ holds."""

SETTLED: dict[str, type[Noun]] = {".trainings": Trainings, ".sights": Sights}
"""What lies there beside the last grades, by the end of its name."""


def damage(folder: Path) -> Iterator[str]:
    """One sentence for every file that carries its final name without being whole, or is not what it should be."""
    for path in written(folder):
        try:
            _read(folder, path)
        except (NetgradeError, OSError, ValueError, AssertionError) as error:
            if path.exists():  # or a run that goes on has removed it, to make it anew
                yield f"{path.relative_to(folder)} is not whole: {error}"


def written(folder: Path) -> list[Path]:
    """Every file of a run under its final name."""
    places = [path for name in ("results", "reports") for path in (folder / name).rglob("*") if path.is_file()]
    return [path for path in places if PART not in str(path.relative_to(folder))]


def parts(folder: Path) -> list[Path]:
    """Everything under a temporary name."""
    return [path for name in ("results", "reports") for path in (folder / name).rglob(f"{PART}*")]


def finished_records(folder: Path) -> dict[str, str]:
    """The digest of each finished training, arrays included, by its folder."""
    found = {}
    for path in (folder / "results/store/records").rglob("record.json"):
        digest = hashlib.sha256(path.read_bytes())
        for name in sorted(load_record(path.parent).files):
            digest.update((path.parent / name).read_bytes())
        found[path.parent.name + path.parent.parent.name] = digest.hexdigest()
    return found


def comparable(grades: dict[str, Grade]) -> dict[str, Any]:
    """The grades without pseudonyms, which no two courses share."""
    return {name: grade.model_dump(mode="json", exclude={"slug"}) for name, grade in grades.items()}


def differences(found: Any, expected: Any, where: str) -> Iterator[str]:
    """The places at which two structures are not the same, and what is there."""
    if isinstance(found, dict) and isinstance(expected, dict) and set(found) == set(expected):
        for key in found:
            yield from differences(found[key], expected[key], f"{where}.{key}")
    elif isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        for number, (one, other) in enumerate(zip(found, expected, strict=True)):
            yield from differences(one, other, f"{where}[{number}]")
    elif found != expected:
        yield f"{where} is {str(found)[:200]}, expected {str(expected)[:200]}"


def _read(folder: Path, path: Path) -> None:
    name = path.relative_to(folder).as_posix().removeprefix("results/")
    by_folder = next((kind for place, kind in KINDS.items() if name.startswith(f"{place}/")), None)
    kind = SETTLED.get(path.suffixes[0], by_folder) if path.suffixes else None
    if path.name == "record.json":
        assert load_record(path.parent).ok, "the record tells of a fault"
    elif path.suffix == ".json":
        assert kind, "nothing is known that is called so"
        load(path, kind)
    elif path.suffix == ".pdf":
        assert path.read_bytes().rstrip().endswith(b"%%EOF"), "the end is missing"
    elif path.suffix == ".html":
        assert path.read_text().rstrip().endswith("</html>"), "the end is missing"
    elif path.name == "gradebook.csv":
        book = pd.read_csv(path, keep_default_na=False)
        assert len(book) and path.read_text().endswith("\n"), "rows are missing"
