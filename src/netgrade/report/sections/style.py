"""The section of a style task: its images side by side, and each figure that was measured of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from netgrade.kinds.style import outcome
from netgrade.language import later, localised, say
from netgrade.objects.grade import TaskGrade, Verdict
from netgrade.objects.picture import CheckMeasure, Picture, StyleMeasurement
from netgrade.objects.tasks import StyleTask
from netgrade.objects.tasks.style import Measure, StyleCheck
from netgrade.report.backdrop import Backdrop
from netgrade.report.text import MISSING, line, percent, points
from netgrade.report.view import Mark, Section, mark_of

MEANINGS: dict[Measure, str] = {
    "content_distance": later("How far the features of the one are from those of the other: 0 is the same content."),
    "style_distance": later("How far the Gram matrices, which features go together, are apart: 0 is the same style."),
    "sharpness": later("Variance of the Laplacian: the more fine edges, the larger; 0 is a plain surface."),
    "identical": later("Whether every pixel is the same."),
    "difference": later("Mean difference of the pixels, of the whole range from black to white."),
    "size": later("Pixels of the shorter side."),
}
NAMES: dict[Measure, str] = {
    "content_distance": later("content distance"),
    "style_distance": later("style distance"),
    "sharpness": later("sharpness"),
    "identical": later("identical"),
    "difference": later("difference"),
    "size": later("size"),
}


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
        meanings=tuple(
            (say(NAMES[m]), say(text)) for m, text in MEANINGS.items() if any(c.measure == m for c in task.checks)
        ),
        network=_network(measured) if measured else "",
    )


def _network(measured: StyleMeasurement) -> str:
    if measured.network_digest is None:
        return ""
    return say(
        "Distances were measured with {network}; its weights have the SHA-256 digest {digest}. They can be compared "
        "with other distances by the same network alone. Images with a side of more than 384 pixels were scaled down "
        "to be measured and shown."
    ).format(network=line(measured.network, 200), digest=measured.network_digest[:12])


def _gallery(measured: StyleMeasurement, reference: StyleMeasurement | None, pictures: Mapping[str, str]) -> list[Row]:
    """Given images, the student's, their chain, and the reference solution's."""
    own = {
        name: _tile(name, picture, pictures, say("Your image “{name}”, {width} by {height} pixels, from {file}"))
        for name, picture in measured.handed_in.items()
    }
    own |= {name: Tile(_words(name), "", "", line(cause.what, 200)) for name, cause in measured.failed.items()}
    rows = [
        Row(
            say("Given"),
            tuple(
                _tile(n, p, pictures, say("Given image “{name}”, {width} by {height} pixels, from {file}"))
                for n, p in measured.given.items()
            ),
        ),
        Row(say("Your images"), tuple(tile for name, tile in own.items() if not name.startswith("chain_"))),
        Row(say("Your chain of styles"), tuple(tile for name, tile in own.items() if name.startswith("chain_"))),
    ]
    if reference and reference.handed_in != measured.handed_in:
        shown = {n: p for n, p in reference.handed_in.items() if n not in ("content", "again")}
        of_reference = say("Image of the reference solution “{name}”, {width} by {height} pixels, from {file}")
        tiles = tuple(_tile(n, p, pictures, of_reference) for n, p in shown.items())
        rows.append(Row(say("For comparison: the reference solution"), tiles))
    return [row for row in rows if row.tiles]


def _tile(name: str, picture: Picture, pictures: Mapping[str, str], told: str) -> Tile:
    source = line(picture.source, 60)
    alt = told.format(name=_words(name), width=picture.width, height=picture.height, file=source)
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
    mark = mark_of({True: Verdict.PASS, False: Verdict.FAIL, None: Verdict.PERSON}[met])
    if not bounded:
        mark = Mark(say("shown"), "·", "none")
    earned = points(check.points * met) if met is not None else MISSING
    return CheckLine(
        measure=say(NAMES[check.measure]), of=_of(check), value=_value(check, found), bound=_bound(check),
        reference=_value(check, reference) if reference else MISSING, mark=mark,
        points=say("{given} of {most}").format(given=earned, most=points(check.points)) if check.points else MISSING,
        note=line(found.cause.what, 200) if found.cause else "",
    )  # fmt: skip


def _of(check: StyleCheck) -> str:
    named = [_words(name) for name in check.of]
    if len(named) > 1:
        between = (
            say("{one} and {other}") if check.measure in ("identical", "difference") else say("{one} against {other}")
        )
        named = [between.format(one=named[0], other=named[1])]
    share = say("{images}, as a share of {whole}’s")
    return share.format(images=named[0], whole=_words(check.relative_to)) if check.relative_to else named[0]


def _value(check: StyleCheck, found: CheckMeasure) -> str:
    value = found.value
    if value is None:
        return MISSING
    if check.measure == "identical":
        if value == 0:
            return say("identical")
        return say("{share} of the pixels differ").format(share=percent(max(value, 0.0001), 2))
    if check.measure == "difference":
        return percent(value)
    return localised(f"{value:,.0f}" if value >= 100 else f"{value:.3g}")


def _bound(check: StyleCheck) -> str:
    if check.measure == "identical":
        return say("identical")
    sides = [(">", check.above), ("<", check.below)]
    shown = [
        f"{sign} {f'{bound * 100:g}%' if check.measure == 'difference' else f'{bound:g}'}"
        for sign, bound in sides
        if bound is not None
    ]
    return ", ".join(map(localised, shown)) or MISSING


def _words(name: str) -> str:
    return name.replace("_", " ")
