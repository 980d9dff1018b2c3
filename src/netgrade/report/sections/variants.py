"""Sections of sweeps and comparisons: several models side by side."""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from netgrade.kinds.comparison import structural_difference
from netgrade.kinds.sweep import label
from netgrade.language import localised, say
from netgrade.objects.grade import TaskGrade, VariantGrade
from netgrade.objects.measurement import Measurement
from netgrade.objects.tasks import ComparisonTask, SweepTask, Threshold
from netgrade.report.backdrop import Backdrop
from netgrade.report.figures import HeatFigure, VariantCurvesFigure
from netgrade.report.parts.curves import mean, mean_curve
from netgrade.report.parts.evaluation import interval_text
from netgrade.report.text import MISSING, block, count, duration, line, percent, plural
from netgrade.report.view import AdviceLine
from netgrade.report.view.variants import Change, ComparisonSection, SweepSection, VariantRow, VariantTable
from netgrade.spec import parse_threshold

MOST_ROWS = 60
MOST_CURVES = 12
MOST_ANSWER = 6000


def sweep_section(common: dict[str, Any], task: SweepTask, graded: TaskGrade, backdrop: Backdrop) -> SweepSection:
    """The whole section; `common` are the fields that the sections of all kinds share."""
    by_data: dict[str, list[VariantGrade]] = {}
    for variant in graded.variants:
        by_data.setdefault(variant.dataset, []).append(variant)
    target = parse_threshold(task.target) if task.target else None
    tables = tuple(
        _table(variants, [label(v) for v in variants], name, backdrop, target) for name, variants in by_data.items()
    )
    advice = tuple(AdviceLine(line(a.what, 400), line(a.why, 400)) for a in graded.advice)
    return SweepSection(**common, tables=tables, advice=advice)


def comparison_section(
    common: dict[str, Any], task: ComparisonTask, graded: TaskGrade, backdrop: Backdrop
) -> ComparisonSection:
    """The whole section; `common` are the fields that the sections of all kinds share."""
    titles = {other.id: other.title for other in backdrop.assignment.tasks}
    named = [v.model_copy(update={"factors": _told_apart(v, titles, graded.variants)}) for v in graded.variants]
    changes = tuple(
        Change(titles[a.name], titles[b.name],
               tuple(line(text, 120) for text in structural_difference(a.model, b.model)))
        for a, b in pairwise(graded.variants) if a.model and b.model
    )  # fmt: skip
    table = _table(named, [titles.get(v.name, v.name) for v in named], "", backdrop)
    return ComparisonSection(
        **common, prompt=task.prompt, answer=block(graded.answer or "", MOST_ANSWER),
        tables=(table,) if named else (), changes=changes,
    )  # fmt: skip


def _told_apart(variant: VariantGrade, titles: Mapping[str, str], everyone: Sequence[VariantGrade]) -> dict[str, str]:
    """A model's title, and its data set where the models that are compared have different ones."""
    data = {say("data set"): variant.dataset or MISSING} if len({v.dataset for v in everyone if v.dataset}) > 1 else {}
    return {say("model"): titles.get(variant.name, variant.name)} | data


def _table(
    variants: Sequence[VariantGrade],
    names: Sequence[str],
    dataset: str,
    backdrop: Backdrop,
    target: Threshold | None = None,
) -> VariantTable:
    factors = tuple(dict.fromkeys(factor for variant in variants for factor in variant.factors))
    shown = variants[:MOST_ROWS]
    rows = tuple(_row(place, variant, factors, backdrop, target) for place, variant in enumerate(shown, start=1))
    data = line(dataset, 40)
    caption = (
        plural(
            len(variants),
            "{number} model on {data}, with 95% intervals of the test accuracy",
            "{number} models on {data}, with 95% intervals of the test accuracy",
            data=data,
        )
        if data
        else plural(
            len(variants),
            "{number} model, with 95% intervals of the test accuracy",
            "{number} models, with 95% intervals of the test accuracy",
        )
    )
    return VariantTable(
        caption=caption,
        factors=tuple(line(factor, 30) for factor in factors),
        target=localised(f"{target}".removeprefix("accuracy ")) if target else "",
        rows=rows, left_out=len(variants) - len(rows),
        curves=_curves(variants, names), heat=_heat(variants, factors),
    )  # fmt: skip


