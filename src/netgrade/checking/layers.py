"""The allow-list: each layer a plan may hold, its arguments, and what it costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from netgrade.checking import costs
from netgrade.checking.arguments import (
    Argument,
    activation,
    boolean,
    choice,
    constraint,
    initializer,
    integer,
    number,
    number_or_pair,
    read_arguments,
    regularizer,
    sizes,
)
from netgrade.errors import UnsupportedError
from netgrade.phrases import told

IGNORED = {"name", "dtype", "trainable", "batch_shape", "batch_input_shape", "build_config", "sparse", "ragged",
           "data_format", "seed", "noise_shape", "quantization_config", "optional", "autocast",
           "renorm_momentum", "lora_alpha"}  # fmt: skip
"""Arguments that change nothing here, or that are looked at elsewhere."""


@dataclass(frozen=True)
class Rule:
    """One allowed layer."""

    cost: costs.CostOf
    arguments: Mapping[str, Argument]

    def read(self, kind: str, config: Mapping[str, Any]) -> dict[str, Any]:
        """The layer's arguments in canonical form. Raises PlanError."""
        if config.get("data_format") not in (None, "channels_last"):
            raise UnsupportedError(told("{layer}: only data_format='channels_last' is supported", layer=kind))
        given = {name: value for name, value in config.items() if name not in IGNORED}
        read = read_arguments(given, self.arguments, kind)
        return read if config.get("trainable", True) is not False else read | {"trainable": False}


_GLOROT = {"class_name": "GlorotUniform", "config": {}}
_ZEROS = {"class_name": "Zeros", "config": {}}
_ONES = {"class_name": "Ones", "config": {}}


def _weights(*prefixes: str) -> dict[str, Argument]:
    """Activation, bias, and initializer, regularizer and constraint of each kind of kernel."""
    found = {
        "activation": Argument(activation, "linear"),
        "use_bias": Argument(boolean, True),
        "activity_regularizer": Argument(regularizer),
    }
    for prefix in (*prefixes, "bias"):
        found[f"{prefix}_initializer"] = Argument(initializer, _ZEROS if prefix == "bias" else _GLOROT)
        found[f"{prefix}_regularizer"] = Argument(regularizer)
        found[f"{prefix}_constraint"] = Argument(constraint)
    return found


def _kernel(filters: bool = True, strides: int = 1) -> dict[str, Argument]:
    found = {
        "kernel_size": Argument(sizes(1), required=True),
        "strides": Argument(sizes(1), [strides, strides]),
        "padding": Argument(choice("valid", "same"), "valid"),
        "dilation_rate": Argument(sizes(1), [1, 1]),
    }
    return ({"filters": Argument(integer(1), required=True)} if filters else {}) | found


def _four_sides(value: Any) -> list[list[int]]:
    """`1`, `(1, 2)` or `((top, bottom), (left, right))`."""
    two = value if isinstance(value, list | tuple) else [value, value]
    if len(two) != 2:
        raise ValueError(told("a number, two numbers, or two pairs of numbers"))
    return [sizes(0)(side) for side in two]


def _shape(value: Any) -> list[int]:
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= 6:
        raise ValueError(told("a list of one to six sizes"))
    return [integer(-1)(size) for size in value]


def _axis(value: Any) -> int:
    axis: int = integer(-1, 6)(value[0] if isinstance(value, list | tuple) and len(value) == 1 else value)
    return axis


_POOL = {
    "pool_size": Argument(sizes(1), [2, 2]),
    "strides": Argument(sizes(1)),
    "padding": Argument(choice("valid", "same"), "valid"),
}
_RATE = {"rate": Argument(number(0.0, 0.999), required=True)}
_AXIS = {"axis": Argument(_axis, -1)}
_NORMAL = {
    "epsilon": Argument(number(0.0, 1.0), 1e-3),
    "center": Argument(boolean, True),
    "scale": Argument(boolean, True),
    "beta_initializer": Argument(initializer, _ZEROS),
    "gamma_initializer": Argument(initializer, _ONES),
    "beta_regularizer": Argument(regularizer),
    "gamma_regularizer": Argument(regularizer),
    "beta_constraint": Argument(constraint),
    "gamma_constraint": Argument(constraint),
}
_FILL = {
    "fill_mode": Argument(choice("reflect", "wrap", "constant", "nearest"), "reflect"),
    "interpolation": Argument(choice("nearest", "bilinear"), "bilinear"),
    "fill_value": Argument(number(), 0.0),
}
_FACTOR = Argument(number_or_pair(-1.0, 1.0), required=True)
_GLOBAL = Rule(costs.global_pool2d, {"keepdims": Argument(boolean, False)})
_MERGE = Rule(costs.merge, {})
_DROP = Rule(costs.free, _RATE)
_POOLING = Rule(costs.pool2d, _POOL)

