"""Shapes, parameters and operations of every allowed layer, held against Keras and TensorFlow themselves."""

import json

import keras
import pytest
import tensorflow as tf
from keras import layers as kl

from netgrade.checking.graph import read_graph
from netgrade.checking.layers import LAYERS
from netgrade.objects.layers import ALLOWED_LAYERS

IMAGE = (32, 24, 6)

LAYERS_OF_IMAGES = [
    kl.Flatten(),
    kl.Reshape((16, 48, -1)),
    kl.Permute((3, 1, 2)),
    kl.Dense(7),
    kl.Dense(7, use_bias=False, activation="relu"),
    kl.Conv2D(8, 5),
    kl.Conv2D(8, (3, 2), strides=(2, 1), padding="same", use_bias=False),
    kl.Conv2D(12, 3, dilation_rate=2, groups=3),
    kl.DepthwiseConv2D(3, depth_multiplier=2),
    kl.DepthwiseConv2D(4, strides=3, padding="same", use_bias=False),
    kl.SeparableConv2D(9, 3, depth_multiplier=2),
    kl.SeparableConv2D(9, 4, strides=2, padding="same", use_bias=False),
    kl.Conv2DTranspose(5, 3, strides=2),
    kl.Conv2DTranspose(5, 2, strides=3, padding="same", use_bias=False),
    kl.MaxPooling2D(3),
    kl.MaxPooling2D((2, 3), strides=2, padding="same"),
    kl.AveragePooling2D(2),
    kl.GlobalAveragePooling2D(),
    kl.GlobalAveragePooling2D(keepdims=True),
    kl.GlobalMaxPooling2D(),
    kl.ZeroPadding2D(2),
    kl.ZeroPadding2D(((1, 2), (0, 3))),
    kl.Cropping2D((1, 3)),
    kl.UpSampling2D((2, 3)),
    kl.Activation("tanh"),
    kl.ReLU(max_value=6.0),
    kl.LeakyReLU(),
    kl.ELU(),
    kl.PReLU(),
    kl.PReLU(shared_axes=[1, 2]),
    kl.Softmax(),
    kl.Dropout(0.5),
    kl.SpatialDropout2D(0.2),
    kl.GaussianDropout(0.1),
    kl.GaussianNoise(0.1),
    kl.BatchNormalization(),
    kl.BatchNormalization(center=False, scale=False),
    kl.LayerNormalization(),
    kl.GroupNormalization(groups=3),
    kl.Rescaling(1 / 255, offset=-0.5),
    kl.RandomFlip("horizontal"),
    kl.RandomTranslation(0.1, 0.1),
    kl.RandomRotation(0.1),
    kl.RandomZoom(0.1),
    kl.RandomContrast(0.1),
]
MERGES = [kl.Add(), kl.Subtract(), kl.Multiply(), kl.Average(), kl.Maximum(), kl.Concatenate()]


def described(model: keras.Model) -> dict[str, object]:
    """As a declaration carries it: through JSON."""
    return json.loads(json.dumps({"class_name": type(model).__name__, "config": model.get_config()}))


def by_name(layer: kl.Layer) -> str:
    return layer.name


@pytest.mark.parametrize("layer", LAYERS_OF_IMAGES, ids=by_name)
def test_a_layer_costs_what_keras_says(layer):
    x = keras.Input(IMAGE)
    model = keras.Model(x, layer(x))
    row = read_graph(described(model), IMAGE).rows[-1]

    assert row.output_shape == model.output_shape[1:]
    assert row.parameters == model.count_params()
    assert row.trainable == sum(w.shape.num_elements() for w in model.trainable_weights)


@pytest.mark.parametrize("layer", MERGES, ids=by_name)
def test_a_merge_costs_what_keras_says(layer):
    x = keras.Input(IMAGE)
    model = keras.Model(x, layer([kl.Conv2D(6, 3, padding="same")(x), x]))
    graph = read_graph(described(model), IMAGE)

    assert graph.output_shape == model.output_shape[1:]
    assert graph.parameters == model.count_params()


def test_every_allowed_layer_is_held_against_keras():
    """A new layer cannot be allowed without a line above."""
    tested = {type(layer).__name__ for layer in LAYERS_OF_IMAGES + MERGES} | {"InputLayer"}

    assert tested == ALLOWED_LAYERS == set(LAYERS)


@pytest.mark.parametrize(
    "layer",
    [
        kl.Dense(7),
        kl.Dense(7, use_bias=False),
        kl.Conv2D(8, 5, strides=2),
        kl.Conv2D(8, 3, padding="same", use_bias=False),
        kl.DepthwiseConv2D(3, depth_multiplier=2, use_bias=False),
        kl.SeparableConv2D(9, 3, use_bias=False),
        kl.MaxPooling2D(3),
        kl.AveragePooling2D(2),
    ],
    ids=by_name,
)
def test_operations_are_those_of_tensorflows_profiler(layer):
    x = keras.Input(IMAGE)
    model = keras.Model(x, layer(x))
    row = read_graph(described(model), IMAGE).rows[-1]

    assert row.flops == profiled(model)


def test_the_networks_of_the_lab_have_their_exact_sizes():
    """12,523,266 and 81,834 parameters, as the original lab report counts them."""
    dense = keras.Sequential(
        [keras.Input((32, 32, 3)), kl.Flatten(), kl.Dense(3072, "tanh"), kl.Dense(1000, "tanh"), kl.Dense(10)]
    )
    stack = [keras.Input((32, 32, 3))]
    for filters, kernel, pool in ((32, 5, 2), (64, 4, 3), (120, 2, 2)):
        stack += [kl.Conv2D(filters, kernel, activation="relu"), kl.MaxPooling2D(pool)]
    cnn = keras.Sequential([*stack, kl.Flatten(), kl.Dense(120, activation="relu"), kl.Dense(10)])

    assert read_graph(described(dense), (32, 32, 3)).parameters == 12_523_266
    assert read_graph(described(cnn), (32, 32, 3)).parameters == 81_834


def profiled(model: keras.Model) -> int:
    """Operations of one forward pass of one image, as TensorFlow counts them in its graph."""
    concrete = tf.function(model).get_concrete_function(tf.TensorSpec((1, *IMAGE)))
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    frozen = convert_variables_to_constants_v2(concrete)
    options = tf.compat.v1.profiler.ProfileOptionBuilder.float_operation()
    options["output"] = "none"
    return tf.compat.v1.profiler.profile(frozen.graph, options=options).total_float_ops
