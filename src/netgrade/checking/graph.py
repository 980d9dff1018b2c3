"""Graph: from a serialized Keras model to layers in canonical order, with shapes and costs. No Keras.

The order is that of a depth-first walk from the output, so it depends neither on names nor on the order in which the
layers were made: the same network gives the same plan.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import prod
from typing import Any

from netgrade.checking.costs import Cost
from netgrade.checking.layers import LAYERS
from netgrade.errors import PlanError, ShapeError, UnsupportedError
from netgrade.language import later
from netgrade.objects.plan import Layer, LayerRow, Shape
from netgrade.phrases import told

MOST_LAYERS = 500
MOST_PARAMETERS = 200_000_000
MOST_ACTIVATION_BYTES = 256 * 2**20
"""For one sample; a batch of 64 takes that many times more."""


@dataclass(frozen=True)
class Node:
    """A layer as the student's model names it; `inputs` index the list of nodes."""

    kind: str
    name: str
    config: dict[str, Any]
    inputs: tuple[int, ...]


@dataclass(frozen=True)
class Graph:
    """A checked network: `layers` and `rows` go side by side, and the output is the last of them."""

    layers: tuple[Layer, ...]
    rows: tuple[LayerRow, ...]
    unused: tuple[str, ...] = field(default=())
    outputs: tuple[int, ...] = field(default=())
    """Indices of the layers that give the outputs: the last one, where there is one output."""

    @property
    def parameters(self) -> int:
        """All parameters, trainable or not."""
        return sum(row.parameters for row in self.rows)

    @property
    def activation_bytes(self) -> int:
        """float32 bytes of all outputs for one sample."""
        return 4 * sum(prod(row.output_shape) for row in self.rows)

    @property
    def input_shape(self) -> Shape:
        """Shape of one sample."""
        return self.rows[0].output_shape

    @property
    def output_shape(self) -> Shape:
        """Shape of one sample's output."""
        return self.rows[-1].output_shape

    @property
    def output_shapes(self) -> list[Shape]:
        """Shapes of one sample's outputs, in the model's order."""
        return [self.rows[i].output_shape for i in self.outputs]


def read_graph(architecture: dict[str, Any], image_shape: Shape, several: bool = False) -> Graph:
    """Read `{class_name, config}` of a Sequential or Functional model, which may have `several` outputs.

    Raises PlanError that names the layer, what was expected and what to do.
    """
    nodes: list[Node] = []
    outputs = _expand_outputs(architecture, nodes, None, image_shape)
    if len(outputs) != 1 and not several:
        raise PlanError(told("The model has {number} outputs; a classifier has one.", number=len(outputs)))
    order = _canonical_order(nodes, outputs)
    position = {node: index for index, node in enumerate(order)}
    layers: list[Layer] = []
    rows: list[LayerRow] = []
    for index in order:
        node = nodes[index]
        inputs = tuple(position[i] for i in node.inputs)
        before = ", ".join(rows[i].name for i in inputs)
        layer, cost = _checked(node, inputs, [rows[i].output_shape for i in inputs], before)
        layers.append(layer)
        rows.append(_row(node, layer, cost))
        _within_limits(rows)
    if sum(layer.kind == "InputLayer" for layer in layers) != 1:
        raise PlanError(later("The model has more than one input; a classifier of images has one."))
    unused = tuple(nodes[i].name for i in range(len(nodes)) if i not in position)
    return Graph(tuple(layers), tuple(rows), unused, tuple(position[node] for node in outputs))


def _checked(node: Node, inputs: tuple[int, ...], shapes: list[Shape], before: str) -> tuple[Layer, Cost]:
    if node.kind not in LAYERS:
        raise UnsupportedError(
            told("Layer `{layer}`: {kind} is not a layer that can be graded", layer=node.name, kind=node.kind[:60]),
            later("Use Keras's own layers; Lambda and classes of your own are not trained."),
        )
    rule = LAYERS[node.kind]
    try:
        arguments = rule.read(node.kind, node.config)
        cost = rule.cost(arguments, shapes)
    except PlanError as error:
        if isinstance(error, ShapeError) and before:
            what = told("Layer `{layer}` (after `{before}`): {what}", layer=node.name, before=before, what=error.what)
        else:
            what = told("Layer `{layer}`: {what}", layer=node.name, what=error.what)
        raise type(error)(what, error.remedy) from error
    return Layer(kind=node.kind, arguments=arguments, inputs=inputs), cost


