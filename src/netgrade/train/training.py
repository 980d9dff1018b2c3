"""One training from plan to record. The record is written last: its existence means that all of it is complete."""

import csv
import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from netgrade.errors import NetgradeError, StorageError
from netgrade.language import later
from netgrade.objects.base import Status
from netgrade.objects.dataset import Dataset
from netgrade.objects.diagnosis import Diagnosis
from netgrade.objects.plan import Plan
from netgrade.objects.record import Record
from netgrade.phrases import caused, told
from netgrade.store import PART, replacing, save, sha256_file
from netgrade.train.callbacks import Callbacks
from netgrade.train.checkpoint import CHECKPOINT, Course, load_checkpoint, save_checkpoint
from netgrade.train.data import Images, load_images
from netgrade.train.devices import is_sharing
from netgrade.train.diagnosis import Watch, identical_units
from netgrade.train.divergence import last_steps
from netgrade.train.engine import environment
from netgrade.train.facts import infer_test, train_score
from netgrade.train.loop import Epoch, Loop
from netgrade.train.network import forget_network, fresh_network
from netgrade.train.plane import Plane
from netgrade.train.probes import probe
from netgrade.train.progress import Progress, score_text
from netgrade.train.throughput import Others, inference_speed, training_speed
from netgrade.train.weights import keep_weights

PAUSE = 0.5
"""A training is saved after an epoch where that many seconds have gone by: no more than these and an epoch are lost."""

# Of clocks, the error in minutes takes the accuracy's place.
COLUMNS = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds")


def train_plan(
    plan: Plan, seed: int, dataset: Dataset, folder: Path, progress: Progress, looked_at: bool = False
) -> Record:
    """Train `plan`, write the record and the files beside it into `folder`, and return the record.

    The weights are among them where the network is to be `looked_at`.

    Every exception becomes the record's status and cause, so that one plan never stops the others. Only where the disk
    fails there is no record, because the next run has to train this plan again. Raises StorageError or OSError then.
    """
    base = Record(plan=plan.digest, seed=seed, dataset=dataset.name, data_digest=dataset.digest, epochs_run=0, steps=0,
                  encoding=plan.encoding, environment=environment())  # fmt: skip
    try:
        images = load_images(dataset, plan.validation_fraction)
        trained = _trained(plan, seed, images, dataset, folder, progress, looked_at)
        record = base.model_copy(update=trained)
    except (StorageError, OSError):
        raise
    except (MemoryError, tf.errors.ResourceExhaustedError):
        record = base.model_copy(update=_out_of_memory(plan))
    except NetgradeError as error:
        record = base.model_copy(update=_ended(Status.FAULT, error.what, error.remedy))
    except Exception as error:  # whatever Keras raises for one plan is that plan's result
        record = base.model_copy(update=_fault(error))
    if record.status is not Status.OK:
        forget_network()
    save(folder / "record.json", record)
    for leftover in (folder / CHECKPOINT, *folder.glob(f"{PART}*")):
        leftover.unlink(missing_ok=True)
    return record


def _trained(
    plan: Plan, seed: int, images: Images, dataset: Dataset, folder: Path, progress: Progress, looked_at: bool
) -> dict[str, object]:
    """Train and measure; what the record says about it."""
    classes = len(dataset.classes)
    network = fresh_network(plan, seed, dataset.digest or "", classes, images)
    loop, watch, model = network.loop, network.watch, network.loop.model
    callbacks, others, plane = Callbacks(plan, model), Others(), Plane(images, classes, plan.epochs)
    course = _run(loop, callbacks, watch, plane, images, folder, progress)
    _write_curves(folder, course, plan)
    figures: dict[str, object] = {
        "epochs_run": course.epochs,
        "steps": course.steps,
        "span": len(loop.steps_of(0, len(images.train))) if plan.batches else None,
        "parameters": model.count_params(),
        "train_seconds": course.seconds,
        "batch_size": plan.batch_size,
        "others_busy": others.cores(),
        "files": {"curves.csv": sha256_file(folder / "curves.csv")},
    }
    figures |= training_speed(course, loop, len(images.train))
    untrained = None if plan.heads else course.untrained_accuracy
    diagnosis = Diagnosis(seed=seed, chance=1 / classes, untrained_accuracy=untrained,
                          validation_images=len(images.validation), sample=watch.sample)  # fmt: skip
    said = _tested(course, callbacks, loop, images)
    if said is None:
        found = {"last_steps": last_steps(plan, seed, classes, images, course, folder),
                 **watch.told(course.shares, course.shares[-1] if course.shares else [])}  # fmt: skip
        return figures | _diverged(course.steps, course.epochs) | {"diagnosis": diagnosis.model_copy(update=found)}
    plane.look(loop, course.epochs, course.looks, last=True)
    outputs: dict[str, Any] = said | probe(loop, images) | plane.arrays(course.looks)
    with replacing(folder / "outputs.npz") as part:
        np.savez_compressed(part, **outputs)
    if looked_at:
        keep_weights(folder, model)
    figures["files"] = {name: sha256_file(folder / name) for name in ("curves.csv", "outputs.npz")}
    best = callbacks.best_epoch
    if best is None and not model.optimizer.use_ema:  # the weights are those that were measured after the last epoch
        shares, score = course.shares[-1], course.rows[-1][4]
    else:
        shares, score = watch.shares(), loop.evaluate(images.validation, images.validation_labels)[1]
    found = watch.told(course.shares, shares) | {"identical": identical_units(plan, model)}
    kept = {"best_epoch": None if best is None else best + 1, "diagnosis": diagnosis.model_copy(update=found),
            f"train_{_score_name(plan)}": train_score(loop, images.train, images.train_labels),
            f"validation_{_score_name(plan)}": score}  # fmt: skip
    return figures | kept | inference_speed(loop, images.test)


