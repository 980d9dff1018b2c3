"""Symptoms: what ails a design, from the figures of its trainings. Causes come before what they cause."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

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
            known = f"{sum(values) / len(values):.1%}" if values else "an unknown share"
            return (
                f"Before its first step the model classified {known} of the validation images correctly; "
                f"guessing gives {looked[0].chance:.1%}."
            )
        case "identical_units":
            most = max((row.share for d in looked for row in d.identical), default=0.0)
            return f"At most {most:.0%} of a layer's units are copies of another; from {IDENTICAL:.0%} they are named."
        case "dying_relu":
            most = max((row.final for d in looked for row in d.silent), default=0.0)
            return f"At most {most:.0%} of a layer's ReLU units fire for no image; from {SILENT:.0%} they are named."
        case "saturated":
            most = max((row.final for d in looked for row in d.saturated), default=0.0)
            return f"At most {most:.0%} of a layer's outputs lie at a bound; from {SATURATED:.0%} they are named."
        case "overfits":
            gap = "not known" if measured.gap is None else f"{measured.gap:.1%}"
            return (
                f"The accuracy on training images minus that on test images is {gap}; from {OVERFITS:.0%} it overfits."
            )
        case "underfits":
            train = train_accuracy(measured)
            return (
                f"It classifies {'an unknown share' if train is None else f'{train:.1%}'} of its training images right."
            )
    return "Every loss was finite." if symptom == "diverges" else "Its layers fit on each other."


def layer_name(model: CheckedModel, index: int, kind: str) -> str:
    """The student's name for a layer of the plan, in backticks."""
    return f"`{model.rows[index].name}`" if index < len(model.rows) else f"layer {index} ({kind})"


def _diverges(measured: Measurement, model: CheckedModel) -> Finding:
    trainings = max(len(measured.curves), 1)
    seen = max(trainings - len(measured.seeds), 1)
    why = f"The loss was no longer a finite number at training step {measured.diverged_at}{_of(seen, trainings)}."
    steps = next((d.last_steps for d in measured.diagnoses if len(d.last_steps) > 1), [])
    finite = [(s.step, s.norm) for s in steps if s.norm is not None]
    if len(finite) > 1:
        (first, small), (last, large) = finite[0], finite[-1]
        why += f" The norm of the gradient was {small:.3g} at step {first} and {large:.3g} at step {last}"
        layers = {i: n for i, n in next(s for s in steps if s.step == last).layers.items() if n is not None}
        largest = max(layers, key=lambda i: layers[i], default=None)
        where = f", most of it in {layer_name(model, largest, 'layer')}." if largest is not None else "."
        why += where
    what = "Lower the learning rate, or scale the input to about 0 to 1."
    return Finding("diverges", why, what, seen, trainings)


def _identical(measured: Measurement, model: CheckedModel) -> Finding | None:
    rows, seen, trainings = _worst(measured, lambda d: d.identical, lambda row: row.share, IDENTICAL)
    if not rows:
        return None
    names = _listed([layer_name(model, row.layer, row.kind) for row, _ in rows])
    shares = _listed([f"{share:.0%} in {layer_name(model, row.layer, row.kind)}" for row, share in rows])
    why = (
        f"Units with the same weights as another unit of their layer: {shares}{_of(seen, trainings)}. "
        "Equal units get equal gradients, so that they stay equal and work as one."
    )
    initializers = sorted({row.initializer for row, _ in rows if row.initializer in ("Zeros", "Ones", "Constant")})
    instead = f" instead of {_listed(initializers)}" if initializers else ""
    what = f"Initialise {names} at random{instead}: GlorotUniform, or HeNormal before a ReLU."
    return Finding("identical_units", why, what, seen, trainings)


def _silent(measured: Measurement, model: CheckedModel) -> Finding | None:
    rows, seen, trainings = _worst(measured, lambda d: d.silent, lambda row: row.final, SILENT)
    if not rows:
        return None
    sample = max((d.sample for d in measured.diagnoses), default=0)
    names = _listed([layer_name(model, row.layer, row.kind) for row, _ in rows])
    shares = _listed([f"{share:.0%}{_since(row)} of {layer_name(model, row.layer, row.kind)}" for row, share in rows])
    why = f"Units that fire for none of {sample} training images: {shares}{_of(seen, trainings)}."
    what = f"Revive {names}: a lower learning rate, scaled input, He initialisation or LeakyReLU."
    return Finding("dying_relu", why, what, seen, trainings)


def _saturated(measured: Measurement, model: CheckedModel) -> Finding | None:
    rows, seen, trainings = _worst(measured, lambda d: d.saturated, lambda row: row.final, SATURATED)
    if not rows:
        return None
    names = _listed([layer_name(model, row.layer, row.kind) for row, _ in rows])
    shares = _listed([f"{share:.0%} in {layer_name(model, row.layer, row.kind)}" for row, share in rows])
    why = (
        f"Outputs within 1% of a bound of the activation: {shares}{_of(seen, trainings)}. "
        "There the gradient is almost zero, and the layers before learn little."
    )
    what = f"Bring {names} back between its bounds: scale the input, use smaller initial weights, or use ReLU."
    return Finding("saturated", why, what, seen, trainings)


def _overfits(measured: Measurement) -> Finding | None:
    pairs = [(s.train_accuracy, s.test_accuracy) for s in measured.seeds]
    gaps = [train - test for train, test in pairs if train is not None and test is not None]
    if not gaps or measured.gap is None or measured.gap < OVERFITS:
        return None
    spread = f" ({min(gaps):.1%} to {max(gaps):.1%} over {len(gaps)} trainings)" if len(gaps) > 1 else ""
    why = f"On training images the accuracy is {measured.gap:.1%} higher than on test images{spread}"
    turned = [(best, len(c.val_loss), rise) for c in measured.curves for best, rise in [_turn(c)] if rise > RISE]
    stop = "or stop earlier"
    if turned:
        best, last, rise = sorted(turned)[len(turned) // 2]
        why += f", and the validation loss was lowest after epoch {best} of {last} and ended {rise:.0%} above that"
        stop = f"or stop after about epoch {best} (EarlyStopping with restore_best_weights)"
    what = f"Fight overfitting: add Dropout or augmentation, use fewer parameters, {stop}."
    seen = sum(gap >= OVERFITS for gap in gaps)
    return Finding("overfits", f"{why}.", what, seen, len(gaps))


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


def _since(row: UnitShares) -> str:
    """` (after the first epoch 3%)`, where that tells when it began."""
    begun = row.epochs[0] if row.epochs else row.final
    return f" (after the first epoch {begun:.0%})" if abs(begun - row.final) >= 0.05 else ""


def _of(seen: int, trainings: int) -> str:
    return f" in {seen} of {trainings} trainings" if trainings > 1 else ""


def _listed(words: Sequence[str], most: int = 4) -> str:
    """`a, b and c`."""
    shown = [*words[:most], *([f"{len(words) - most} more"] if len(words) > most else [])]
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
