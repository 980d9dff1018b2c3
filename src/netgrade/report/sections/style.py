"""The section of a style task: its images side by side, and each figure that was measured of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from netgrade.kinds.style import outcome
from netgrade.objects.grade import TaskGrade, Verdict
from netgrade.objects.picture import CheckMeasure, Picture, StyleMeasurement
from netgrade.objects.tasks import StyleTask
from netgrade.objects.tasks.style import Measure, StyleCheck
from netgrade.report.backdrop import Backdrop
from netgrade.report.text import MISSING, line, percent, points
from netgrade.report.view import MARKS, Mark, Section

MEANINGS: dict[Measure, str] = {
    "content_distance": "How far the features of the one are from those of the other: 0 is the same content.",
    "style_distance": "How far the Gram matrices, which features go together, are apart: 0 is the same style.",
    "sharpness": "Variance of the Laplacian: the more fine edges, the larger; 0 is a plain surface.",
    "identical": "Whether every pixel is the same.",
    "difference": "Mean difference of the pixels, of the whole range from black to white.",
    "size": "Pixels of the shorter side.",
}
_SEEN = Mark("shown", "·", "none")


@dataclass(frozen=True)
class Tile:
    """One image with what stands below it; `picture` is a `data:` URI, or empty where there is none."""

    name: str
    picture: str
    alt: str
    note: str


@dataclass(frozen=True)
class Row:
    """Images side by side."""

    heading: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class CheckLine:
    """One figure against its bound."""

    measure: str
    of: str
    value: str
    bound: str
    reference: str
    mark: Mark
    points: str
    note: str


@dataclass(frozen=True)
class StyleSection(Section):
    """Images, and what was measured of them."""

    gallery: tuple[Row, ...]
    checks: tuple[CheckLine, ...]
    meanings: tuple[tuple[str, str], ...]
    network: str


def style_section(common: dict[str, Any], task: StyleTask, graded: TaskGrade, backdrop: Backdrop) -> StyleSection:
    """The whole section; `common` are the fields that the sections of all kinds share."""
    tasks = backdrop.reference.tasks if backdrop.reference else []
    reference = next((other.style for other in tasks if other.task == task.id), None)
    measured = graded.style
    return StyleSection(
        **common,
        gallery=tuple(_gallery(measured, reference, backdrop.pictures)) if measured else (),
        checks=tuple(_lines(task, measured, reference)) if measured else (),
        meanings=tuple((_words(m), text) for m, text in MEANINGS.items() if any(c.measure == m for c in task.checks)),
        network=_network(measured) if measured else "",
    )


def _network(measured: StyleMeasurement) -> str:
    if measured.network_digest is None:
        return ""
    return (
        f"Distances were measured with {line(measured.network, 200)}; its weights have the SHA-256 digest "
        f"{measured.network_digest[:12]}. They can be compared with other distances by the same network alone. "
        "Images with a side of more than 384 pixels were scaled down to be measured and shown."
    )


def _gallery(measured: StyleMeasurement, reference: StyleMeasurement | None, pictures: Mapping[str, str]) -> list[Row]:
    """Given images, the student's, their chain, and the reference solution's."""
    own = {name: _tile(name, picture, pictures, "Your image") for name, picture in measured.handed_in.items()}
    own |= {name: Tile(_words(name), "", "", line(cause.what, 200)) for name, cause in measured.failed.items()}
    rows = [
        Row("Given", tuple(_tile(n, p, pictures, "Given image") for n, p in measured.given.items())),
        Row("Your images", tuple(tile for name, tile in own.items() if not name.startswith("chain_"))),
        Row("Your chain of styles", tuple(tile for name, tile in own.items() if name.startswith("chain_"))),
    ]
    if reference and reference.handed_in != measured.handed_in:
        shown = {n: p for n, p in reference.handed_in.items() if n not in ("content", "again")}
        tiles = tuple(_tile(n, p, pictures, "Image of the reference solution") for n, p in shown.items())
        rows.append(Row("For comparison: the reference solution", tiles))
    return [row for row in rows if row.tiles]


def _tile(name: str, picture: Picture, pictures: Mapping[str, str], whose: str) -> Tile:
    source = line(picture.source, 60)
    alt = f"{whose} “{_words(name)}”, {picture.width} by {picture.height} pixels, from {source}"
    note = f"{picture.width} × {picture.height}, {source}"
    return Tile(_words(name), pictures.get(picture.file, ""), alt, note)


def _lines(task: StyleTask, measured: StyleMeasurement, reference: StyleMeasurement | None) -> list[CheckLine]:
    if len(measured.checks) != len(task.checks):
        return []
    known = reference.checks if reference and len(reference.checks) == len(task.checks) else None
    return [
        _line(check, found, known[place] if known else None)
        for place, (check, found) in enumerate(zip(task.checks, measured.checks, strict=True))
    ]


def _line(check: StyleCheck, found: CheckMeasure, reference: CheckMeasure | None) -> CheckLine:
    met = outcome(check, found)
    bounded = check.measure == "identical" or check.below is not None or check.above is not None
    mark = MARKS[{True: Verdict.PASS, False: Verdict.FAIL, None: Verdict.PERSON}[met]]
    earned = points(check.points * met) if met is not None else MISSING
    return CheckLine(
        measure=_words(check.measure), of=_of(check), value=_value(check, found), bound=_bound(check),
        reference=_value(check, reference) if reference else MISSING, mark=mark if bounded else _SEEN,
        points=f"{earned} of {points(check.points)}" if check.points else MISSING,
        note=line(found.cause.what, 200) if found.cause else "",
    )  # fmt: skip


def _of(check: StyleCheck) -> str:
    between = {"identical": "and", "difference": "and"}.get(check.measure, "against")
    named = f" {between} ".join(map(_words, check.of))
    return f"{named}, as a share of {_words(check.relative_to)}’s" if check.relative_to else named


def _value(check: StyleCheck, found: CheckMeasure) -> str:
    value = found.value
    if value is None:
        return MISSING
    if check.measure == "identical":
        return "identical" if value == 0 else f"{max(value, 0.0001):.2%} of the pixels differ"
    if check.measure == "difference":
        return percent(value)
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _bound(check: StyleCheck) -> str:
    if check.measure == "identical":
        return "identical"
    sides = [(">", check.above), ("<", check.below)]
    shown = [
        f"{sign} {f'{bound * 100:g}%' if check.measure == 'difference' else f'{bound:g}'}"
        for sign, bound in sides
        if bound is not None
    ]
    return ", ".join(shown) or MISSING


def _words(name: str) -> str:
    return name.replace("_", " ")
