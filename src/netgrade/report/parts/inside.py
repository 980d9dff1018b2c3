"""What was seen inside a model while it was trained, and how fast that went, as a section shows it."""

import math
from collections.abc import Sequence

from netgrade.language import localised, say
from netgrade.objects.diagnosis import Diagnosis, StepNorms, UnitShares
from netgrade.objects.measurement import Measurement, Speed
from netgrade.objects.plan import CheckedModel
from netgrade.report.figures import NormsFigure, UnitsFigure, Values
from netgrade.report.text import MISSING, count, line, percent, plural
from netgrade.report.view.inside import Inside, SpeedLine, StepLine

MOST_LAYERS, MOST_STEPS = 10, 6

SHOWN = 0.005
"""Share from which a layer is listed; below it rounds to nothing."""


def inside(model: CheckedModel | None, measured: Measurement) -> Inside | None:
    """All of it, or None where the trainings were not looked at from inside."""
    looked = measured.diagnoses
    if not looked:
        return None
    rows = _rows(model, looked)
    steps = next((d.last_steps for d in looked if d.last_steps), [])
    return Inside(
        sentence=_sentence(looked, rows),
        units=_units_figure(rows),
        units_caption=plural(
            max(d.sample for d in looked),
            "Share of each layer that takes no part, by epoch, on {number} training image (means over trainings): the "
            "stronger the colour, the more. At the right, the weights that were kept.",
            "Share of each layer that takes no part, by epoch, on {number} training images (means over trainings): the "
            "stronger the colour, the more. At the right, the weights that were kept.",
        ),
        norms=_norms_figure(model, steps),
        steps=tuple(_step(model, step) for step in steps[-MOST_STEPS:]),
    )


def speed_lines(speeds: Sequence[Speed]) -> tuple[SpeedLine, ...]:
    """One line a training."""
    return tuple(
        SpeedLine(
            seed=str(s.seed), training=count(s.examples_per_second), batch=count(s.batch_size or None),
            epochs=count(s.timed_epochs or None), inference=count(s.inferences_per_second),
            inference_batch=count(s.inference_batch or None), others=_others(s.others_busy), device=line(s.device, 60),
        )
        for s in speeds
    )  # fmt: skip


def _others(cores: float | None) -> str:
    if cores is None:
        return MISSING
    if cores < 0.05:
        return say("none")
    return say("{number} cores").format(number=localised(f"{cores:.1f}"))


Row = tuple[str, str, Values, float]
"""Name of the layer, what is counted, its share by epoch, and its share at the end."""


def _rows(model: CheckedModel | None, looked: Sequence[Diagnosis]) -> list[Row]:
    """The layers with any share worth showing, in the order of the network; the largest where there are too many."""
    found = [
        (index, what, [by_layer[index] for by_layer in layers if index in by_layer])
        for what, layers in (
            (say("silent units"), [{row.layer: row for row in d.silent} for d in looked]),
            (say("outputs at a bound"), [{row.layer: row for row in d.saturated} for d in looked]),
        )
        for index in sorted({i for by_layer in layers for i in by_layer})
    ]
    means = [(index, (_name(model, index), what, _mean_curve(same), _mean_final(same))) for index, what, same in found]
    worth = [item for item in means if max(item[1][3], *item[1][2]) >= SHOWN]
    largest = sorted(worth, key=lambda item: -item[1][3])[:MOST_LAYERS]
    return [row for _, row in sorted(largest, key=lambda item: item[0])]


def _mean_curve(same: Sequence[UnitShares]) -> Values:
    longest = max(len(row.epochs) for row in same)
    columns = ([row.epochs[at] for row in same if at < len(row.epochs)] for at in range(longest))
    return tuple(sum(column) / len(column) for column in columns)


def _mean_final(same: Sequence[UnitShares]) -> float:
    return sum(row.final for row in same) / len(same)


def _sentence(looked: Sequence[Diagnosis], rows: Sequence[Row]) -> str:
    known = [d.untrained_accuracy for d in looked if d.untrained_accuracy is not None]
    said = []
    if known:
        before, chance = percent(sum(known) / len(known)), percent(looked[0].chance)
        told = say(
            "Before its first step the model classified {before} of the validation images; guessing gives {chance}."
        )
        said.append(told.format(before=before, chance=chance))
    if not rows and any(d.silent for d in looked):
        said.append(say("Every unit of its ReLU layers fires for some image."))
    if not rows and any(d.saturated for d in looked):
        said.append(say("No outputs of its sigmoid and tanh layers stay at a bound."))
    return " ".join(said)


def _units_figure(rows: Sequence[Row]) -> UnitsFigure | None:
    if not rows:
        return None
    ends = "; ".join(f"{name} {what} {percent(final)}" for name, what, _, final in rows)
    alt = say("Heat map of the shares by layer and epoch. At the end: {ends}.").format(ends=ends)
    names = tuple(f"{line(name, 24)}: {what}" for name, what, _, _ in rows)
    return UnitsFigure(alt, names, tuple(values for _, _, values, _ in rows), tuple(row[3] for row in rows))


def _norms_figure(model: CheckedModel | None, steps: Sequence[StepNorms]) -> NormsFigure | None:
    finite = [step for step in steps if step.norm is not None]
    if len(finite) < 2:
        return None
    layers = sorted({index for step in steps for index in step.layers})
    largest = sorted(layers, key=lambda i: -(finite[-1].layers.get(i) or 0.0))[:4]
    told = (
        say(
            "Norm of the gradient over the last {number} steps: {first} at step {from}, {last} at step {to}; at step "
            "{end} the loss was not finite."
        )
        if steps[-1].loss is None
        else say(
            "Norm of the gradient over the last {number} steps: {first} at step {from}, {last} at step {to}; at step "
            "{end} the loss was finite."
        )
    )
    ends = {"from": finite[0].step, "to": finite[-1].step, "end": steps[-1].step}
    norms = {"first": localised(f"{finite[0].norm:.3g}"), "last": localised(f"{finite[-1].norm:.3g}")}
    alt = told.format(number=len(steps), **norms, **ends)
    return NormsFigure(
        alt, tuple(step.step for step in steps), tuple(_gap(step.norm) for step in steps),
        tuple((line(_name(model, i), 24), tuple(_gap(step.layers.get(i)) for step in steps)) for i in sorted(largest)),
    )  # fmt: skip


def _gap(value: float | None) -> float:
    return math.nan if value is None else value


def _step(model: CheckedModel | None, step: StepNorms) -> StepLine:
    finite = {index: norm for index, norm in step.layers.items() if norm is not None}
    largest = max(finite, key=lambda i: finite[i], default=None)
    norm = "" if largest is None else localised(f"{finite[largest]:.3g}")
    shown = MISSING if largest is None else f"{_name(model, largest)} ({norm})"
    return StepLine(str(step.step), _number(step.loss), _number(step.norm), line(shown, 60))


def _number(value: float | None) -> str:
    return say("not finite") if value is None else localised(f"{value:.4g}")


def _name(model: CheckedModel | None, index: int) -> str:
    return (
        line(model.rows[index].name, 40)
        if model and index < len(model.rows)
        else say("layer {number}").format(number=index)
    )
