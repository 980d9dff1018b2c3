"""The data of each figure as a table, for readers who do not see it or want its numbers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import singledispatch
from itertools import zip_longest
from typing import Any

import numpy as np

from netgrade.language import localised, say
from netgrade.report import figures as f
from netgrade.report.figures import clock
from netgrade.report.figures.classroom import ClassCurvesFigure
from netgrade.report.parts.curves import mean_curve
from netgrade.report.text import MISSING, count, minutes, percent

MOST_ROWS, MOST_CELLS = 60, 400
PLACES = 11
"""Of a plane, so many values across and up."""

Row = tuple[str, ...]


@dataclass(frozen=True)
class FigureTable:
    """Columns, of which the first heads the rows; `left_out` further rows are not shown. Another table may follow."""

    caption: str
    columns: Row
    rows: tuple[Row, ...]
    left_out: int = 0
    then: "FigureTable | None" = None


@singledispatch
def table_of(figure: Any) -> FigureTable | None:
    """The table of a figure; None where the alternative text already names all of its values, or it is a picture."""
    return None


@table_of.register
def _interval(figure: f.IntervalFigure | clock.ErrorIntervalFigure) -> FigureTable:
    number = _minutes if isinstance(figure, clock.ErrorIntervalFigure) else _percent
    rows = [(say("measured"), *map(number, figure.measured))]
    if figure.reference:
        rows.append((say("reference"), *map(number, figure.reference)))
    rows.append((say("threshold"), MISSING, number(figure.threshold), MISSING))
    return _table(say("95% intervals"), ("", say("Low"), say("Value"), say("High")), rows)


@table_of.register
def _curves(figure: f.CurvesFigure) -> FigureTable:
    columns = (figure.loss, figure.val_loss, figure.accuracy, figure.val_accuracy)
    accuracies = (say("Training accuracy"), say("Validation accuracy"), say("Reference, validation accuracy"))
    return _by_epoch(columns, figure.guides, _percent, accuracies, figure.epochs)


@table_of.register
def _error_curves(figure: clock.ErrorCurvesFigure) -> FigureTable:
    columns = (figure.loss, figure.val_loss, figure.error, figure.val_error)
    errors = (say("Training error"), say("Validation error"), say("Reference, validation error"))
    return _by_epoch(columns, figure.guides, _minutes, errors)


def _by_epoch(
    columns: Sequence[Sequence[f.Values]], guides: f.Guides, number: Any, metrics: Row, epochs: Sequence[int] = ()
) -> FigureTable:
    """Means over trainings, an epoch a row."""
    means = [mean_curve(column) for column in columns]
    band = zip(guides.least, guides.greatest, strict=True)
    means.append(tuple((low + high) / 2 for low, high in band))
    formats = (_loss, _loss, number, number, number)
    rows = [
        (str(epochs[place] if epochs else place + 1), *(show(v) for show, v in zip(formats, values, strict=True)))
        for place, values in enumerate(zip_longest(*means, fillvalue=math.nan))
    ]
    names = (say("Epoch"), say("Training loss"), say("Validation loss"), *metrics)
    return _table(say("Means over the trainings, by epoch"), names, rows)


@table_of.register
def _confusion(figure: f.ConfusionFigure) -> FigureTable:
    """All cells that are not empty, the largest shares of each true class first."""
    rows = [
        (true, predicted, _percent(share))
        for true, shares in zip(figure.classes, figure.shares, strict=True)
        for share, predicted in sorted(zip(shares, figure.classes, strict=True), reverse=True)
        if share >= 0.005
    ]
    names = (say("True class"), say("Predicted"), say("Share"))
    return _table(say("Shares of each true class of at least half a per cent"), names, rows, 400)


@table_of.register
def _reliability(figure: f.ReliabilityFigure) -> FigureTable:
    bins = zip(figure.confidence, figure.accuracy, figure.images, strict=True)
    rows = [(_percent(confidence), _percent(accuracy), count(images)) for confidence, accuracy, images in bins]
    return _table(say("Accuracy by confidence"), (say("Mean confidence"), say("Accuracy"), say("Images")), rows)


@table_of.register
def _points(figure: f.PointsFigure) -> FigureTable:
    counts, edges = np.histogram(figure.points, bins=np.linspace(0, figure.most, 11).tolist())
    spans = zip(edges, edges[1:], counts, strict=False)
    rows = [(_span(localised(f"{low:g}"), localised(f"{high:g}")), str(number)) for low, high, number in spans]
    return _table(say("Students by points"), (say("Points"), say("Students")), rows)


@table_of.register
def _reached(figure: f.ReachedFigure) -> FigureTable:
    number = _minutes if figure.metric == "error" else _percent
    rows = [
        (task, str(len(values)), *(number(float(v)) for v in np.quantile(values, (0, 0.25, 0.5, 0.75, 1))))
        for task, values in zip(figure.tasks, figure.values, strict=True)
    ]
    return _table(say("What was reached in each task"), (say("Task"), say("Students"), *_quarters()), rows)


@table_of.register
def _class_curves(figure: ClassCurvesFigure) -> FigureTable:
    number = _minutes if figure.metric == "error" else _percent
    rows = []
    columns = zip_longest(*figure.curves, figure.reference, fillvalue=math.nan)
    for epoch, (*values, reference) in enumerate(columns, start=1):
        known = [value for value in values if math.isfinite(value)]
        spread = np.quantile(known, (0, 0.25, 0.5, 0.75, 1)).tolist() if known else [math.nan] * 5
        rows.append((str(epoch), str(len(known)), *map(number, spread), number(reference)))
    names = (say("Epoch"), say("Designs"), *_quarters(), say("Reference"))
    return _table(say("Validation by epoch: {task}").format(task=figure.task), names, rows)


@table_of.register
def _variants(figure: f.VariantCurvesFigure) -> FigureTable:
    steps = max(figure.steps, default=1)
    rows = [
        (str(place * steps), *map(_percent, values))
        for place, values in enumerate(zip_longest(*figure.curves, fillvalue=math.nan), start=1)
    ]
    if len(set(figure.steps)) > 1:  # then a row would not be the same moment for all of them
        rows = [(str(place), *row[1:]) for place, row in enumerate(rows, start=1)]
        return _table(say("Validation accuracy, value by value"), (say("Value"), *figure.names), rows)
    caption = say("Validation accuracy by {axis}").format(axis=figure.axis)
    return _table(caption, (figure.axis.capitalize(), *figure.names), rows)


@table_of.register
def _heat(figure: f.HeatFigure) -> FigureTable:
    rows = [(name, *map(_percent, values)) for name, values in zip(figure.rows, figure.values, strict=True)]
    first, second = figure.factors
    caption = say("Validation accuracy by {first} and {second}").format(first=first, second=second)
    return _table(caption, (first, *figure.columns), rows)


@table_of.register
def _units(figure: f.UnitsFigure) -> FigureTable:
    rows = [
        (str(epoch), *map(_percent, values))
        for epoch, values in enumerate(zip_longest(*figure.shares, fillvalue=math.nan), start=1)
    ]
    return _table(say("Share of each layer that takes no part"), (say("Epoch"), *figure.layers), rows)


@table_of.register
def _norms(figure: f.NormsFigure) -> FigureTable:
    columns = (figure.whole, *(values for _, values in figure.layers))
    rows = [
        (str(step), *map(_norm, values)) for step, values in zip(figure.steps, zip(*columns, strict=True), strict=True)
    ]
    names = (say("training step"), say("whole network"), *(name for name, _ in figure.layers))
    return _table(say("Norm of the gradient by training step"), names, rows)


@table_of.register
def _histogram(figure: clock.ErrorHistogramFigure) -> FigureTable:
    rows = [
        (_span(str(place * figure.step), f"{(place + 1) * figure.step - 1} min"), _percent(share))
        for place, share in enumerate(figure.shares)
    ]
    return _table(say("Clocks by error"), (say("Error"), say("Share of the clocks")), rows)


@table_of.register
def _boundary(figure: f.BoundaryFigure) -> FigureTable:
    sides = {1.0: "1", -1.0: "0"}
    answers = [[sides.get(side, "?") for side in row] for row in np.sign(figure.values).tolist()]
    return _over_plane(say("What the network answers over the plane (? on the boundary)"), figure.box, answers)


@table_of.register
def _plane(figure: f.PlaneFigure) -> FigureTable:
    """The last of its looks, and the points with what is answered at the nearest place of the grid."""
    answers, second = np.array(figure.percent[-1]), figure.classes[1]  # (rows from below, columns)
    left, right, bottom, top = figure.box
    rows, columns = answers.shape
    shown = [
        (str(number), _place(x), _place(y), figure.classes[label],
         percent(answers[_nearest(y, bottom, top, rows), _nearest(x, left, right, columns)] / 100, 0))
        for number, (x, y, label) in enumerate(figure.points, start=1)
    ]  # fmt: skip
    chance = say("Probability of “{name}”").format(name=second)
    axes = (say("input {number}").format(number=number) for number in (1, 2))
    points = _table(say("The points"), (say("Point"), *axes, say("True class"), chance), shown, MOST_CELLS)
    shares = [[percent(value / 100, 0) for value in row] for row in answers.tolist()]
    told = say("Probability of “{name}” over the plane, in the end").format(name=second)
    return replace(_over_plane(told, figure.box, shares), then=points)


def _over_plane(caption: str, box: Sequence[float], answers: Sequence[Sequence[str]]) -> FigureTable:
    """Every so many-th of a grid of answers, whose rows run from below; the table's run from above, as the drawing."""
    left, right, bottom, top = box
    up, across = (np.linspace(0, size - 1, min(PLACES, size)).round().astype(int) for size in np.shape(answers))
    heights, widths = np.linspace(bottom, top, len(answers)), np.linspace(left, right, len(answers[0]))
    rows = [(_place(heights[row]), *(answers[row][column] for column in across)) for row in up[::-1]]
    return _table(caption, (say("Input 2, by input 1"), *(_place(widths[column]) for column in across)), rows)


