"""What both references compare images by: fixed random convolutions, which no training and no download needs.

That such features carry style was shown by Ustyuzhaninov et al. (2017), “What does it take to generate natural
textures?”. The grader measures with another network.
"""

import keras
import tensorflow as tf

LEVELS = 3


def _convolution(level: int) -> keras.layers.Layer:
    return keras.layers.Conv2D(
        48, 5 if level == 0 else 3, padding="same", activation="relu", trainable=False,
        kernel_initializer=keras.initializers.Orthogonal(gain=1.6, seed=7 + level),
    )  # fmt: skip


class Features:
    """Random convolutions at three scales."""

    def __init__(self) -> None:
        self.layers = [_convolution(level) for level in range(LEVELS)]

    def __call__(self, images: tf.Tensor) -> list[tf.Tensor]:
        """From images `(b, h, w, 3)` in 0 to 1 to features `(b, h / 2**i, w / 2**i, 48)`."""
        values, found = images * 2 - 1, []
        for level, layer in enumerate(self.layers):
            values = layer(tf.nn.avg_pool2d(values, 2, 2, "VALID") if level else values)
            found.append(values)
        return found


def gram(features: tf.Tensor) -> tf.Tensor:
    """Gram matrices `(b, k, k)`, as means over all places."""
    places = tf.cast(tf.shape(features)[1] * tf.shape(features)[2], tf.float32)
    return tf.einsum("bijk,bijl->bkl", features, features) / places


def content_loss(features: list[tf.Tensor], wanted: list[tf.Tensor]) -> tf.Tensor:
    """Relative squared distance at the second scale."""
    return tf.reduce_sum((features[1] - wanted[1]) ** 2) / tf.reduce_sum(wanted[1] ** 2)


def style_loss(features: list[tf.Tensor], grams: list[tf.Tensor]) -> tf.Tensor:
    """Mean relative squared distance of the Gram matrices."""
    parts = [
        tf.reduce_mean(tf.reduce_sum((gram(found) - wanted) ** 2, (1, 2))) / tf.reduce_sum(wanted**2)
        for found, wanted in zip(features, grams, strict=True)
    ]
    return tf.add_n(parts) / len(parts)


def roughness(images: tf.Tensor) -> tf.Tensor:
    """Mean squared difference of neighbouring pixels."""
    across, down = images[:, :, 1:] - images[:, :, :-1], images[:, 1:] - images[:, :-1]
    return tf.reduce_mean(across**2) + tf.reduce_mean(down**2)
