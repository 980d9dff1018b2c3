"""Reference for the gallery: gradient descent on the pixels (Gatys, Ecker and Bethge, 2016), with Adam."""

import keras
import tensorflow as tf
from features import Features, content_loss, gram, roughness, style_loss

STEPS = 250
STYLE, SMOOTH = 12.0, 0.05


def stylize_gallery(content, style):
    """The content image `(h, w, 3)` in the style of the other; values from 0 to 1."""
    features = Features()
    wanted = features(content[None])
    grams = [gram(found) for found in features(style[None])]
    image = tf.Variable(content[None])
    adam = keras.optimizers.Adam(0.02)

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            found = features(image)
            loss = content_loss(found, wanted) + STYLE * style_loss(found, grams) + SMOOTH * roughness(image)
        adam.apply([tape.gradient(loss, image)], [image])
        image.assign(tf.clip_by_value(image, 0.0, 1.0))

    for _ in range(STEPS):
        step()
    return image.numpy()[0]