def _tested(course: Course, callbacks: Callbacks, loop: Loop, images: Images) -> dict[str, NDArray[Any]] | None:
    """What is said of the test images, with the weights that are kept; None where the training diverged."""
    if course.diverged_at is not None:
        return None
    callbacks.end()
    said = infer_test(loop, images.test)
    # Where it is not finite, the very last steps broke the weights.
    return said if all(np.isfinite(output).all() for output in said.values()) else None


def _run(
    loop: Loop, callbacks: Callbacks, watch: Watch, plane: Plane, images: Images, folder: Path, progress: Progress
) -> Course:
    """Train epoch after epoch, from the last checkpoint if there is one."""
    engine, model, plan, epochs = environment().engine, loop.model, loop.plan, loop.plan.epochs
    course = load_checkpoint(folder, engine, model, callbacks)
    if course.untrained_accuracy is None:
        course.untrained_accuracy = loop.evaluate(images.validation, images.validation_labels)[1]
    pixels, labels, saved = tf.constant(images.train), tf.constant(images.train_labels), time.monotonic()
    plane.look(loop, 0, course.looks)
    while course.epochs < epochs and not callbacks.stopped:
        number = course.epochs

        left = sum(len(loop.steps_of(later, len(images.train))) for later in range(number, epochs)) * plan.batch_size

        def advance(so_far: Epoch, number: int = number, left: int = left) -> None:
            progress.advance(number + 1, score_text(plan, so_far.score), so_far.images / so_far.seconds,
                             left - so_far.images)  # fmt: skip

        callbacks.begin_epoch(number)
        epoch = loop.run_epoch(pixels, labels, number, advance)
        course.steps, course.images = course.steps + epoch.steps, course.images + epoch.images
        if epoch.diverged:
            course.diverged_at = course.steps
            course.rows.append((number + 1, epoch.loss, epoch.score, math.nan, math.nan, epoch.seconds))
            return course
        val_loss, val_score = loop.evaluate(images.validation, images.validation_labels)
        course.rows.append((number + 1, epoch.loss, epoch.score, val_loss, val_score, epoch.seconds))
        course.shares.append(watch.shares())
        callbacks.end_epoch(number, dict(zip(_columns(plan)[1:5], course.rows[-1][1:5], strict=True)))
        plane.look(loop, course.epochs, course.looks)
        if time.monotonic() - saved > PAUSE:
            save_checkpoint(folder, engine, model, callbacks, course)
            saved = time.monotonic()
    model.optimizer.finalize_variable_values(model.trainable_variables)
    return course


def _score_name(plan: Plan) -> str:
    return "error" if plan.heads else "accuracy"


def _columns(plan: Plan) -> list[str]:
    return [column.replace("accuracy", _score_name(plan)) for column in COLUMNS]


def _write_curves(folder: Path, course: Course, plan: Plan) -> None:
    with replacing(folder / "curves.csv") as part, part.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_columns(plan))
        writer.writerows(course.rows)


def _diverged(step: int, epoch: int) -> dict[str, object]:
    what = told("The loss was not finite from step {step} (epoch {epoch}).", step=step, epoch=epoch)
    remedy = later("Lower the learning rate, scale the images, or check that the output's activation fits the loss.")
    return _ended(Status.FAILED, what, remedy) | {"diverged_at": step}


def _out_of_memory(plan: Plan) -> dict[str, object]:
    where = told("memory")
    if tf.config.list_physical_devices("GPU"):
        where = told("a share of the GPU's memory") if is_sharing() else told("the memory of a whole GPU")
    what = told(
        "The training did not fit into {where} with batches of {size} images.", where=where, size=plan.batch_size
    )
    return _ended(Status.OUT_OF_MEMORY, what, later("Use smaller batches or fewer filters."))


def _fault(error: Exception) -> dict[str, object]:
    sentence = " ".join(str(error).split())[:300]
    what = f"The training could not be carried out: {type(error).__name__}: {sentence}"
    remedy = "A person has to look at it: the plan passed the check, so the grader is at fault."
    return _ended(Status.FAULT, what, remedy)


def _ended(status: Status, what: str, remedy: str) -> dict[str, object]:
    return {"status": status, "cause": caused(what, remedy)}
