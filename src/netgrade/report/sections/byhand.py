"""The section of a network by hand: its layers, its truth table, and where it draws the line."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from netgrade.kinds.handmade import margins
from netgrade.language import localised, say
from netgrade.objects.grade import TaskGrade
from netgrade.objects.handmade import Handmade, TableRow
from netgrade.objects.tasks import ByHandTask
from netgrade.report.figures import BoundaryFigure
from netgrade.report.text import MISSING, block, percent
from netgrade.report.view import Fact, Section

MOST_ANSWER, MOST_ROWS, MOST_WEIGHTS = 3000, 64, 400
GRID = 141
EDGE = 0.4
"""How far the drawing reaches beyond the points, as a share of their spread."""


@dataclass(frozen=True)
class HandLine:
    """One layer: its weights a row a unit, as text."""

    name: str
    units: str
    activation: str
    weights: str


@dataclass(frozen=True)
class TruthLine:
    """One row of the truth table."""

    inputs: tuple[str, ...]
    wanted: str
    output: str
    margin: str
    right: str


@dataclass(frozen=True)
class ByHandSection(Section):
    """A network whose weights were chosen by hand."""

    prompt: str
    answer: str
    facts: tuple[Fact, ...]
    layers: tuple[HandLine, ...]
    inputs: tuple[str, ...]
    table: tuple[TruthLine, ...]
    boundary: BoundaryFigure | None


def byhand_section(common: dict[str, Any], task: ByHandTask, graded: TaskGrade) -> ByHandSection:
    """The whole section; `common` are the fields that the sections of all kinds share."""
    found = graded.handmade
    return ByHandSection(
        **common,
        prompt=task.prompt,
        answer="" if found else block(graded.answer or "", MOST_ANSWER),
        facts=_facts(task, found) if found else (),
        layers=_layers(found) if found else (),
        inputs=tuple(say("input {number}").format(number=n) for n in range(1, task.table.width + 1)),
        table=tuple(_line(row) for row in found.rows[:MOST_ROWS]) if found else (),
        boundary=_boundary(found) if found and task.table.width == 2 else None,
    )


def _facts(task: ByHandTask, found: Handmade) -> tuple[Fact, ...]:
    right = sum(row.right is True for row in found.rows)
    nearest = min(row.margin for row in found.rows)
    return (
        Fact(say("Rows right"), say("{given} of {most}").format(given=right, most=len(found.rows))),
        Fact(say("Layers with weights"), _of(len(found.layers), task.most_layers)),
        Fact(say("Hidden units"), _of(found.hidden_units, task.most_units)),
        Fact(say("Smallest margin"), _number(nearest)),
    )


def _of(size: int, most: int | None) -> str:
    return str(size) if most is None else say("{size} (at most {most})").format(size=size, most=most)


def _layers(found: Handmade) -> tuple[HandLine, ...]:
    last = len(found.layers)
    return tuple(
        HandLine(
            name=say("output") if number == last else say("hidden {number}").format(number=number),
            units=str(len(layer.bias)),
            activation=layer.activation,
            weights=_equations(layer.weights, layer.bias),
        )
        for number, layer in enumerate(found.layers, start=1)
    )


def _equations(weights: list[list[float]], bias: list[float]) -> str:
    """`1 · x1 + 2 · x2 − 0.5` for each unit, where x are the inputs of its layer and all of it can be read."""
    if len(weights) * len(weights[0]) > MOST_WEIGHTS:
        return MISSING
    return "; ".join(_equation(row, offset) for row, offset in zip(weights, bias, strict=True))


def _equation(row: list[float], offset: float) -> str:
    terms = [f"{_number(abs(value))} · x{place}" for place, value in enumerate(row, start=1)]
    signed = [f"{'−' if value < 0 else '+'} {term}" for value, term in zip(row, terms, strict=True)]
    written = " ".join([*signed, f"{'−' if offset < 0 else '+'} {_number(abs(offset))}"])
    return written.removeprefix("+ ").replace("− ", "−", 1) if row[0] < 0 else written.removeprefix("+ ")


def _line(row: TableRow) -> TruthLine:
    words = {True: say("✓ right"), False: say("✗ wrong"), None: say("? on the boundary")}
    return TruthLine(
        tuple(map(_number, row.inputs)), str(row.wanted), _number(row.output), _number(row.margin), words[row.right]
    )


def _number(value: float) -> str:
    return localised(f"{value:.4g}").replace("-", "−")


def _boundary(found: Handmade) -> BoundaryFigure:
    """What the network answers between and around the points of the table."""
    points = np.array([row.inputs for row in found.rows])  # (rows, 2)
    low, high = points.min(axis=0), points.max(axis=0)
    spread = np.where(high > low, high - low, 1.0) * EDGE
    across, up = (np.linspace(a, b, GRID) for a, b in zip(low - spread, high + spread, strict=True))
    grid = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    values = np.clip(margins(found.layers, grid, found.threshold), -1.0, 1.0).reshape(GRID, GRID)
    told = say("The network answers 1 on {share} of the plane shown, and 0 on the rest. {points}.")
    sides = "; ".join(map(_side, found.rows[:MOST_ROWS]))
    alt = told.format(share=percent(float((values > 0).mean()), 0), points=sides)
    return BoundaryFigure(
        alt=alt,
        box=(float(across[0]), float(across[-1]), float(up[0]), float(up[-1])),
        values=tuple(map(tuple, values.round(3).tolist())),
        points=tuple((row.inputs[0], row.inputs[1], row.wanted) for row in found.rows),
    )


def _side(row: TableRow) -> str:
    """A point of the plane, with what the network should answer there and what it does."""
    point = f"({_number(row.inputs[0])}, {_number(row.inputs[1])})"
    if row.right is None:
        return say("{point} should be {wanted} and is on the boundary").format(point=point, wanted=row.wanted)
    answer = row.wanted if row.right else 1 - row.wanted
    return say("{point} should be {wanted} and is {answer}").format(point=point, wanted=row.wanted, answer=answer)
