"""Rules: what the assignment allows a model to be, and how it may differ from another task's."""

from collections import Counter
from difflib import SequenceMatcher
from math import prod

from netgrade.checking.graph import Graph
from netgrade.errors import PlanError, ShapeError
from netgrade.language import later
from netgrade.objects.base import ModelId
from netgrade.objects.dataset import Dataset
from netgrade.objects.plan import Layer, Shape
from netgrade.objects.tasks import Difference, Limits
from netgrade.phrases import joined, told


def check_dataset(traced: str, dataset: Dataset) -> None:
    """The images that were given to fit must be those of the task. Raises PlanError."""
    if traced not in ("", dataset.name):
        raise PlanError(
            told(
                "The model was given images of {given}; the task asks for {wanted}.",
                given=traced[:60],
                wanted=dataset.name,
            ),
            told("Load the data with keras.datasets.{wanted}.load_data() in this section.", wanted=dataset.name),
        )


def check_input(graph: Graph, image_shape: tuple[int, ...]) -> None:
    """The model must take the images, flattened images, or grey ones as Keras's loaders give them. Raises PlanError."""
    flat = prod(image_shape)
    if graph.input_shape not in (image_shape, (flat,), without_channel(image_shape)):
        raise ShapeError(
            told(
                "The model's input has shape {shape}; the images have shape {wanted}.",
                shape=str(graph.input_shape),
                wanted=str(image_shape),
            ),
            told(
                "Start with keras.Input({wanted}), or ({flat},) for flattened images.",
                wanted=str(image_shape),
                flat=flat,
            ),
        )


def without_channel(image_shape: Shape) -> Shape:
    """`(28, 28)` for `(28, 28, 1)`: how grey images are without their one channel; others stay as they are."""
    return image_shape[:-1] if len(image_shape) == 3 and image_shape[-1] == 1 else image_shape


def check_output(graph: Graph, classes: int) -> None:
    """The model must give one number for each class. Raises PlanError."""
    if graph.output_shape != (classes,):
        last = graph.rows[-1].name
        raise ShapeError(
            told(
                "The model's output has shape {shape}; expected ({classes},), one for each class. Its last layer is "
                "`{layer}`.",
                shape=str(graph.output_shape),
                classes=classes,
                layer=last,
            ),
            _missing(graph, classes),
        )


def _missing(graph: Graph, classes: int) -> str:
    """Which layers have to be inserted, and where, so that the output has one number for each class."""
    last, end = graph.rows[-1], f"Dense({classes}, activation='softmax')"
    if len(last.output_shape) == 1:
        return told("End with {end}.", end=end)
    # Dense reads the last dimension alone, so that rows and columns stay until they are flattened.
    first = next((i for i, row in enumerate(graph.rows) if row.kind in ("Dense", "Softmax")), None)
    place = first if first is not None else len(graph.rows) - 1
    before = graph.rows[graph.layers[place].inputs[0]].output_shape if graph.layers[place].inputs else last.output_shape
    flat = prod(before)
    if first is None:
        return told(
            "Insert Flatten() after `{layer}`, which gives ({flat},); end with {end}.",
            layer=last.name, flat=prod(last.output_shape), end=end,
        )  # fmt: skip
    row = graph.rows[first]
    insert = told(
        "Insert Flatten() before `{layer}`: it makes ({flat},) of {shape}.",
        layer=row.name, flat=flat, shape=str(before),
    )  # fmt: skip
    more = [] if last.output_shape[-1] == classes and row.kind == "Dense" else [told("End with {end}.", end=end)]
    return joined([insert, *more], " ")


def check_limits(graph: Graph, epochs: int, limits: Limits) -> None:
    """Raises PlanError for the first limit that is broken."""
    kinds = Counter(layer.kind for layer in graph.layers if layer.kind != "InputLayer")
    if limits.epochs is not None and epochs > limits.epochs:
        raise PlanError(
            told(
                "The training asks for {epochs} epochs; the task allows at most {most}.",
                epochs=epochs,
                most=limits.epochs,
            ),
            later("Epochs of repeated fits of one model add up."),
        )
    if limits.parameters is not None and graph.parameters > limits.parameters:
        raise PlanError(
            told(
                "The model has {found:,} parameters; the task allows at most {most:,}.",
                found=graph.parameters, most=limits.parameters,
            )
        )  # fmt: skip
    if limits.hidden_units is not None and (units := hidden_units(graph)) > limits.hidden_units:
        raise PlanError(
            told(
                "The model has {found:,} hidden units; the task allows at most {most:,}.",
                found=units,
                most=limits.hidden_units,
            ),
            later("Units of all Dense layers add up; those of the output layer do not count."),
        )
    if missing := [name for name in limits.required_layers if name not in kinds]:
        raise PlanError(told("The task requires a {kind} layer, and the model has none.", kind=missing[0]))
    if found := [name for name in limits.forbidden_layers if name in kinds]:
        raise PlanError(
            told("The task forbids {kind} layers, and the model has {number}.", kind=found[0], number=kinds[found[0]])
        )
    if limits.only_layers is not None and (others := [kind for kind in kinds if kind not in limits.only_layers]):
        raise PlanError(
            told(
                "The task allows only {kinds}; the model also has {other}.",
                kinds=", ".join(limits.only_layers), other=others[0],
            )
        )  # fmt: skip


