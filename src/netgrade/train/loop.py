"""The training loop: many steps in one call of a TensorFlow function, so that Python costs nothing a step.

Images stay uint8 on the device (a quarter of the memory) and are scaled batch by batch: x = raw * scale + offset.
Where a data set has points (n, d) float32 rather than images, they stand in their place.
Shapes: n images, b of them in a batch, k classes.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from netgrade.objects.declaration import InputTransform
from netgrade.objects.plan import Plan
from netgrade.train.augment import draw_maps
from netgrade.train.build import Loss
from netgrade.train.heads import error_sum

STEPS_PER_CALL = 20
"""Progress is shown between calls."""

VALUES_PER_CALL = 50_000
"""As many steps as read so many input values go into one call at least: small data is trained an epoch a call."""

EVALUATION_BATCH = 250


@dataclass(frozen=True)
class Epoch:
    """What one pass over the training images came to, or the part of it that has been made so far."""

    loss: float  # mean over the images seen; not finite where the training diverged
    score: float  # accuracy; of clocks the mean error in minutes
    images: int
    steps: int
    seconds: float

    @property
    def diverged(self) -> bool:
        """True when the last step's loss was not finite."""
        return not math.isfinite(self.loss)


class Data(NamedTuple):
    """What one epoch trains on, in which order; a tuple, so that TensorFlow functions take it as it is."""

    images: tf.Tensor  # (n, h, w, c) uint8
    labels: tf.Tensor  # (n,) int64
    order: tf.Tensor  # (images in the epoch,) int64
    maps: tf.Tensor | None  # (n, 8), in the order of the images


