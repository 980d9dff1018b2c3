"""Which part of an assignment decides which stage: Snakemake reruns a stage when its part changes, and only then."""

import hashlib
from pathlib import Path
from typing import Any, Literal

from netgrade.objects.assignment import Assignment
from netgrade.store import sha256_of

Stage = Literal[
    "extract",
    "check",
    "train",
    "measure",
    "see",
    "style_network",
    "style",
    "grade",
    "audit",
    "control",
    "similarity",
    "report",
    "marking",
]

_EVERY = "__all__"
_VARIANTS = ("datasets", "factors", "variants", "carry")
_IMAGES = ("given", "hand_in")
_PARTS: dict[Stage, Any] = {
    "extract": {"dataset": True, "sandbox": True, "closing_headings": True, "split": True,
                "tasks": {_EVERY: {"id": True, "kind": True, "headings": True, "label": True, "dataset": True,
                                   "sees": {"drawings"}, **dict.fromkeys((*_VARIANTS, *_IMAGES, "expects"), True)}}},
    "check": {"dataset": True, "scale": True, "split": True,
              "tasks": {_EVERY: {"id", "kind", "dataset", "limits", "difference", "encodings", "order",
                                 "given_model", *_VARIANTS}}},
    "train": {"scale": True, "seeds": True,
              "tasks": {_EVERY: {"id": True, "kind": True, "sees": {"drawings"}, "model_of": True}}},
    "measure": {"scale": True},
    "style_network": {},
    "style": {"tasks": {_EVERY: {"id", "kind", "network", "checks", *_IMAGES}}},
    "see": {"scale": True, "tasks": {_EVERY: {"id", "kind", "sees", "model_of"}}},
    "grade": {"id": True, "scale": True, "language": True, "seeds": True, "due": True, "late": True, "tasks": True},
    "report": {"id": True, "scale": True, "language": True, "title": True, "due": True, "late": True, "seeds": True,
               "tasks": True},
    "marking": {"id": True, "title": True,
                "tasks": {_EVERY: {"id", "title", "kind", "prompt", "choices", "answer", "rubric"}}},
}  # fmt: skip
_UNREAD: dict[Stage, set[str]] = {
    "grade": {"title", "prompt", "target", "sees", "rubric"},
    "report": {"points", "headings", "answer", "tolerance", "least", "underfits_below", "label", "accepted",
               "unlisted", "unit", "units", "rubric"},
}  # fmt: skip
"""What these cheap stages do not read of a task: a field that a list of what they read forgot would keep old marks."""

_PACKAGE = Path(__file__).parent
_SOURCES: dict[Stage, tuple[str, ...]] = {
    "extract": ("extract", "untrusted.py", "documents.py", "pictures.py", "encodings.py", "dial.py"),
    "check": ("checking", "encodings.py", "heard.py", "phrases.py"),
    "train": ("train", "encodings.py", "dial.py"),
    "measure": ("measure", "encodings.py", "dial.py"),
    "see": ("train",),
    "style": ("style", "pictures.py", "heard.py", "phrases.py"),
    "style_network": ("train/features.py",),
    "grade": ("grade.py", "kinds", "formulas.py", "phrases.py", "language.py", "locale"),
    "audit": ("audit.py",),
    "control": ("control.py",),
    "similarity": ("similarity.py",),
    "report": ("report", "clockfaces.py", "phrases.py", "language.py", "locale"),
    "marking": ("report", "language.py"),
}


def deciding_stages() -> tuple[Stage, ...]:
    """The stages that have a part in a grade."""
    return ("extract", "check", "train", "measure", "see", "style_network", "style", "grade")


def part_digest(assignment: Assignment, stage: Stage) -> str:
    """Digest of the part of the assignment that `stage` reads."""
    unread = {"tasks": {_EVERY: _UNREAD.get(stage, set())}}
    return sha256_of(assignment.model_dump(mode="json", include=_PARTS[stage], exclude=unread))


def code_version(stage: Stage) -> str:
    """Digest of a stage's own source files: edits to a module are invisible to Snakemake otherwise."""
    digest = hashlib.sha256()
    for name in _SOURCES[stage]:
        place = _PACKAGE / name
        for path in _files(place):
            digest.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _files(place: Path) -> list[Path]:
    """A module, all modules of a package, or all catalogs of translations."""
    return sorted(path for path in place.rglob("*") if path.suffix in (".py", ".po")) if place.is_dir() else [place]
