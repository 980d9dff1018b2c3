"""Advice: what to improve in a training, and the figures that say so."""

from netgrade.kinds.symptoms import OVERFITS, causes, train_accuracy
from netgrade.language import localised, say
from netgrade.objects.grade import Advice
from netgrade.objects.measurement import Measurement
from netgrade.objects.plan import CheckedModel

LEARNED = 2.0
"""Times the accuracy of guessing, up to which a training is said to have learned nothing."""


def advise(measured: Measurement, model: CheckedModel, most_epochs: int | None, passed: bool) -> list[Advice]:
    """Sentences for the report, the most useful first."""
    found = [Advice(what=finding.what, why=finding.why) for finding in causes(measured, model)]
    if measured.diverged_at is not None:
        return found
    further = [_underfits(measured, passed), _budget(measured, most_epochs, passed)]
    return found + [a for a in further if a] + _without_effect(model)


def _underfits(measured: Measurement, passed: bool) -> Advice | None:
    train = train_accuracy(measured)
    if passed or train is None or measured.accuracy is None or (measured.gap or 0) >= OVERFITS / 2:
        return None
    chance = max((d.chance for d in measured.diagnoses), default=0.0)
    why = say("It classifies only {share} of its own training images correctly.")
    if chance and train < LEARNED * chance:
        why = say(
            "It classifies only {share} of its own training images correctly; guessing gives {chance}, so that it "
            "learned next to nothing."
        )
    what = say("The network underfits: give it more capacity, a better suited architecture, or a longer training.")
    share, guessing = localised(f"{train:.1%}"), localised(f"{chance:.1%}")
    return Advice(what=what, why=why.format(share=share, chance=guessing))


def _budget(measured: Measurement, most_epochs: int | None, passed: bool) -> Advice | None:
    """Epochs left over while the validation accuracy was still rising."""
    ran = max((s.epochs_run for s in measured.seeds), default=0)
    if passed or (most_epochs is not None and ran >= most_epochs):
        return None
    curves = [[v for v in c.val_accuracy if v is not None] for c in measured.curves]
    rising = [c for c in curves if len(c) >= 4 and sum(c[-2:]) / 2 - sum(c[-4:-2]) / 2 > 0.01]
    if len(rising) * 2 <= len(curves):
        return None
    why = say("After {epochs} epochs the validation accuracy was still rising.")
    if most_epochs:
        why = say("After {epochs} epochs of the {most} allowed the validation accuracy was still rising.")
    return Advice(what=say("Train longer."), why=why.format(epochs=ran, most=most_epochs))


def _without_effect(model: CheckedModel) -> list[Advice]:
    return [
        Advice(what=say("Remove {layer}, or connect it.").format(layer=row.name), why=row.note)
        for row in model.rows
        if row.note
    ]
