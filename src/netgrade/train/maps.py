"""Activation maps, filters and saliency of a trained network, as small grey pictures.

Shapes: n images, h rows, w columns, c channels, k classes.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from netgrade.objects.plan import Plan
from netgrade.objects.sight import Filters, FilterWeights, LayerMaps, Pixels, Seen, Sight
from netgrade.train.build import build_model
from netgrade.train.facts import as_probabilities
from netgrade.train.loop import EVALUATION_BATCH, scaled
from netgrade.train.pictures import channel_strip, filter_strip, shaded, unit_grid
from netgrade.train.weights import restore_weights

WITHOUT_PICTURE = {
    "InputLayer", "Flatten", "Reshape", "Dropout", "SpatialDropout1D", "SpatialDropout2D", "GaussianNoise",
    "GaussianDropout", "AlphaDropout",
}  # fmt: skip
"""Layers that pass on what they get, or the same in another order."""

MOST_LAYERS = 16
MOST_FILTERS = 16
MOST_TOLD = 5
"""Rows and columns of a filter whose weights are told one by one."""


def look(
    plan: Plan, sights: Sequence[Sight], images: NDArray[np.uint8], classes: list[str], folders: list[Path]
) -> Seen:
    """Fill in what the network sees of each sight that has a picture.

    `images` are the test images; `folders` hold one training of the plan each, of which the first gives maps,
    probabilities and filters, and all of them a predicted class.
    """
    model = build_model(plan)
    shown = [place for place, sight in enumerate(sights) if sight.picture]
    arrays = np.array([_array(sights[place].picture) for place in shown], np.uint8).reshape(-1, *images.shape[1:])
    outputs: list[NDArray[np.float32]] = []
    for folder in reversed(folders):  # so that the first training's weights are in place at the end
        restore_weights(folder, model)
        outputs.insert(0, _probabilities(plan, model, arrays, images))  # (n, k)
    found = list(sights)
    for number, place in enumerate(shown):
        first = outputs[0][number]
        found[place] = sights[place].model_copy(update={
            "taken_for": [classes[int(of_one[number].argmax())] for of_one in outputs],
            "probabilities": {name: round(float(p), 6) for name, p in zip(classes, first, strict=True)},
            "layers": list(_layers(plan, model, arrays[number])),
        })  # fmt: skip
    filters = _filters(plan, model)
    for number, place in enumerate(shown):  # last, because it changes the model's last layer
        map_ = saliency(plan, model, arrays[number], int(outputs[0][number].argmax()))
        found[place] = found[place].model_copy(update={"saliency": shaded(map_, least=0.0)})
    keras.backend.clear_session()
    return Seen(sights=found, filters=filters)


def saliency(plan: Plan, model: keras.Model, image: NDArray[np.uint8], label: int) -> NDArray[np.float32]:
    """Absolute gradient (h, w) of a class's score by the pixels, the largest over the channels.

    After Simonyan, Vedaldi and Zisserman, "Deep inside convolutional networks", 2014. The score is taken before
    softmax: probabilities also move with the other classes. It leaves the model without its last activation.
    """
    pixels = tf.constant(image[None], tf.float32)
    scores = _scores(plan, model)
    with tf.GradientTape() as tape:
        tape.watch(pixels)
        score = scores(scaled(pixels, plan.transform, model.input_shape), training=False)[0, label]
    gradient: NDArray[np.float32] = tape.gradient(score, pixels).numpy()[0]  # (h, w, c)
    largest: NDArray[np.float32] = np.abs(gradient).max(axis=-1)
    return largest


def _scores(plan: Plan, model: keras.Model) -> keras.Model:
    """The model up to its class scores, without a closing softmax or sigmoid."""
    last = plan.layers[plan.output]
    layer = model.get_layer(f"layer_{plan.output:02d}")
    if last.kind in ("Softmax", "Activation"):
        return keras.Model(model.inputs, layer.input)
    if hasattr(layer, "activation"):
        layer.activation = keras.activations.linear
    return model


def _probabilities(
    plan: Plan, model: keras.Model, arrays: NDArray[np.uint8], images: NDArray[np.uint8]
) -> NDArray[np.float32]:
    """Class probabilities (n, k). Some test images come along: whether outputs are logits shows in many, not in one."""
    batch = np.concatenate([arrays, images[:EVALUATION_BATCH]])
    outputs = model(scaled(tf.cast(batch, tf.float32), plan.transform, model.input_shape), training=False).numpy()
    return as_probabilities(plan, outputs)[: len(arrays)]


def _layers(plan: Plan, model: keras.Model, image: NDArray[np.uint8]) -> Iterator[LayerMaps]:
    """A picture of every layer's output for one image, but for those that only pass it on."""
    indices = [i for i, layer in enumerate(plan.layers) if layer.kind not in WITHOUT_PICTURE and i != plan.output]
    indices = indices[:MOST_LAYERS]
    if not indices:
        return
    inner = keras.Model(model.inputs, [model.get_layer(f"layer_{i:02d}").output for i in indices])
    x = scaled(tf.constant(image[None], tf.float32), plan.transform, model.input_shape)
    for index, output in zip(indices, keras.tree.flatten(inner(x, training=False)), strict=True):
        values = output.numpy()[0]
        if not np.isfinite(values).all() or values.ndim not in (1, 3):
            continue
        channels, picture = channel_strip(values) if values.ndim == 3 else unit_grid(values)
        flat = values.reshape(-1, values.shape[-1])
        yield LayerMaps(
            layer=index, kind=plan.layers[index].kind, shape=values.shape, channels=channels, picture=picture,
            strongest=int(flat.max(axis=0).argmax()),
        )  # fmt: skip


def _filters(plan: Plan, model: keras.Model) -> Filters | None:
    """The filters of the first convolution that sees the image itself, as far as they fit."""
    first = next((i for i, layer in enumerate(plan.layers) if layer.kind == "Conv2D"), None)
    if first is None:
        return None
    kernel = model.get_layer(f"layer_{first:02d}").get_weights()[0]  # (h, w, c, filters)
    if not np.isfinite(kernel).all() or max(kernel.shape[:2]) > 32:
        return None
    shown = kernel[..., :MOST_FILTERS]
    return Filters(
        shown=shown.shape[-1], all=kernel.shape[-1], shape=kernel.shape[:3], picture=filter_strip(shown),
        numbers=[_numbers(shown[..., i]) for i in range(shown.shape[-1])],
    )  # fmt: skip


def _numbers(filter_: NDArray[np.float32]) -> FilterWeights:
    """Of one filter (h, w, c); squares of float32 could be too large for it."""
    filter_ = filter_.astype(np.float64)
    told = max(filter_.shape[:2]) <= MOST_TOLD and filter_.shape[2] <= 3
    return FilterWeights(
        norm=float(np.linalg.norm(filter_)), least=float(filter_.min()), greatest=float(filter_.max()),
        weights=[float(f"{weight:.4g}") for weight in filter_.ravel()] if told else [],
    )  # fmt: skip


def _array(picture: Pixels | None) -> NDArray[np.uint8]:
    assert picture
    return np.frombuffer(picture.raw, np.uint8).reshape(picture.height, picture.width, picture.channels)
