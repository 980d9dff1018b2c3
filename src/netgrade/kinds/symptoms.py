"""Symptoms: what ails a design, from the figures of its trainings. Causes come before what they cause."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from netgrade.language import localised, say
from netgrade.objects.diagnosis import Diagnosis, IdenticalUnits, UnitShares
from netgrade.objects.measurement import Curve, Measurement
from netgrade.objects.plan import CheckedModel
from netgrade.objects.tasks import Symptom

SILENT = 0.25
"""Share of a layer's units that fire for no image, from which the layer is named."""

IDENTICAL = 0.25
"""The same for units that are copies of each other."""

SATURATED = 0.5
"""The same for outputs at the bounds of a sigmoid or tanh."""

OVERFITS = 0.10
"""Train accuracy minus test accuracy from which a training is called overfitted."""

RISE = 0.05
"""How far the validation loss ends above its lowest value, as a share of it, before the report speaks of it."""


Row = TypeVar("Row", UnitShares, IdenticalUnits)


CAUSED_BY: dict[Symptom, frozenset[Symptom]] = {
    "dying_relu": frozenset({"identical_units"}),
    "saturated": frozenset({"identical_units"}),
    "underfits": frozenset({"identical_units", "dying_relu", "saturated"}),
}
"""What explains a symptom where both are found; a training that diverged has no other symptom."""


@dataclass(frozen=True)
class Finding:
    """One symptom: the figures that show it, what to do, and in how many of the trainings it was seen."""

    symptom: Symptom
    why: str
    what: str
    seen: int
    trainings: int


def causes(measured: Measurement, model: CheckedModel) -> list[Finding]:
    """What was found in the trainings of one plan, causes first; a training that diverged has no other symptom."""
    if measured.diverged_at is not None:
        return [_diverges(measured, model)]
    found = [_identical(measured, model), _silent(measured, model), _saturated(measured, model), _overfits(measured)]
    return [finding for finding in found if finding]


def train_accuracy(measured: Measurement) -> float | None:
    """Mean over the trainings."""
    values = [s.train_accuracy for s in measured.seeds if s.train_accuracy is not None]
    return sum(values) / len(values) if values else None


def figures_of(symptom: Symptom, measured: Measurement) -> str:
    """The figure that decides about a symptom, in a sentence, whether it is there or not."""
    looked = measured.diagnoses
    match symptom:
        case "untrained":
            values = [d.untrained_accuracy for d in looked if d.untrained_accuracy is not None]
            known = localised(f"{sum(values) / len(values):.1%}") if values else say("an unknown share")
            told = say(
                "Before its first step the model classified {share} of the validation images correctly; guessing "
                "gives {chance}."
            )
            return told.format(share=known, chance=localised(f"{looked[0].chance:.1%}"))
        case "identical_units":
            most = max((row.share for d in looked for row in d.identical), default=0.0)
            told = say("At most {share} of a layer's units are copies of another; from {least} they are named.")
            return _bounded(told, most, IDENTICAL)
        case "dying_relu":
            most = max((row.final for d in looked for row in d.silent), default=0.0)
            told = say("At most {share} of a layer's ReLU units fire for no image; from {least} they are named.")
            return _bounded(told, most, SILENT)
        case "saturated":
            most = max((row.final for d in looked for row in d.saturated), default=0.0)
            told = say("At most {share} of a layer's outputs lie at a bound; from {least} they are named.")
            return _bounded(told, most, SATURATED)
        case "overfits":
            gap = say("not known") if measured.gap is None else localised(f"{measured.gap:.1%}")
            told = say("The accuracy on training images minus that on test images is {gap}; from {least} it overfits.")
            return told.format(gap=gap, least=localised(f"{OVERFITS:.0%}"))
        case "underfits":
            train = train_accuracy(measured)
            share = say("an unknown share") if train is None else localised(f"{train:.1%}")
            return say("It classifies {share} of its training images right.").format(share=share)
    return say("Every loss was finite.") if symptom == "diverges" else say("Its layers fit on each other.")


def _bounded(told: str, most: float, least: float) -> str:
    return told.format(share=localised(f"{most:.0%}"), least=localised(f"{least:.0%}"))


