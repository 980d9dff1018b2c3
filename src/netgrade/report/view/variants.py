"""View models of several models side by side."""

from dataclasses import dataclass

from netgrade.report.figures import HeatFigure, VariantCurvesFigure
from netgrade.report.view import AdviceLine, Section


@dataclass(frozen=True)
class VariantRow:
    """One of several models of a task."""

    place: str
    factors: tuple[str, ...]
    parameters: str
    train: str
    validation: str
    test: str
    loss: str
    reached: str
    time: str
    speed: str
    note: str


@dataclass(frozen=True)
class VariantTable:
    """Models side by side on one data set, the best first, with their curves; `factors` are the names of columns."""

    caption: str
    factors: tuple[str, ...]
    target: str
    rows: tuple[VariantRow, ...]
    left_out: int
    curves: VariantCurvesFigure | None
    heat: HeatFigure | None


@dataclass(frozen=True)
class SweepSection(Section):
    """Variants of one design."""

    tables: tuple[VariantTable, ...]
    advice: tuple[AdviceLine, ...]


@dataclass(frozen=True)
class Change:
    """How two models differ."""

    first: str
    second: str
    layers: tuple[str, ...]


@dataclass(frozen=True)
class ComparisonSection(Section):
    """Models of other tasks side by side, and what the student says about them."""

    prompt: str
    answer: str
    tables: tuple[VariantTable, ...]
    changes: tuple[Change, ...]
