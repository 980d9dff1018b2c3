"""Reference for the fast transfer: a feed-forward network for each style (Johnson, Alahi and Fei-Fei, 2016).

It is trained when a style is first asked for, on pieces of the training images; after that an image takes one pass.
"""

import keras
import numpy as np
import tensorflow as tf
from features import Features, content_loss, gram, roughness, style_loss
from keras import layers

SIZE, BATCH, STEPS = 64, 4, 150
STYLE, SMOOTH = 12.0, 0.05

_networks = {}


def stylize_fast(content, style):
    """The content image `(h, w, 3)` in the style of the other; values from 0 to 1."""
    key = style.tobytes()
    if key not in _networks:
        _networks[key] = _trained(style)
    return np.array(_networks[key](content[None]))[0]


def _network():
    """Down by half, two residual blocks, up again.

    Each image is normalised by itself (Ulyanov et al., 2016), so that a second pass adds nothing to the contrast.
    """
    keras.utils.set_random_seed(11)
    image = keras.Input((None, None, 3))
    x = _convolution(image * 2 - 1, 16, size=5)
    x = near = _convolution(x, 16)
    x = _convolution(x, 32, strides=2)
    for _ in range(2):
        x = x + _convolution(_convolution(x, 32), 32, activation="linear")
    x = _convolution(layers.UpSampling2D()(x), 16)
    # The finest edges need not pass through half the size.
    x = _convolution(layers.Concatenate()([x, near]), 16)
    return keras.Model(image, layers.Conv2D(3, 5, padding="same", activation="sigmoid")(x))


def _convolution(x, filters, size=3, strides=1, activation="relu"):
    x = layers.Conv2D(filters, size, strides=strides, padding="same", use_bias=False)(x)
    return layers.Activation(activation)(layers.GroupNormalization(groups=-1)(x))


def _pieces():
    """Training images of the course, enlarged to twice their size, in an order of their own."""
    (images, _), _ = keras.datasets.cifar10.load_data()
    chosen = np.random.default_rng(5).choice(len(images), 512, replace=False)
    return tf.image.resize(images[np.sort(chosen)].astype("float32") / 255, (SIZE, SIZE))


def _trained(style):
    features, network, pieces = Features(), _network(), _pieces()
    grams = [gram(found) for found in features(style[None])]
    adam = keras.optimizers.Adam(4e-3)
    adam.build(network.trainable_variables)

    @tf.function
    def step(images):
        wanted = features(images)
        with tf.GradientTape() as tape:
            made = network(images, training=True)
            found = features(made)
            loss = content_loss(found, wanted) + STYLE * style_loss(found, grams) + SMOOTH * roughness(made)
        adam.apply(tape.gradient(loss, network.trainable_variables), network.trainable_variables)
        return loss

    for number in range(STEPS):
        start = number * BATCH % len(pieces)
        loss = step(pieces[start : start + BATCH])
    print(f"fast: trained, last loss {float(loss):.3f}")
    return network