LAYERS: dict[str, Rule] = {
    "InputLayer": Rule(costs.input_layer, {"shape": Argument(_shape, required=True)}),
    "Flatten": Rule(costs.flatten, {}),
    "Reshape": Rule(costs.reshape, {"target_shape": Argument(_shape, required=True)}),
    "Permute": Rule(costs.permute, {"dims": Argument(_shape, required=True)}),
    "Dense": Rule(costs.dense, {"units": Argument(integer(1), required=True)} | _weights("kernel")),
    "Conv2D": Rule(costs.conv2d, _kernel() | {"groups": Argument(integer(1), 1)} | _weights("kernel")),
    "DepthwiseConv2D": Rule(
        costs.depthwise_conv2d,
        _kernel(filters=False) | {"depth_multiplier": Argument(integer(1, 64), 1)} | _weights("depthwise"),
    ),
    "SeparableConv2D": Rule(
        costs.separable_conv2d,
        _kernel() | {"depth_multiplier": Argument(integer(1, 64), 1)} | _weights("depthwise", "pointwise"),
    ),
    "Conv2DTranspose": Rule(
        costs.conv2d_transpose,
        _kernel() | {"dilation_rate": Argument(sizes(1, high=1), [1, 1])} | _weights("kernel"),
    ),
    "MaxPooling2D": _POOLING,
    "AveragePooling2D": _POOLING,
    "GlobalAveragePooling2D": _GLOBAL,
    "GlobalMaxPooling2D": _GLOBAL,
    "ZeroPadding2D": Rule(costs.zero_padding2d, {"padding": Argument(_four_sides, [[1, 1], [1, 1]])}),
    "Cropping2D": Rule(costs.cropping2d, {"cropping": Argument(_four_sides, [[0, 0], [0, 0]])}),
    "UpSampling2D": Rule(
        costs.up_sampling2d,
        {"size": Argument(sizes(1), [2, 2]), "interpolation": Argument(choice("nearest", "bilinear"), "nearest")},
    ),
    "Activation": Rule(costs.unchanged, {"activation": Argument(activation, required=True)}),
    "ReLU": Rule(
        costs.unchanged,
        {
            "max_value": Argument(number(0.0)),
            "negative_slope": Argument(number(0.0), 0.0),
            "threshold": Argument(number(0.0), 0.0),
        },
    ),
    "LeakyReLU": Rule(costs.unchanged, {"negative_slope": Argument(number(0.0), 0.3)}),
    "ELU": Rule(costs.unchanged, {"alpha": Argument(number(0.0), 1.0)}),
    "PReLU": Rule(
        costs.prelu,
        {
            "alpha_initializer": Argument(initializer, _ZEROS),
            "alpha_regularizer": Argument(regularizer),
            "alpha_constraint": Argument(constraint),
            "shared_axes": Argument(_shape),
        },
    ),
    "Softmax": Rule(costs.softmax, _AXIS),
    "Dropout": _DROP,
    "SpatialDropout2D": _DROP,
    "GaussianDropout": _DROP,
    "GaussianNoise": Rule(costs.free, {"stddev": Argument(number(0.0, 100.0), required=True)}),
    "BatchNormalization": Rule(
        costs.batch_normalization,
        _AXIS
        | {"momentum": Argument(number(0.0, 1.0), 0.99)}
        | _NORMAL
        | {
            "moving_mean_initializer": Argument(initializer, _ZEROS),
            "moving_variance_initializer": Argument(initializer, _ONES),
        },
    ),
    "LayerNormalization": Rule(costs.layer_normalization, _AXIS | _NORMAL),
    "GroupNormalization": Rule(
        costs.group_normalization, {"groups": Argument(integer(-1, 4096), 32)} | _AXIS | _NORMAL
    ),
    "Add": _MERGE,
    "Subtract": _MERGE,
    "Multiply": _MERGE,
    "Average": _MERGE,
    "Maximum": _MERGE,
    "Concatenate": Rule(costs.concatenate, {"axis": Argument(integer(-1, 6), -1)}),
    "Rescaling": Rule(costs.unchanged, {"scale": Argument(number(), required=True), "offset": Argument(number(), 0.0)}),
    "RandomFlip": Rule(
        costs.free,
        {"mode": Argument(choice("horizontal", "vertical", "horizontal_and_vertical"), "horizontal_and_vertical")},
    ),
    "RandomTranslation": Rule(costs.free, {"height_factor": _FACTOR, "width_factor": _FACTOR} | _FILL),
    "RandomRotation": Rule(costs.free, {"factor": _FACTOR} | _FILL),
    "RandomZoom": Rule(
        costs.free, {"height_factor": _FACTOR, "width_factor": Argument(number_or_pair(-1.0, 1.0))} | _FILL
    ),
    "RandomContrast": Rule(
        costs.free, {"factor": _FACTOR, "value_range": Argument(number_or_pair(0, 255), [0.0, 255.0])}
    ),
}
