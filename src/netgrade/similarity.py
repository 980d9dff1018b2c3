"""Similarity: pairs of submissions with the same pieces of code, or with designs that differ in a single thing.

Code is compared by the fingerprints of winnowing (Schleimer, Wilkerson, Aiken: Winnowing, SIGMOD 2003) as copydetect
computes them: names and comments do not matter, and what the handout gives everyone is left out.
"""

import io
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from copydetect import CodeFingerprint, compare_files

from netgrade.errors import UnreadableError
from netgrade.objects.base import Slug
from netgrade.objects.plan import CheckedSubmission, Plan
from netgrade.objects.similarity import PlanPair, Similarities, SourcePair
from netgrade.objects.submission import Submission
from netgrade.objects.tasks.sweep import split_id
from netgrade.store import sha256_of
from netgrade.untrusted import read_json

PIECE = 25
"""Tokens that have to agree in a row before anything counts."""

WINDOW = 6
ALIKE = 0.6
"""A pair is listed from this share of one submission's own code on."""

COMMON = 8
"""What more students share than this is taken for the handout's, or for what everyone writes."""

FEWEST_SHARED = 4
MOST_PAIRS = 40
MOST_BYTES = 500_000
MOST_SAMPLE = 400


def similarities(
    assignment: str,
    submissions: Sequence[Submission],
    checked: Sequence[CheckedSubmission],
    plans: Mapping[str, Plan],
    handout: Sequence[Path],
) -> Similarities:
    """Compare everyone with everyone; `handout` are the files that all of them were given."""
    sources, designs = _source_pairs(submissions, handout), _plan_pairs(checked, plans)
    return Similarities(
        assignment=assignment, sources=sources[:MOST_PAIRS], plans=designs[:MOST_PAIRS],
        left_out=max(0, len(sources) - MOST_PAIRS) + max(0, len(designs) - MOST_PAIRS),
    )  # fmt: skip


def _source_pairs(submissions: Sequence[Submission], handout: Sequence[Path]) -> list[SourcePair]:
    given = CodeFingerprint("handout.py", PIECE, 1, fp=io.StringIO("\n".join(map(code_of, handout)))).hashes
    prints = {s.slug: _fingerprint(s, list(given)) for s in submissions if s.files}
    found = []
    for first, second in _candidates({slug: known.hashes for slug, known in prints.items()}):
        _, shares, (places, _) = compare_files(prints[first], prints[second])
        if max(shares) >= ALIKE:
            sample = _longest(prints[first].raw_code, places)
            rounded = (round(min(1.0, shares[0]), 3), round(min(1.0, shares[1]), 3))
            found.append(SourcePair(students=(first, second), shares=rounded, sample=sample))
    return sorted(found, key=lambda pair: (-max(pair.shares), pair.students))


def code_of(path: Path) -> str:
    """The Python code of a script or of a notebook's cells; nothing where it cannot be read."""
    try:
        if path.is_symlink() or path.stat().st_size > MOST_BYTES:
            return ""
        if path.suffix == ".py":
            return path.read_text(encoding="utf-8", errors="replace")
        return "\n".join(_cells(read_json(path.read_bytes()))) if path.suffix == ".ipynb" else ""
    except (OSError, UnreadableError):
        return ""


def _cells(notebook: Any) -> Iterable[str]:
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    for cell in cells if isinstance(cells, list) else []:
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source = cell.get("source", "")
            yield "".join(map(str, source)) if isinstance(source, list) else str(source)


def _fingerprint(submission: Submission, given: list[int]) -> CodeFingerprint:
    text = "\n".join(code_of(Path(submission.folder, file.path)) for file in submission.files)
    return CodeFingerprint("code.py", PIECE, WINDOW, boilerplate=given, fp=io.StringIO(text))


def _candidates(hashes: Mapping[Slug, set[int]]) -> list[tuple[Slug, Slug]]:
    """Pairs that share several fingerprints which few others have: only these are worth comparing."""
    owners: dict[int, list[Slug]] = defaultdict(list)
    for slug in sorted(hashes):
        for value in hashes[slug]:
            owners[value].append(slug)
    shared: Counter[tuple[Slug, Slug]] = Counter()
    for slugs in owners.values():
        if 2 <= len(slugs) <= COMMON:
            shared.update(combinations(slugs, 2))
    return sorted(pair for pair, count in shared.items() if count >= FEWEST_SHARED)


def _longest(text: str, places: Any) -> str:
    """The longest of the pieces that start and end at `places` (2, n)."""
    start, end = max(zip(*places, strict=True), key=lambda piece: piece[1] - piece[0])
    piece = text[int(start) : int(end)].strip("\n")
    return piece if len(piece) <= MOST_SAMPLE else f"{piece[:MOST_SAMPLE]} …"


def _plan_pairs(checked: Sequence[CheckedSubmission], plans: Mapping[str, Plan]) -> list[PlanPair]:
    """Designs of one task that are the same but for one layer or one setting."""
    owners: dict[tuple[str, str], list[Slug]] = defaultdict(list)
    for submission in checked:
        for task, model in submission.models.items():
            # The variants of a sweep differ in one thing because they are to.
            if model.plan in plans and task == split_id(task)[0]:
                owners[task, str(model.plan)].append(submission.slug)
    parts = {digest: _parts(plan) for digest, plan in plans.items()}
    near: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for task, digest in sorted(owners):
        for name in parts[digest]:
            rest = {key: value for key, value in parts[digest].items() if key != name}
            near[task, name, sha256_of(rest)].append(digest)
    found = []
    for (task, name, _), digests in near.items():
        if sum(len(owners[task, digest]) for digest in digests) > COMMON:
            continue
        for first, second in combinations(digests, 2):
            found += [_plan_pair(task, name, parts[first], parts[second], students)
                      for students in _pairs(owners[task, first], owners[task, second])]  # fmt: skip
    return sorted(found, key=lambda pair: (pair.task, pair.students))


def _pairs(first: Sequence[Slug], second: Sequence[Slug]) -> Iterable[tuple[Slug, Slug]]:
    return ((a, b) for a in first for b in second if a != b)


def _parts(plan: Plan) -> dict[str, Any]:
    """Every layer and every setting of a plan, by name, as JSON holds it."""
    content = plan.model_dump(mode="json", exclude={"layers", "schema_version", "dataset"})
    layers = {f"layer {i} ({layer.kind})": layer.model_dump(mode="json") for i, layer in enumerate(plan.layers)}
    return layers | content


def _plan_pair(
    task: str, name: str, first: Mapping[str, Any], second: Mapping[str, Any], students: tuple[Slug, Slug]
) -> PlanPair:
    layers = sum(key.startswith("layer ") for key in first) - name.startswith("layer ")
    settings = len(first) - 1 - layers
    differs = f"{name}: {_brief(first[name], second[name])}"
    return PlanPair(task=task, students=students, shared=f"{layers} layers and {settings} settings", differs=differs)


def _brief(a: Any, b: Any) -> str:
    """Both values of what differs; of objects, the field that does."""
    while isinstance(a, dict) and isinstance(b, dict):
        keys = [key for key in sorted(a.keys() | b.keys()) if a.get(key) != b.get(key)]
        if len(keys) != 1:
            break
        if not (isinstance(a.get(keys[0]), dict) and isinstance(b.get(keys[0]), dict)):
            return f"{keys[0]} {json.dumps(a.get(keys[0]))[:80]} or {json.dumps(b.get(keys[0]))[:80]}"
        a, b = a[keys[0]], b[keys[0]]
    return f"{json.dumps(a)[:80]} or {json.dumps(b)[:80]}"