def layer_name(model: CheckedModel, index: int, kind: str) -> str:
    """The student's name for a layer of the plan, in backticks."""
    return (
        f"`{model.rows[index].name}`"
        if index < len(model.rows)
        else say("layer {number} ({kind})").format(number=index, kind=kind)
    )


def _diverges(measured: Measurement, model: CheckedModel) -> Finding:
    trainings = max(len(measured.curves), 1)
    seen = max(trainings - len(measured.seeds), 1)
    why = say("The loss was no longer a finite number at training step {step}{trainings}.")
    why = why.format(step=measured.diverged_at, trainings=_of(seen, trainings))
    steps = next((d.last_steps for d in measured.diagnoses if len(d.last_steps) > 1), [])
    finite = [(s.step, s.norm) for s in steps if s.norm is not None]
    if len(finite) > 1:
        (first, small), (last, large) = finite[0], finite[-1]
        layers = {i: n for i, n in next(s for s in steps if s.step == last).layers.items() if n is not None}
        largest = max(layers, key=lambda i: layers[i], default=None)
        norms = say("The norm of the gradient was {small} at step {first} and {large} at step {last}.")
        if largest is not None:
            norms = say(
                "The norm of the gradient was {small} at step {first} and {large} at step {last}, most of it in "
                "{layer}."
            )
        why += " " + norms.format(
            small=localised(f"{small:.3g}"), first=first, large=localised(f"{large:.3g}"), last=last,
            layer="" if largest is None else layer_name(model, largest, say("layer")),
        )  # fmt: skip
    what = say("Lower the learning rate, or scale the input to about 0 to 1.")
    return Finding("diverges", why, what, seen, trainings)


def _identical(measured: Measurement, model: CheckedModel) -> Finding | None:
    rows, seen, trainings = _worst(measured, lambda d: d.identical, lambda row: row.share, IDENTICAL)
    if not rows:
        return None
    names = _listed([layer_name(model, row.layer, row.kind) for row, _ in rows])
    shares = _listed([_share_in(model, row, share) for row, share in rows])
    why = say(
        "Units with the same weights as another unit of their layer: {shares}{trainings}. Equal units get equal "
        "gradients, so that they stay equal and work as one."
    ).format(shares=shares, trainings=_of(seen, trainings))
    initializers = sorted({row.initializer for row, _ in rows if row.initializer in ("Zeros", "Ones", "Constant")})
    what = say("Initialise {layers} at random: GlorotUniform, or HeNormal before a ReLU.")
    if initializers:
        what = say("Initialise {layers} at random instead of {given}: GlorotUniform, or HeNormal before a ReLU.")
    what = what.format(layers=names, given=_listed(initializers))
    return Finding("identical_units", why, what, seen, trainings)


def _silent(measured: Measurement, model: CheckedModel) -> Finding | None:
    rows, seen, trainings = _worst(measured, lambda d: d.silent, lambda row: row.final, SILENT)
    if not rows:
        return None
    sample = max((d.sample for d in measured.diagnoses), default=0)
    names = _listed([layer_name(model, row.layer, row.kind) for row, _ in rows])
    shares = _listed([_share_of(model, row, share) for row, share in rows])
    why = say("Units that fire for none of {number} training images: {shares}{trainings}.")
    why = why.format(number=sample, shares=shares, trainings=_of(seen, trainings))
    what = say("Revive {layers}: a lower learning rate, scaled input, He initialisation or LeakyReLU.")
    what = what.format(layers=names)
    return Finding("dying_relu", why, what, seen, trainings)


def _saturated(measured: Measurement, model: CheckedModel) -> Finding | None:
    rows, seen, trainings = _worst(measured, lambda d: d.saturated, lambda row: row.final, SATURATED)
    if not rows:
        return None
    names = _listed([layer_name(model, row.layer, row.kind) for row, _ in rows])
    shares = _listed([_share_in(model, row, share) for row, share in rows])
    why = say(
        "Outputs within 1% of a bound of the activation: {shares}{trainings}. There the gradient is almost zero, and "
        "the layers before learn little."
    ).format(shares=shares, trainings=_of(seen, trainings))
    what = say("Bring {layers} back between its bounds: scale the input, use smaller initial weights, or use ReLU.")
    what = what.format(layers=names)
    return Finding("saturated", why, what, seen, trainings)


