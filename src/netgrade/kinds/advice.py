"""Advice: what to improve in a training, and the figures that say so."""

from netgrade.objects.grade import Advice
from netgrade.objects.measurement import Measurement
from netgrade.objects.plan import CheckedModel

OVERFITS = 0.10
"""Train accuracy minus test accuracy from which a training is called overfitted."""

DEAD_SHARE = 0.25
"""Share of units that never fire from which a layer is named."""


def advise(measured: Measurement, model: CheckedModel, most_epochs: int | None, passed: bool) -> list[Advice]:
    """Sentences for the report, the most useful first."""
    if measured.diverged_at is not None:
        return [
            Advice(
                what="Lower the learning rate, or scale the input to about 0 to 1.",
                why=f"The loss was no longer a finite number at training step {measured.diverged_at}.",
            )
        ]
    found = [_overfits(measured), _underfits(measured, passed), _budget(measured, most_epochs, passed)]
    return [a for a in found if a] + _dead_units(measured) + _without_effect(model)


def _overfits(measured: Measurement) -> Advice | None:
    if measured.gap is None or measured.gap < OVERFITS:
        return None
    worst = next((c for c in measured.curves if _rise(c.val_loss) > 0.05), None)
    rising = ", and the validation loss rose again before the end" if worst else ""
    return Advice(
        what="Fight overfitting: add Dropout or augmentation, use fewer parameters, or stop earlier.",
        why=f"On training images the accuracy is {measured.gap:.1%} higher than on test images{rising}.",
    )


def _underfits(measured: Measurement, passed: bool) -> Advice | None:
    train = [s.train_accuracy for s in measured.seeds if s.train_accuracy is not None]
    if passed or not train or measured.accuracy is None or (measured.gap or 0) >= OVERFITS / 2:
        return None
    return Advice(
        what="The network underfits: give it more capacity, a better suited architecture, or a longer training.",
        why=f"It classifies only {sum(train) / len(train):.1%} of its own training images correctly.",
    )


def _budget(measured: Measurement, most_epochs: int | None, passed: bool) -> Advice | None:
    """Epochs left over while the validation accuracy was still rising."""
    ran = max((s.epochs_run for s in measured.seeds), default=0)
    if passed or (most_epochs is not None and ran >= most_epochs):
        return None
    curves = [[v for v in c.val_accuracy if v is not None] for c in measured.curves]
    rising = [c for c in curves if len(c) >= 4 and sum(c[-2:]) / 2 - sum(c[-4:-2]) / 2 > 0.01]
    if len(rising) * 2 <= len(curves):
        return None
    allowed = f" of the {most_epochs} allowed" if most_epochs else ""
    return Advice(
        what="Train longer.",
        why=f"After {ran} epochs{allowed} the validation accuracy was still rising.",
    )


def _dead_units(measured: Measurement) -> list[Advice]:
    return [
        Advice(
            what=f"Revive {layer}: a lower learning rate, He initialisation or LeakyReLU.",
            why=f"{share:.0%} of its units stay at zero for every image that we tried.",
        )
        for layer, share in sorted(measured.dead_units.items(), key=lambda item: -item[1])
        if share >= DEAD_SHARE
    ]


def _without_effect(model: CheckedModel) -> list[Advice]:
    return [Advice(what=f"Remove {row.name}, or connect it.", why=row.note) for row in model.rows if row.note]


def _rise(losses: list[float | None]) -> float:
    """How far the last value lies above the lowest, as a share of the lowest."""
    values = [v for v in losses if v is not None]
    return (values[-1] - min(values)) / min(values) if values and min(values) > 0 else 0.0
