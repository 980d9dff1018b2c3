"""The trainer against plain Keras: the same weights where that can be, the same accuracy where it is chance."""

from collections.abc import Callable

import numpy as np
import pytest
from train_case import CLASSES, convolutional, dense, make_dataset, regularised

from netgrade.objects.declaration import InputTransform
from netgrade.objects.plan import Optimizer, Plan
from netgrade.train.engine import prepare_engine

prepare_engine()

import keras  # noqa: E402 - the engine's settings hold only before the import
import tensorflow as tf  # noqa: E402

from netgrade.train.build import build_loss, build_model, build_optimizer  # noqa: E402
from netgrade.train.data import Images, load_images  # noqa: E402
from netgrade.train.facts import as_float16  # noqa: E402
from netgrade.train.loop import Loop  # noqa: E402


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Images:
    return load_images(make_dataset(tmp_path_factory.mktemp("data"), images=1000), 0.2)


def fresh(plan: Plan, seed: int) -> Loop:
    keras.utils.set_random_seed(seed)
    return Loop(build_model(plan), build_loss(plan, CLASSES), plan, seed)


def fitted(plan: Plan, seed: int, x: np.ndarray, y: np.ndarray, **how: object) -> keras.Model:
    """The same model, compiled and fitted as a notebook does it."""
    keras.utils.set_random_seed(seed)
    model = build_model(plan)
    model.compile(build_optimizer(plan.optimizer), plan.loss, metrics=["accuracy"])
    model.fit(x, keras.utils.to_categorical(y, CLASSES), batch_size=plan.batch_size, verbose=0, **how)
    return model


@pytest.mark.parametrize("make", [dense, convolutional])
def test_one_epoch_gives_the_weights_of_fit(make: Callable[[], Plan], images: Images) -> None:
    """From the same weights and in the same order, one epoch ends at the weights where `fit` ends."""
    plan = make()
    loop = fresh(plan, 4)
    order = np.random.default_rng([4, 0]).permutation(len(images.train))
    loop.run_epoch(tf.constant(images.train), tf.constant(images.train_labels), 0, lambda _: None)

    model = fitted(plan, 4, images.train[order] / 255.0, images.train_labels[order], epochs=1, shuffle=False)

    for ours, theirs in zip(loop.model.get_weights(), model.get_weights(), strict=True):
        assert np.allclose(theirs, ours, atol=1e-5)


@pytest.mark.parametrize("make", [dense, convolutional, regularised])
def test_accuracy_is_that_of_fit(make: Callable[[], Plan], images: Images) -> None:
    """Over three seeds the validation accuracy differs from plain `fit`'s by chance alone."""
    plan, ours, theirs = make(), [], []
    for seed in (1, 2, 3):
        loop = fresh(plan, seed)
        for epoch in range(4):
            loop.run_epoch(tf.constant(images.train), tf.constant(images.train_labels), epoch, lambda _: None)
        ours.append(loop.evaluate(images.validation, images.validation_labels)[1])
        model = fitted(plan, seed + 10, images.train / 255.0, images.train_labels, epochs=4)
        guessed = model.predict(images.validation / 255.0, verbose=0).argmax(axis=1)
        theirs.append(float((guessed == images.validation_labels).mean()))

    # The noise of the seeds as seen, and of 200 validation images.
    error = np.sqrt((np.var(ours, ddof=1) + np.var(theirs, ddof=1)) / 3 + 2 * 0.25 / (3 * 200))
    assert min(ours) > 0.4
    assert abs(np.mean(ours) - np.mean(theirs)) < 4 * error


def test_evaluation_is_that_of_keras(images: Images) -> None:
    """Loss, penalties included, and accuracy equal those of Keras's `evaluate`."""
    plan = dense()
    loop = fresh(plan, 1)
    loop.model.compile(loop.model.optimizer, plan.loss, metrics=["accuracy"])
    y = keras.utils.to_categorical(images.validation_labels, CLASSES)

    expected = loop.model.evaluate(images.validation / 255.0, y, verbose=0)

    assert expected == pytest.approx(loop.evaluate(images.validation, images.validation_labels), rel=1e-5)


def test_channels_are_scaled_one_by_one_and_flattened(images: Images) -> None:
    """A model of flat images gets (b, 192), each channel with its own scale and offset."""
    flat = dense().layers[0].model_copy(update={"arguments": {"shape": [192]}})
    rest = tuple(layer for layer in dense().layers[2:])
    rest = tuple(layer.model_copy(update={"inputs": (i,)}) for i, layer in enumerate(rest))
    transform = InputTransform(scale=[1 / 255, 2 / 255, 3 / 255], offset=[0.0, -1.0, -2.0])
    plan = dense(layers=(flat, *rest), output=2, transform=transform)
    loop = fresh(plan, 1)

    x = images.test[:5] * np.array(transform.scale) + np.array(transform.offset)

    assert np.allclose(loop.model.predict(x.reshape(5, 192), verbose=0), loop.outputs(images.test[:5]), atol=1e-5)


@pytest.mark.parametrize("loss", ["categorical_crossentropy", "sparse_categorical_crossentropy"])
def test_sparse_and_one_hot_losses_agree(loss: str) -> None:
    """Both forms of cross-entropy take integer labels here and come to the same."""
    outputs = tf.constant([[0.7, 0.1, 0.1, 0.1], [0.2, 0.5, 0.2, 0.1]])

    losses = build_loss(dense(loss=loss), CLASSES)(tf.constant([0, 2], tf.int64), outputs)

    assert np.allclose([-np.log(0.7), -np.log(0.2)], losses, atol=1e-5)


def test_decay_is_that_of_keras_2() -> None:
    """With `decay`, the rate at step t is rate / (1 + decay t)."""
    optimizer = build_optimizer(Optimizer(kind="SGD", arguments={"learning_rate": 0.1}, decay=0.5))
    optimizer.iterations.assign(4)

    assert pytest.approx(0.1 / 3) == float(optimizer.learning_rate)


def test_students_seeds_do_not_count() -> None:
    """A seed fixed in an initializer does not fix the weights: the grader's seed does."""
    fixed = dense().layers[2].arguments | {
        "kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": 42}}
    }
    layers = list(dense().layers)
    layers[2] = layers[2].model_copy(update={"arguments": fixed})
    first, second = (fresh(dense(layers=tuple(layers)), seed).model.get_weights()[0] for seed in (1, 2))

    assert not np.allclose(first, second)


def test_half_precision_keeps_the_largest() -> None:
    """Rounding to float16 makes ties; the class that was largest stays the largest."""
    probabilities = np.array([[0.99990, 0.99995], [0.3, 0.7]], np.float32)

    assert as_float16(probabilities).argmax(axis=1).tolist() == [1, 1]
