"""The gradients before a training diverged, from a repetition of its last steps.

A training measures no norms while it goes well, so that it loses no time. One that diverged is repeated, from its start
or from its last checkpoint, and the last steps tell their norms.
"""

import math
from pathlib import Path

import keras
import tensorflow as tf

from netgrade.objects.diagnosis import StepNorms
from netgrade.objects.plan import Plan
from netgrade.train.build import build_loss, build_model
from netgrade.train.callbacks import Callbacks
from netgrade.train.checkpoint import Course, load_checkpoint
from netgrade.train.data import Images
from netgrade.train.engine import environment
from netgrade.train.loop import Loop

NORMED = 20
"""Steps that tell their norms."""

MOST_REPEATED = 2000
"""Steps that are repeated from the start; later divergences are repeated from the last checkpoint."""


def last_steps(plan: Plan, seed: int, classes: int, images: Images, course: Course, folder: Path) -> list[StepNorms]:
    """Loss and norms of the steps before `course` ended; nothing where they cannot be repeated."""
    try:
        return _repeated(plan, seed, classes, images, course, folder)
    except Exception:  # that it diverged is known, and may not be lost for want of a further figure
        return []


def _repeated(plan: Plan, seed: int, classes: int, images: Images, course: Course, folder: Path) -> list[StepNorms]:
    keras.utils.set_random_seed(seed)
    model = build_model(plan)
    loop, callbacks = Loop(model, build_loss(plan, classes), plan, seed), Callbacks(plan, model)
    long = course.steps > MOST_REPEATED
    begun = load_checkpoint(folder, environment().engine, model, callbacks) if long else Course()
    pixels, labels = tf.constant(images.train), tf.constant(images.train_labels)
    done, found = begun.steps, []
    for epoch in range(begun.epochs, course.epochs):
        steps = min(len(loop.steps_of(epoch, len(images.train))), course.steps - done)
        normed = min(steps, max(0, done + steps - (course.steps - NORMED)))
        callbacks.begin_epoch(epoch)
        for place, (loss, norms) in enumerate(loop.run_normed(pixels, labels, epoch, steps, normed)):
            found.append(_norms(done + steps - normed + place + 1, loss, norms, model))
        callbacks.end_epoch(epoch, dict(zip(("loss", "accuracy", "val_loss", "val_accuracy"),
                                            course.rows[epoch][1:5], strict=True)))  # fmt: skip
        done += steps
    return found


def _norms(step: int, loss: float, norms: list[float], model: keras.Model) -> StepNorms:
    """Norms by variable, summed up to layers and to the whole network."""
    squares: dict[int, float] = {}
    for variable, norm in zip(model.trainable_variables, norms, strict=True):
        layer = int(variable.path.split("/")[0].removeprefix("layer_"))
        squares[layer] = squares.get(layer, 0.0) + norm * norm
    by_layer = {layer: _finite(math.sqrt(square)) for layer, square in squares.items()}
    return StepNorms(step=step, loss=_finite(loss), norm=_finite(math.sqrt(sum(squares.values()))), layers=by_layer)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