class Loop:
    """Trains and evaluates one model. The order of the images follows from the seed and the epoch alone."""

    def __init__(self, model: keras.Model, loss: Loss, plan: Plan, seed: int) -> None:
        self.model, self.plan, self.seed = model, plan, seed
        self._loss = loss
        values = plan.batch_size * math.prod(model.input_shape[1:])
        self._steps_per_call = max(STEPS_PER_CALL, VALUES_PER_CALL // values)
        self._train_steps = tf.function(self._many_steps, autograph=False)
        self._outputs = tf.function(self._infer, autograph=False)
        self._evaluated = tf.function(self._evaluate_batch, autograph=False)

    def run_epoch(self, images: tf.Tensor, labels: tf.Tensor, epoch: int, advance: Callable[[Epoch], None]) -> Epoch:
        """Train one pass over `images` (n, h, w, c) uint8 with `labels` (n,); epochs count from 0."""
        data = self._data(images, labels, epoch)
        steps, done = len(self.steps_of(epoch, len(images))), Epoch(0.0, 0.0, 0, 0, 0.0)
        zero = tf.constant(0)
        # No step at all: it compiles before the clock starts.
        self._train_steps(data, zero, zero)
        sums, start = [0.0, 0.0, 0.0], time.perf_counter()
        while done.steps < steps and not done.diverged:
            last = tf.constant(min(done.steps + self._steps_per_call, steps))
            step, *more = self._train_steps(data, tf.constant(done.steps), last)
            sums = [total + float(part) for total, part in zip(sums, more, strict=True)]
            loss, scores, seen = sums
            done = Epoch(loss / seen, scores / seen, int(seen), int(step), time.perf_counter() - start)
            advance(done)
        return done

    def steps_of(self, epoch: int, images: int) -> range:
        """The steps that an epoch makes, counted over the whole training on so many images."""
        if self.plan.batches is None:
            size = math.ceil(images / self.plan.batch_size)
            return range(epoch * size, (epoch + 1) * size)
        size = math.ceil(self.plan.batches / self.plan.epochs)
        return range(epoch * size, min(self.plan.batches, (epoch + 1) * size))

    def run_normed(
        self, images: tf.Tensor, labels: tf.Tensor, epoch: int, steps: int, normed: int
    ) -> list[tuple[float, list[float]]]:
        """Train the first `steps` steps of an epoch; of the last `normed` of them, or up to the first loss that is
        not finite, return the loss and the norm of the gradient of each trainable variable.
        """
        data, found = self._data(images, labels, epoch), []
        first = max(0, steps - normed)
        self._train_steps(data, tf.constant(0), tf.constant(first))
        one_step = tf.function(self._one_normed_step, autograph=False)
        for step in range(first, steps):
            loss, norms = one_step(data, tf.constant(step))
            found.append((float(loss), [float(norm) for norm in norms]))
            if not math.isfinite(found[-1][0]):
                break
        return found

    def scaled(self, images: tf.Tensor) -> tf.Tensor:
        """Raw images (b, h, w, c) uint8 as the model reads them."""
        return scaled(tf.cast(images, tf.float32), self.plan.transform, self.model.input_shape)

    def evaluate(self, images: NDArray[Any], labels: NDArray[np.int64]) -> tuple[float, float]:
        """Mean loss, with penalties, and score of the present weights, in inference mode."""
        evaluated, loss, score = _for_any_number(self._evaluated, images, labels), 0.0, 0.0
        for start in range(0, len(images), EVALUATION_BATCH):
            part = slice(start, start + EVALUATION_BATCH)
            of_batch = evaluated(tf.constant(images[part]), tf.constant(labels[part]))
            loss, score = loss + float(of_batch[0]), score + float(of_batch[1])
        return loss / len(images), score / len(images)

    def outputs(self, images: NDArray[Any]) -> NDArray[np.float32]:
        """The model's only output (n, k) in inference mode."""
        return self.all_outputs(images)[0]

    def all_outputs(self, images: NDArray[Any]) -> list[NDArray[np.float32]]:
        """Each of the model's outputs (n, k) in inference mode."""
        outputs, starts = _for_any_number(self._outputs, images), range(0, len(images), EVALUATION_BATCH)
        parts = (tf.constant(images[start : start + EVALUATION_BATCH]) for start in starts)
        batches = [[output.numpy() for output in keras.tree.flatten(outputs(part))] for part in parts]
        return [np.concatenate(of_head) for of_head in zip(*batches, strict=True)]

    def _data(self, images: tf.Tensor, labels: tf.Tensor, epoch: int) -> Data:
        """The images of one epoch in their order; where batches are counted, passes over the images may go across."""
        random = np.random.default_rng([self.seed, epoch])
        if self.plan.batches is None:
            order = self._order(labels, random)
        else:
            steps, size = self.steps_of(epoch, len(images)), self.plan.batch_size
            first, last = steps.start * size, steps.stop * size
            passes = range(first // len(images), (last - 1) // len(images) + 1)
            whole = [self._order(labels, np.random.default_rng([self.seed, number])) for number in passes]
            start = first - passes.start * len(images)
            order = np.concatenate(whole)[start : start + last - first]
        return Data(images, labels, tf.constant(order), self._maps(images, random))

    def _order(self, labels: tf.Tensor, random: np.random.Generator) -> NDArray[np.int64]:
        """In which order an epoch goes over the images, (n,)."""
        if self.plan.order == "shuffled":
            return random.permutation(len(labels))
        if self.plan.order == "by_class":
            return np.argsort(labels.numpy(), kind="stable")
        return np.arange(len(labels))

    def _maps(self, images: tf.Tensor, random: np.random.Generator) -> tf.Tensor | None:
        if not any(self.plan.augmentation.values()):
            return None
        return tf.constant(draw_maps(len(images), tuple(images.shape[1:3]), self.plan.augmentation, random))

    def _many_steps(self, data: Data, first: tf.Tensor, last: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """Steps `first` to `last`, or up to the first loss that is not finite.

        Returns the step reached and, over the steps made, the sums of losses, of scores and of images.
        """
        size = self.plan.batch_size

        def one_step(step: tf.Tensor, loss_sum: tf.Tensor, scores: tf.Tensor, seen: tf.Tensor) -> list[tf.Tensor]:
            batch = data.order[step * size : (step + 1) * size]  # (b,)
            loss, right, _ = self._step(self._inputs(data, batch), tf.gather(data.labels, batch))
            count = tf.cast(tf.shape(batch)[0], tf.float32)
            return [step + 1, loss_sum + loss * count, scores + right, seen + count]

        def goes_on(step: tf.Tensor, loss_sum: tf.Tensor, *_: tf.Tensor) -> tf.Tensor:
            return (step < last) & tf.math.is_finite(loss_sum)

        return tuple(tf.while_loop(goes_on, one_step, [first, 0.0, 0.0, 0.0], parallel_iterations=1))

    def _inputs(self, data: Data, batch: tf.Tensor) -> tf.Tensor:
        """The images of `batch` (b,), augmented and scaled, as the model reads them."""
        pixels = tf.cast(tf.gather(data.images, batch), tf.float32)
        if data.maps is not None:
            pixels = keras.ops.image.affine_transform(pixels, tf.gather(data.maps, batch), fill_mode="nearest")
        return scaled(pixels, self.plan.transform, self.model.input_shape)

    def _step(self, x: tf.Tensor, y: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, list[tf.Tensor]]:
        """One update of the weights; the loss before it, the sum of scores, and the gradients."""
        with tf.GradientTape() as tape:
            outputs = self.model(x, training=True)
            loss = tf.reduce_mean(self._loss(y, outputs)) + sum(self.model.losses)
        weights = self.model.trainable_variables
        gradients = tape.gradient(loss, [w.value for w in weights])
        if weights:  # a network without any, such as Flatten and Softmax, is poor but no error
            self.model.optimizer.apply(gradients, weights)
        return loss, self._score(y, outputs), gradients

    def _one_normed_step(self, data: Data, step: tf.Tensor) -> tuple[tf.Tensor, list[tf.Tensor]]:
        batch = data.order[step * self.plan.batch_size : (step + 1) * self.plan.batch_size]  # (b,)
        loss, _, gradients = self._step(self._inputs(data, batch), tf.gather(data.labels, batch))
        # In double precision: squares of gradients that are still finite would overflow.
        return loss, [tf.zeros(()) if g is None else tf.norm(tf.cast(g, tf.float64)) for g in gradients]

    def _evaluate_batch(self, images: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        outputs = self._infer(images)
        loss = tf.reduce_sum(self._loss(labels, outputs))
        penalties = sum(self.model.losses) * tf.cast(tf.shape(labels)[0], tf.float32)
        return loss + penalties, self._score(labels, outputs)

    def _score(self, labels: tf.Tensor, outputs: Any) -> tf.Tensor:
        """How many outputs (b, k) are right, or of clocks the sum of errors in minutes."""
        return error_sum(self.plan, labels, outputs) if self.plan.heads else _right(labels, outputs)

    def _infer(self, images: tf.Tensor) -> tf.Tensor:
        return self.model(self.scaled(images), training=False)


def scaled(pixels: tf.Tensor, transform: InputTransform, shape: tuple[int | None, ...]) -> tf.Tensor:
    """Apply `raw * scale + offset` for each channel to (b, ..., c), in the shape in which the model reads images."""
    x = pixels * tf.constant(transform.scale, tf.float32) + tf.constant(transform.offset, tf.float32)
    return tf.reshape(x, (-1, *shape[1:]))


def _for_any_number(function: Any, *arrays: NDArray[Any]) -> Any:
    """The TensorFlow `function` for arrays like these of any length: traced once, and looked up once for many calls."""
    return function.get_concrete_function(*(tf.TensorSpec((None, *a.shape[1:]), a.dtype) for a in arrays))


def _right(labels: tf.Tensor, outputs: tf.Tensor) -> tf.Tensor:
    return tf.reduce_sum(tf.cast(tf.argmax(outputs, axis=-1) == labels, tf.float32))