def _overfits(measured: Measurement) -> Finding | None:
    pairs = [(s.train_accuracy, s.test_accuracy) for s in measured.seeds]
    gaps = [train - test for train, test in pairs if train is not None and test is not None]
    if not gaps or measured.gap is None or measured.gap < OVERFITS:
        return None
    spread = ""
    if len(gaps) > 1:
        least, most = (localised(f"{edge(gaps):.1%}") for edge in (min, max))
        told = say("({least} to {most} over {number} trainings)")
        spread = " " + told.format(least=least, most=most, number=len(gaps))
    why = say("On training images the accuracy is {gap} higher than on test images{spread}.")
    what = say("Fight overfitting: add Dropout or augmentation, use fewer parameters, or stop earlier.")
    turned = [(best, len(c.val_loss), rise) for c in measured.curves for best, rise in [_turn(c)] if rise > RISE]
    best, last, rise = sorted(turned)[len(turned) // 2] if turned else (0, 0, 0.0)
    if turned:
        why = say(
            "On training images the accuracy is {gap} higher than on test images{spread}, and the validation loss was "
            "lowest after epoch {best} of {last} and ended {rise} above that."
        )
        what = say(
            "Fight overfitting: add Dropout or augmentation, use fewer parameters, or stop after about epoch {best} "
            "(EarlyStopping with restore_best_weights)."
        )
    gap, rose = localised(f"{measured.gap:.1%}"), localised(f"{rise:.0%}")
    why = why.format(gap=gap, spread=spread, best=best, last=last, rise=rose)
    seen = sum(gap >= OVERFITS for gap in gaps)
    return Finding("overfits", why, what.format(best=best), seen, len(gaps))


def _turn(curve: Curve) -> tuple[int, float]:
    """The epoch with the lowest validation loss, from 1, and how far the last one lies above it, as a share of it."""
    values = [(v, epoch) for epoch, v in enumerate(curve.val_loss, start=1) if v is not None]
    if not values:
        return 0, 0.0
    lowest, best = min(values)
    return best, (values[-1][0] - lowest) / lowest if lowest > 0 else 0.0


def _worst(
    measured: Measurement, rows_of: Callable[[Diagnosis], Sequence[Row]], share_of: Callable[[Row], float], least: float
) -> tuple[list[tuple[Row, float]], int, int]:
    """Layers whose mean share reaches `least`, the worst first; trainings in which any layer does; all trainings."""
    whole = {s.seed for s in measured.seeds}
    looked = [list(rows_of(d)) for d in measured.diagnoses if d.seed in whole]
    seen = sum(any(share_of(row) >= least for row in rows) for rows in looked)
    layers = {row.layer: row for rows in looked for row in rows}
    means = [
        (row, sum(share_of(r) for rows in looked for r in rows if r.layer == index) / len(looked))
        for index, row in layers.items()
    ]
    return sorted((m for m in means if m[1] >= least), key=lambda m: -m[1]), seen, len(looked)


def _share_in(model: CheckedModel, row: UnitShares | IdenticalUnits, share: float) -> str:
    told = say("{share} in {layer}")
    return told.format(share=localised(f"{share:.0%}"), layer=layer_name(model, row.layer, row.kind))


def _share_of(model: CheckedModel, row: UnitShares, share: float) -> str:
    told = say("{share}{since} of {layer}")
    name = layer_name(model, row.layer, row.kind)
    return told.format(share=localised(f"{share:.0%}"), since=_since(row), layer=name)


def _since(row: UnitShares) -> str:
    """` (after the first epoch 3%)`, where that tells when it began."""
    begun = row.epochs[0] if row.epochs else row.final
    if abs(begun - row.final) < 0.05:
        return ""
    return " " + say("(after the first epoch {share})").format(share=localised(f"{begun:.0%}"))


def _of(seen: int, trainings: int) -> str:
    if trainings <= 1:
        return ""
    return " " + say("in {seen} of {number} trainings").format(seen=seen, number=trainings)


def _listed(words: Sequence[str], most: int = 4) -> str:
    """`a, b and c`."""
    more = [say("{number} more").format(number=len(words) - most)] if len(words) > most else []
    shown = [*words[:most], *more]
    if len(shown) < 2:
        return "".join(shown)
    return say("{first} and {last}").format(first=", ".join(shown[:-1]), last=shown[-1])
