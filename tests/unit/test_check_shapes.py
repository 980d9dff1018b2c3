"""Layers that do not fit: the message names the layer and both shapes, and says what to insert."""

from contextlib import nullcontext

import pytest

from netgrade.checking.graph import read_graph
from netgrade.checking.refusals import explained
from netgrade.checking.rules import check_input, check_output
from netgrade.errors import ShapeError
from netgrade.objects.base import Cause

IMAGE = (28, 28, 1)


def sequential(*layers):
    made = [{"class_name": "InputLayer", "config": {"batch_shape": [None, *IMAGE], "name": "input"}}]
    made += [{"class_name": kind, "config": {"name": kind.lower()} | config} for kind, config in layers]
    return {"class_name": "Sequential", "config": {"layers": made}}


def refused(*layers):
    with pytest.raises(ShapeError) as raised:
        graph = read_graph(sequential(*layers), IMAGE)
        check_input(graph, IMAGE)
        check_output(graph, 10)
    return raised.value


@pytest.mark.parametrize(
    ("reads", "images", "fits"),
    [
        ((28, 28), (28, 28, 1), True),  # as Keras's loaders give grey images
        ((28, 28, 1), (28, 28, 1), True),
        ((784,), (28, 28, 1), True),
        ((28,), (28, 28, 1), False),
        ((32, 32), (32, 32, 3), False),
        ((2,), (2,), True),
    ],
)
def test_images_are_read_whole_flat_or_grey_without_a_channel(reads, images, fits):
    layers = [{"class_name": "InputLayer", "config": {"batch_shape": [None, *reads], "name": "input"}}]
    layers += [{"class_name": "Flatten", "config": {"name": "flatten"}}]
    graph = read_graph({"class_name": "Sequential", "config": {"layers": layers}}, images)

    with nullcontext() if fits else pytest.raises(ShapeError, match="the images have shape"):
        check_input(graph, images)


def test_a_softmax_over_images_is_told_to_flatten_first():
    """Input (28, 28, 1) against a softmax over 10 classes."""
    error = refused(("Softmax", {}))

    assert "(28, 28, 1)" in error.what and "`softmax`" in error.what and "(10,)" in error.what
    assert "Insert Flatten() before `softmax`: it makes (784,) of (28, 28, 1)" in error.remedy
    assert "Dense(10, activation='softmax')" in error.remedy


def test_a_dense_layer_over_images_is_told_to_flatten_first():
    """Dense reads the last dimension alone, and 28 x 28 of them stay."""
    error = refused(("Dense", {"units": 10, "activation": "softmax"}))

    assert "(28, 28, 10)" in error.what and "expected (10,)" in error.what
    assert error.remedy == "Insert Flatten() before `dense`: it makes (784,) of (28, 28, 1)."


def test_the_wrong_number_of_classes_needs_no_flatten():
    error = refused(("Flatten", {}), ("Dense", {"units": 9}))

    assert "(9,)" in error.what and error.remedy == "End with Dense(10, activation='softmax')."


def test_convolutions_without_a_flatten():
    error = refused(("Conv2D", {"filters": 10, "kernel_size": [3, 3]}))

    assert "(26, 26, 10)" in error.what and "Insert Flatten() after `conv2d`, which gives (6760,)" in error.remedy


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ([("Flatten", {}), ("Conv2D", {"filters": 8, "kernel_size": [3, 3]})], ("`conv2d` (after `flatten`)", "784")),
        ([("Reshape", {"target_shape": [28, 29]})], ("`reshape` (after `input`)", "(28, 28, 1)", "(28, 29)")),
        ([("MaxPooling2D", {"pool_size": [29, 29]})], ("`maxpooling2d`", "29 x 29", "28 x 28")),
    ],
)  # fmt: skip
def test_a_layer_that_cannot_follow_another_is_named_with_both_shapes(layers, said):
    error = refused(*layers)

    assert all(word in error.what for word in said) and error.remedy


KERAS = [
    (lambda k: [k.layers.Flatten(), k.layers.Conv2D(8, 3, name="late")], ("`late`", "(None, 784)", "4 dimensions")),
    (lambda k: [k.layers.Reshape((28, 29))], ("(28, 28, 1)", "(28, 29)")),
    (lambda k: [k.layers.Conv2D(8, 30)], ("(30, 30, 1, 8)", "(None, 28, 28, 1)")),
    (lambda k: [k.layers.MaxPooling2D(30)], ("[30 30]", "[None 28 28 1]")),
]


@pytest.mark.parametrize(("layers", "said"), KERAS)
def test_what_keras_refuses_is_told_with_layer_and_shapes(layers, said):
    """The real message of the installed Keras, as the sandbox passes it on."""
    keras = pytest.importorskip("keras")
    with pytest.raises(ValueError) as raised:
        keras.Sequential([keras.Input(IMAGE), *layers(keras)])
    text = " ".join(str(raised.value).split())[:400]

    cause = explained(Cause(what=f"model.py, line 3: ValueError: {text}"))

    assert cause and cause.what.startswith("model.py, line 3: ") and cause.remedy
    assert all(word in cause.what for word in said)


def test_any_other_error_keeps_its_words():
    assert explained(Cause(what="model.py, line 3: NameError: name 'x' is not defined")) is None
    assert explained(None) is None