def _row(node: Node, layer: Layer, cost: Cost) -> LayerRow:
    frozen = layer.arguments.get("trainable") is False
    return LayerRow(
        kind=node.kind,
        name=node.name,
        output_shape=cost.output,
        parameters=cost.trainable + cost.frozen,
        trainable=0 if frozen else cost.trainable,
        flops=cost.flops,
        note=_without_effect(layer),
    )


def _without_effect(layer: Layer) -> str:
    a = layer.arguments
    if layer.kind == "Activation" and a["activation"] == "linear":
        return later("A linear activation changes nothing.")
    if layer.kind in ("Dropout", "SpatialDropout2D", "GaussianDropout") and a["rate"] == 0:
        return later("A rate of 0 drops nothing.")
    if layer.kind.endswith("Pooling2D") and a.get("pool_size") == [1, 1] and a["strides"] in (None, [1, 1]):
        return later("A window of 1 x 1 pools nothing.")
    return ""


def _within_limits(rows: list[LayerRow]) -> None:
    last, most = rows[-1].name, MOST_ACTIVATION_BYTES >> 20
    if sum(row.parameters for row in rows) > MOST_PARAMETERS:
        what = told("Layer `{layer}` brings the model over {most:,} parameters.", layer=last, most=MOST_PARAMETERS)
        raise PlanError(what)
    if 4 * sum(prod(row.output_shape) for row in rows) > MOST_ACTIVATION_BYTES:
        what = told("Layer `{layer}` makes the outputs of one image larger than {most} MB.", layer=last, most=most)
        raise PlanError(what)


def _expand(model: Any, nodes: list[Node], source: int | None, image_shape: Shape) -> int:
    """As `_expand_outputs`, for a model inside another: return the index of its only output."""
    outputs = _expand_outputs(model, nodes, source, image_shape)
    if len(outputs) != 1:
        what = told("A model inside the model has {number} outputs; one is expected.", number=len(outputs))
        raise UnsupportedError(what)
    return outputs[0]


def _expand_outputs(model: Any, nodes: list[Node], source: int | None, image_shape: Shape) -> list[int]:
    """Append a model's layers to `nodes`, fed by node `source` where it is nested; return its outputs' indices."""
    if not isinstance(model, dict) or not isinstance(model.get("config"), dict):
        raise PlanError(later("The description of the model could not be read."))
    config, kind = model["config"], model.get("class_name")
    if not isinstance(config.get("layers"), list) or not config["layers"]:
        raise PlanError(
            told("The model is a {kind} without layers that can be read.", kind=str(kind)[:60]),
            later("Use Sequential or Functional."),
        )
    if len(config["layers"]) > MOST_LAYERS:
        raise PlanError(told("The model has more than {most} layers.", most=MOST_LAYERS))
    if kind == "Sequential":
        return [_expand_sequential(config, nodes, source, image_shape)]
    if kind in ("Functional", "Model"):
        return _expand_functional(config, nodes, source, image_shape)
    raise UnsupportedError(
        told("A model of class {kind} cannot be graded.", kind=str(kind)[:60]),
        later("Use keras.Sequential or keras.Model(inputs, outputs)."),
    )


def _expand_sequential(config: dict[str, Any], nodes: list[Node], source: int | None, image_shape: Shape) -> int:
    current = source
    for raw in config["layers"]:
        if _kind(raw) == "InputLayer":
            current = _add_input(raw, nodes, image_shape) if current is None else current
            continue
        if current is None:
            current = _add(nodes, Node("InputLayer", "input", {"shape": _first_shape(raw, config, image_shape)}, ()))
        current = _add_layer(raw, nodes, (current,), image_shape)
    if current is None:
        raise PlanError(later("The model has no layers."))
    return current


