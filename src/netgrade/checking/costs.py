"""What a layer makes of its input: output shape, parameters, floating-point operations.

Shapes are those of one sample, channels last. One multiplication with one addition counts as two operations;
activations and element-wise layers count one operation an element.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any

from netgrade.errors import PlanError, ShapeError, UnsupportedError
from netgrade.language import later
from netgrade.objects.plan import Shape
from netgrade.phrases import told

Arguments = dict[str, Any]


@dataclass(frozen=True)
class Cost:
    """Output shape, trainable and other parameters, operations of one forward pass of one sample."""

    output: Shape
    trainable: int = 0
    frozen: int = 0
    flops: int = 0


CostOf = Callable[[Arguments, list[Shape]], Cost]


def input_layer(a: Arguments, _: list[Shape]) -> Cost:
    """An input costs nothing."""
    return Cost(tuple(a["shape"]))


def unchanged(_: Arguments, shapes: list[Shape]) -> Cost:
    """Element-wise: one operation an element, same shape."""
    return Cost(shapes[0], flops=prod(shapes[0]))


def softmax(a: Arguments, shapes: list[Shape]) -> Cost:
    """Over the last dimension."""
    _last_axis(a, shapes[0], "Softmax")
    return unchanged(a, shapes)


def free(_: Arguments, shapes: list[Shape]) -> Cost:
    """Does nothing at test time."""
    return Cost(shapes[0])


def flatten(_: Arguments, shapes: list[Shape]) -> Cost:
    """All dimensions in one."""
    return Cost((prod(shapes[0]),))


def reshape(a: Arguments, shapes: list[Shape]) -> Cost:
    """The same elements in another shape; one size may be -1."""
    size, target = prod(shapes[0]), list(a["target_shape"])
    if target.count(-1) == 1:
        known = -prod(target)
        target[target.index(-1)] = size // known if known else 0
    if prod(target) != size or min(target, default=1) < 1:
        raise ShapeError(
            told(
                "Reshape: {count} values of shape {shape} do not fit into {target}",
                count=size, shape=str(shapes[0]), target=str(tuple(a["target_shape"])),
            ),
            later("The sizes of both shapes have to have the same product."),
        )  # fmt: skip
    return Cost(tuple(target))


def permute(a: Arguments, shapes: list[Shape]) -> Cost:
    """Dimensions in another order, counted from 1."""
    if sorted(a["dims"]) != list(range(1, len(shapes[0]) + 1)):
        dims, number = str(tuple(a["dims"])), len(shapes[0])
        raise ShapeError(told("Permute: {dims} is no order of the {number} dimensions", dims=dims, number=number))
    return Cost(tuple(shapes[0][d - 1] for d in a["dims"]))


def dense(a: Arguments, shapes: list[Shape]) -> Cost:
    """Every unit reads the whole last dimension."""
    if not shapes[0]:
        raise ShapeError(later("Dense: its input has no dimension to read"), later("Put a Flatten layer before it."))
    *outer, width = shapes[0]
    weights = width * a["units"] + a["units"] * a["use_bias"]
    output = (*outer, a["units"])
    return Cost(output, weights, flops=2 * width * prod(output) + _after(a, output))


def conv2d(a: Arguments, shapes: list[Shape]) -> Cost:
    """Filters of `kernel_size` over all channels of their group."""
    height, width, channels = _image(shapes[0], "Conv2D")
    if channels % a["groups"] or a["filters"] % a["groups"]:
        raise PlanError(
            told(
                "Conv2D: {channels} channels and {filters} filters do not divide into {groups} groups",
                channels=channels, filters=a["filters"], groups=a["groups"],
            )
        )  # fmt: skip
    output = (*_windows(a, (height, width), "Conv2D"), a["filters"])
    taps = prod(a["kernel_size"]) * channels // a["groups"]
    weights = taps * a["filters"] + a["filters"] * a["use_bias"]
    return Cost(output, weights, flops=2 * taps * prod(output) + _after(a, output))


def depthwise_conv2d(a: Arguments, shapes: list[Shape]) -> Cost:
    """`depth_multiplier` filters for each channel alone."""
    height, width, channels = _image(shapes[0], "DepthwiseConv2D")
    filters = channels * a["depth_multiplier"]
    output = (*_windows(a, (height, width), "DepthwiseConv2D"), filters)
    taps = prod(a["kernel_size"])
    return Cost(output, taps * filters + filters * a["use_bias"], flops=2 * taps * prod(output) + _after(a, output))


def separable_conv2d(a: Arguments, shapes: list[Shape]) -> Cost:
    """A depthwise convolution, then one of size 1x1."""
    height, width, channels = _image(shapes[0], "SeparableConv2D")
    middle = channels * a["depth_multiplier"]
    places = _windows(a, (height, width), "SeparableConv2D")
    taps, output = prod(a["kernel_size"]), (*places, a["filters"])
    weights = taps * middle + middle * a["filters"] + a["filters"] * a["use_bias"]
    flops = 2 * prod(places) * middle * (taps + a["filters"]) + _after(a, output)
    return Cost(output, weights, flops=flops)


def conv2d_transpose(a: Arguments, shapes: list[Shape]) -> Cost:
    """The gradient of a convolution, used to enlarge."""
    height, width, channels = _image(shapes[0], "Conv2DTranspose")
    grown = [
        n * s + (max(k - s, 0) if a["padding"] == "valid" else 0)
        for n, s, k in zip((height, width), a["strides"], a["kernel_size"], strict=True)
    ]
    output = (*grown, a["filters"])
    taps = prod(a["kernel_size"]) * channels
    weights = taps * a["filters"] + a["filters"] * a["use_bias"]
    return Cost(output, weights, flops=2 * taps * a["filters"] * height * width + _after(a, output))


def pool2d(a: Arguments, shapes: list[Shape]) -> Cost:
    """The largest or the mean of each window."""
    height, width, channels = _image(shapes[0], told("a pooling layer"))
    strides = a["strides"] or a["pool_size"]
    windows = {"kernel_size": a["pool_size"], "strides": strides, "padding": a["padding"], "dilation_rate": [1, 1]}
    output = (*_windows(windows, (height, width), told("pooling")), channels)
    return Cost(output, flops=prod(output) * prod(a["pool_size"]))


def global_pool2d(a: Arguments, shapes: list[Shape]) -> Cost:
    """One value a channel."""
    channels = _image(shapes[0], told("a global pooling layer"))[2]
    return Cost((1, 1, channels) if a["keepdims"] else (channels,), flops=prod(shapes[0]))


def zero_padding2d(a: Arguments, shapes: list[Shape]) -> Cost:
    """Rows and columns of zeros."""
    height, width, channels = _image(shapes[0], "ZeroPadding2D")
    (top, bottom), (left, right) = a["padding"]
    return Cost((height + top + bottom, width + left + right, channels))


def cropping2d(a: Arguments, shapes: list[Shape]) -> Cost:
    """Rows and columns taken away."""
    height, width, channels = _image(shapes[0], "Cropping2D")
    (top, bottom), (left, right) = a["cropping"]
    output = (height - top - bottom, width - left - right, channels)
    if min(output) < 1:
        raise ShapeError(told("Cropping2D: nothing is left of {height} x {width}", height=height, width=width))
    return Cost(output)


def up_sampling2d(a: Arguments, shapes: list[Shape]) -> Cost:
    """Rows and columns repeated."""
    height, width, channels = _image(shapes[0], "UpSampling2D")
    output = (height * a["size"][0], width * a["size"][1], channels)
    return Cost(output, flops=prod(output))


def batch_normalization(a: Arguments, shapes: list[Shape]) -> Cost:
    """Scale and shift are trained; the moving mean and variance are not."""
    _last_axis(a, shapes[0], "BatchNormalization")
    channels = shapes[0][-1]
    return Cost(shapes[0], channels * (a["center"] + a["scale"]), 2 * channels, flops=2 * prod(shapes[0]))


def layer_normalization(a: Arguments, shapes: list[Shape]) -> Cost:
    """Over the last dimension of each sample."""
    _last_axis(a, shapes[0], "LayerNormalization")
    return Cost(shapes[0], shapes[0][-1] * (a["center"] + a["scale"]), flops=8 * prod(shapes[0]))


def group_normalization(a: Arguments, shapes: list[Shape]) -> Cost:
    """Over groups of channels of each sample."""
    _last_axis(a, shapes[0], "GroupNormalization")
    channels = shapes[0][-1]
    if a["groups"] != -1 and (a["groups"] == 0 or channels % a["groups"]):
        raise PlanError(
            told(
                "GroupNormalization: {channels} channels do not divide into {groups} groups",
                channels=channels, groups=a["groups"],
            )
        )  # fmt: skip
    return Cost(shapes[0], channels * (a["center"] + a["scale"]), flops=8 * prod(shapes[0]))


def prelu(a: Arguments, shapes: list[Shape]) -> Cost:
    """One slope an element, shared along some dimensions."""
    shared = {axis - 1 for axis in a["shared_axes"] or []}
    slopes = prod(1 if i in shared else n for i, n in enumerate(shapes[0]))
    return Cost(shapes[0], slopes, flops=prod(shapes[0]))


def merge(_: Arguments, shapes: list[Shape]) -> Cost:
    """Element-wise over inputs of one shape."""
    if len(shapes) < 2 or len(set(shapes)) > 1:
        raise ShapeError(
            told("a merging layer needs two or more inputs of one shape, not {shapes}", shapes=str(shapes))
        )
    return Cost(shapes[0], flops=prod(shapes[0]) * (len(shapes) - 1))


def concatenate(a: Arguments, shapes: list[Shape]) -> Cost:
    """One after another along the last dimension."""
    rank = len(shapes[0])
    if len(shapes) < 2 or len({s[:-1] for s in shapes}) > 1 or a["axis"] not in (-1, rank):
        raise ShapeError(told("Concatenate: shapes {shapes} must agree but for the last dimension", shapes=str(shapes)))
    return Cost((*shapes[0][:-1], sum(s[-1] for s in shapes)))


def _last_axis(a: Arguments, shape: Shape, what: str) -> None:
    """Keras counts dimensions with the batch, so that the last one of a sample has the number of its dimensions."""
    if a["axis"] not in (-1, len(shape)):
        raise UnsupportedError(
            told("{layer}: only the last axis, -1, is supported, not {axis}", layer=what, axis=a["axis"])
        )


def _image(shape: Shape, what: str) -> tuple[int, int, int]:
    if len(shape) != 3:
        raise ShapeError(
            told(
                "{layer} needs an image (rows, columns, channels); its input has shape {shape}",
                layer=what,
                shape=str(shape),
            ),
            later("Put it before Flatten or Dense, or use Reshape."),
        )
    return shape


def _windows(a: Arguments, size: tuple[int, int], what: str) -> list[int]:
    """How many windows fit, by rows and columns: `same` keeps ceil(n / stride)."""
    if max(a["strides"]) > 1 and max(a["dilation_rate"]) > 1:
        raise PlanError(told("{layer}: strides and dilation cannot both be larger than 1", layer=what))
    if a["padding"] == "same":
        return [-(-n // s) for n, s in zip(size, a["strides"], strict=True)]
    reach = [(k - 1) * d + 1 for k, d in zip(a["kernel_size"], a["dilation_rate"], strict=True)]
    if any(r > n for r, n in zip(reach, size, strict=True)):
        raise ShapeError(
            told(
                "{layer}: a window of {rows} x {columns} is larger than its input of {height} x {width}",
                layer=what,
                rows=reach[0],
                columns=reach[1],
                height=size[0],
                width=size[1],
            ),
            later("Use a smaller window, less pooling before it, or padding='same'."),
        )
    return [(n - r) // s + 1 for n, r, s in zip(size, reach, a["strides"], strict=True)]


def _after(a: Arguments, output: Shape) -> int:
    """Operations of bias and activation."""
    return prod(output) * int(a["use_bias"] + (a["activation"] != "linear"))