def _nearest(value: float, low: float, high: float, places: int) -> int:
    return min(places - 1, max(0, round((value - low) / (high - low) * (places - 1))))


@table_of.register
def _dials(figure: clock.DialsFigure) -> FigureTable:
    rows = [(str(dial.index), dial.shown, dial.read, minutes(dial.apart)) for dial in figure.dials]
    names = (say("Test image"), say("Shows"), say("Read as"), say("Error"))
    return _table(say("The worst read test clocks"), names, rows)


def _quarters() -> Row:
    return say("Least"), say("First quarter"), say("Median"), say("Third quarter"), say("Greatest")


def _span(low: str, high: str) -> str:
    return say("{low} to {high}").format(low=low, high=high)


def _table(caption: str, columns: Row, rows: Sequence[Row], most: int = MOST_ROWS) -> FigureTable:
    return FigureTable(caption, columns, tuple(rows[:most]), max(0, len(rows) - most))


def _percent(value: float) -> str:
    return percent(value) if math.isfinite(value) else MISSING


def _minutes(value: float) -> str:
    return minutes(value) if math.isfinite(value) else MISSING


def _loss(value: float) -> str:
    return localised(f"{value:.3f}") if math.isfinite(value) else MISSING


def _place(value: float) -> str:
    return localised(f"{value:.2f}").replace("-", "−")


def _norm(value: float) -> str:
    return localised(f"{value:.3g}") if math.isfinite(value) else MISSING