def _expand_functional(config: dict[str, Any], nodes: list[Node], source: int | None, image_shape: Shape) -> list[int]:
    made: dict[str, int] = {}
    waiting = config["layers"]
    while waiting:
        left = []
        for raw in waiting:
            name = str(raw.get("name") or _settings(raw).get("name")) if isinstance(raw, dict) else ""
            sources = list(_sources(raw))
            if _kind(raw) == "InputLayer":
                made[name] = _add_input(raw, nodes, image_shape) if source is None else source
            elif all(s in made for s in sources) and sources:
                made[name] = _add_layer(raw, nodes, tuple(made[s] for s in sources), image_shape)
            else:
                left.append(raw)
        if len(left) == len(waiting):
            raise PlanError(later("The layers of the model are not connected from its input to its output."))
        waiting = left
    if isinstance(config.get("output_layers"), dict):
        raise UnsupportedError(
            later("The outputs of the model are a dictionary."),
            later("Give a list of them: keras.Model(inputs, [first, second])."),
        )
    outputs = [made[name] for name in _names(config.get("output_layers")) if name in made]
    if not outputs:
        raise PlanError(later("The model has no outputs."))
    return outputs


def _add_layer(raw: Any, nodes: list[Node], inputs: tuple[int, ...], image_shape: Shape) -> int:
    kind = _kind(raw)
    if kind in ("Sequential", "Functional", "Model"):
        return _expand(raw, nodes, inputs[0], image_shape)
    settings = _settings(raw)
    return _add(nodes, Node(kind, str(settings.get("name") or kind)[:80], settings, inputs))


def _add_input(raw: Any, nodes: list[Node], image_shape: Shape) -> int:
    settings = _settings(raw)
    shape = (
        settings.get("batch_shape")
        or settings.get("batch_input_shape")
        or [None, *(settings.get("shape") or image_shape)]
    )
    if not isinstance(shape, list | tuple):
        raise PlanError(later("The shape of the model's input could not be read."))
    sizes = list(shape[1:])
    if len(sizes) == len(image_shape):
        sizes = [have if size is None else size for size, have in zip(sizes, image_shape, strict=True)]
    return _add(nodes, Node("InputLayer", str(settings.get("name") or "input")[:80], {"shape": sizes}, ()))


def _add(nodes: list[Node], node: Node) -> int:
    if len(nodes) >= MOST_LAYERS:
        raise PlanError(told("The model has more than {most} layers.", most=MOST_LAYERS))
    nodes.append(node)
    return len(nodes) - 1


def _first_shape(raw: Any, config: dict[str, Any], image_shape: Shape) -> list[Any]:
    """The input of a Sequential model without an input layer."""
    batch = _settings(raw).get("batch_input_shape") or config.get("build_input_shape") or [None, *image_shape]
    return list(batch[1:]) if isinstance(batch, list | tuple) else list(image_shape)


def _kind(raw: Any) -> str:
    return str(raw.get("class_name")) if isinstance(raw, dict) else ""


def _settings(raw: Any) -> dict[str, Any]:
    config = raw.get("config") if isinstance(raw, dict) else None
    if not isinstance(config, dict):
        raise PlanError(told("A layer of class {kind} has no configuration that can be read.", kind=_kind(raw)[:60]))
    return config


def _sources(raw: Any) -> Iterator[str]:
    """Names of the layers that a functional layer reads. Raises PlanError where it is called more than once."""
    calls = raw.get("inbound_nodes") if isinstance(raw, dict) else None
    if not isinstance(calls, list) or len(calls) > 1:
        name = str(raw.get("name"))[:60]
        what = told("Layer `{layer}` is used more than once; shared layers cannot be graded.", layer=name)
        raise UnsupportedError(what)
    for call in calls:
        # A `training` among the keywords, which Keras itself may write, has no effect: fit and predict pass their own.
        yield from _names(call)


def _names(value: Any) -> Iterator[str]:
    """Layer names in the references of Keras 3 (`keras_history`) and Keras 2 (`[name, 0, 0, {}]`), iteratively."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            history = (item.get("config") or {}).get("keras_history") if isinstance(item.get("config"), dict) else None
            if isinstance(history, list) and history:
                yield str(history[0])
            elif "args" in item:
                waiting.append(item["args"])
        elif isinstance(item, list):
            if len(item) >= 3 and isinstance(item[0], str) and isinstance(item[1], int):
                yield item[0]
            else:
                waiting += reversed(item)


def _canonical_order(nodes: list[Node], outputs: list[int]) -> list[int]:
    """Depth-first from the outputs, inputs before the layer that reads them."""
    order: list[int] = []
    seen: set[int] = set()
    waiting = [(output, False) for output in reversed(outputs)]
    while waiting:
        index, ready = waiting.pop()
        if ready:
            order.append(index)
        elif index not in seen:
            seen.add(index)
            waiting.append((index, True))
            waiting += [(i, False) for i in reversed(nodes[index].inputs)]
    return order