def hidden_units(graph: Graph) -> int:
    """Units of all Dense layers but the last one, where that is as wide as the output."""
    units = [int(layer.arguments["units"]) for layer in graph.layers if layer.kind == "Dense"]
    return sum(units[:-1] if units and (units[-1],) == graph.output_shape else units)


def check_smaller(name: ModelId, limits: Limits, graphs: dict[str, Graph]) -> str | None:
    """A sentence where the other model, which must be larger, is not there. Raises PlanError where it is smaller."""
    other = limits.fewer_parameters_than
    if other is None:
        return None
    if other not in graphs:
        return told("The size could not be compared with {task}, which has no model that can be read.", task=other)
    mine, theirs = graphs[name].parameters, graphs[other].parameters
    if mine >= theirs:
        raise PlanError(
            told(
                "The model has {found:,} parameters; it must have fewer than {task}, which has {most:,}.",
                found=mine, task=other, most=theirs,
            )
        )  # fmt: skip
    return None


def describe_difference(base: Graph, graph: Graph) -> list[str]:
    """What was added, removed or changed, layer by layer, for the report."""
    old, new = _labels(base), _labels(graph)
    lines: list[str] = []
    for action, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if action in ("delete", "replace"):
            lines += [told("removed {layer}", layer=label) for label in old[a:b]]
        if action in ("insert", "replace"):
            lines += [_added(label, old[a - 1] if a > 0 else "") for label in new[c:d]]
    return lines


def _added(layer: str, before: str) -> str:
    return (
        told("added {layer} after {before}", layer=layer, before=before)
        if before
        else told("added {layer}", layer=layer)
    )


def check_difference(base: Graph, graph: Graph, rule: Difference) -> None:
    """Raises PlanError unless `graph` is `base` with layers of the allowed kinds added, and nothing else."""
    added = Counter(_kinds(graph, rule)) - Counter(_kinds(base, rule))
    allowed = ", ".join(rule.may_add)
    if rule.must_add and not added:
        raise PlanError(
            told("No {kinds} layer was added to the model of {task}.", kinds=allowed, task=rule.compared_with)
        )
    if _without(base, rule) != _without(graph, rule):
        changes = _changes(base, graph, rule)[:4] or [told("the layers are connected in another way")]
        raise PlanError(
            told(
                "Only {kinds} may be added to the model of {task}; also changed: {changes}.",
                kinds=allowed,
                task=rule.compared_with,
                changes=joined(changes, "; "),
            ),
            told("Copy the model of {task} and add {kinds} layers alone.", kinds=allowed, task=rule.compared_with),
        )


def _kinds(graph: Graph, rule: Difference) -> list[str]:
    return [layer.kind for layer in graph.layers if layer.kind in rule.may_add]


def _changes(base: Graph, graph: Graph, rule: Difference) -> list[str]:
    """The differences that the rule does not allow."""
    lines = describe_difference(base, graph)
    return [line for line in lines if not any(line.startswith(f"added {kind}(") for kind in rule.may_add)]


def _without(graph: Graph, rule: Difference) -> list[Layer]:
    """The network with the allowed layers taken out, and with fused activations as layers of their own.

    So `Conv2D(activation='relu')` equals `Conv2D`, then `Activation('relu')`, between which a layer may be added.
    """
    kept: list[Layer] = []
    stands_for: list[int] = []
    for layer in graph.layers:
        inputs = tuple(stands_for[i] for i in layer.inputs)
        if layer.kind in rule.may_add and inputs:
            stands_for.append(inputs[0])
            continue
        kept += _split(layer, inputs, len(kept))
        stands_for.append(len(kept) - 1)
    return kept


def _split(layer: Layer, inputs: tuple[int, ...], position: int) -> list[Layer]:
    """A layer and its fused activation."""
    if layer.kind == "ReLU" and not any(layer.arguments[k] for k in ("max_value", "negative_slope", "threshold")):
        return [Layer(kind="Activation", arguments={"activation": "relu"}, inputs=inputs)]
    if layer.kind == "Softmax":
        return [Layer(kind="Activation", arguments={"activation": "softmax"}, inputs=inputs)]
    fused = layer.arguments.get("activation", "linear")
    if layer.kind == "Activation" or fused == "linear":
        return [layer.model_copy(update={"inputs": inputs})]
    plain = layer.model_copy(update={"inputs": inputs, "arguments": layer.arguments | {"activation": "linear"}})
    return [plain, Layer(kind="Activation", arguments={"activation": fused}, inputs=(position,))]


def _labels(graph: Graph) -> list[str]:
    return [_label(layer) for layer in graph.layers]


def _label(layer: Layer) -> str:
    """`Conv2D(filters=32, kernel_size=[3, 3])`: the arguments that one reads a network by."""
    named = (
        "units",
        "filters",
        "kernel_size",
        "pool_size",
        "strides",
        "padding",
        "rate",
        "activation",
        "shape",
        "momentum",
    )
    shown = {
        name: layer.arguments[name] for name in named if layer.arguments.get(name) not in (None, "linear", "valid")
    }
    if shown.get("strides") == [1, 1]:
        del shown["strides"]
    return f"{layer.kind}({', '.join(f'{name}={value}' for name, value in shown.items())})"