def _row(
    place: int, variant: VariantGrade, factors: Sequence[str], backdrop: Backdrop, target: Threshold | None
) -> VariantRow:
    measured = variant.measurement
    speeds = backdrop.speeds.get(measured.plan, ()) if measured else ()
    return VariantRow(
        place=str(place), factors=tuple(line(variant.factors.get(factor, MISSING), 60) for factor in factors),
        parameters=count(variant.model.parameters) if variant.model else MISSING,
        train=percent(mean([s.train_accuracy for s in measured.seeds])) if measured else MISSING,
        validation=MISSING if variant.validation is None else percent(variant.validation), test=interval_text(measured),
        loss=_last_loss(measured), reached=_reached(measured, target),
        time=duration(mean([s.train_seconds for s in speeds]) or 0.0) if speeds else MISSING,
        speed=count(mean([s.examples_per_second for s in speeds])) if speeds else MISSING,
        note=line(variant.cause.what, 200) if variant.cause else "",
    )  # fmt: skip


def _last_loss(measured: Measurement | None) -> str:
    """The training loss of the last epoch, mean over seeds."""
    last = mean([curve.loss[-1] for curve in measured.curves if curve.loss]) if measured else None
    return MISSING if last is None else localised(f"{last:.3f}")


def _reached(measured: Measurement | None, target: Threshold | None) -> str:
    """When the validation accuracy first met the target: `300 batches`, `4 epochs`, or `never`."""
    if measured is None or target is None or not measured.curves:
        return MISSING
    values = _validation(measured)
    after = next((n for n, v in enumerate(values, start=1) if target.met_by(v)), None)
    span = measured.curves[0].span
    if after is None:
        return say("never")
    if span:
        return plural(after * span, "{number} batch", "{number} batches")
    return plural(after, "{number} epoch", "{number} epochs")


def _curves(variants: Sequence[VariantGrade], names: Sequence[str]) -> VariantCurvesFigure | None:
    """The curves of those that have any; none where no training had two epochs, or epochs and batches would mix."""
    drawn = [
        (
            line(name, 40),
            _validation(variant.measurement),
            variant.measurement.curves[0].span,
        )
        for variant, name in zip(variants, names, strict=True)
        if variant.measurement and variant.measurement.curves
    ][:MOST_CURVES]
    longest = max((len(curve) for _, curve, _ in drawn), default=0)
    axes = {say("epoch") if span is None else say("batch") for *_, span in drawn}
    if longest < 2 or len(axes) > 1:
        return None
    [axis] = axes
    ends = "; ".join(f"{name} {percent(curve[-1])}" for name, curve, _ in drawn if curve and math.isfinite(curve[-1]))
    alt = plural(
        len(drawn),
        "Validation accuracy of {number} model during training. At the end: {ends}.",
        "Validation accuracy of {number} models during training. At the end: {ends}.",
        ends=ends,
    )
    labels, curves, spans = zip(*drawn, strict=True)
    return VariantCurvesFigure(alt, labels, curves, tuple(span or 1 for span in spans), axis)


def _validation(measured: Measurement) -> tuple[float, ...]:
    return mean_curve([curve.val_accuracy for curve in measured.curves])


def _heat(variants: Sequence[VariantGrade], factors: Sequence[str]) -> HeatFigure | None:
    """A grid of two factors with at least two values each; none where cells are shared, most empty, or none known."""
    if len(factors) != 2:
        return None
    first, second = factors
    rows, columns = ([*dict.fromkeys(v.factors[name] for v in _in_order(variants))] for name in factors)
    cells = {(v.factors[first], v.factors[second]): -1.0 if v.validation is None else v.validation for v in variants}
    if min(len(rows), len(columns)) < 2 or len(cells) < max(len(variants), 0.75 * len(rows) * len(columns)):
        return None
    if max(cells.values()) < 0:
        return None
    values = tuple(tuple(_known(cells.get((row, column), -1.0)) for column in columns) for row in rows)
    best = max(cells, key=lambda cell: cells[cell])
    alt = say(
        "Validation accuracy for {rows} values of {first} and {columns} of {second}. The best, {most}, is {first} "
        "{row} with {second} {column}."
    ).format(
        rows=len(rows), first=first, columns=len(columns), second=second, most=percent(cells[best]), row=best[0],
        column=best[1],
    )  # fmt: skip
    names = (line(first, 30), line(second, 30))
    return HeatFigure(alt, names, tuple(line(r, 14) for r in rows), tuple(line(c, 14) for c in columns), values)


def _in_order(variants: Sequence[VariantGrade]) -> list[VariantGrade]:
    return sorted(variants, key=lambda variant: variant.name)


def _known(value: float) -> float:
    return value if value >= 0 else math.nan
