"""Training: the optimizer, loss, callbacks and numbers that a declaration asks for, in canonical form."""

import math
from collections.abc import Iterable, Mapping
from typing import Any, get_args

from netgrade.checking.arguments import Argument, boolean, choice, integer, number, read_arguments
from netgrade.errors import PlanError, UnsupportedError
from netgrade.language import later
from netgrade.objects.dataset import Dataset
from netgrade.objects.declaration import InputTransform
from netgrade.objects.plan import Callback, Optimizer
from netgrade.objects.tasks.base import Order
from netgrade.phrases import told

MOST_BATCHES = 1_000_000
MOST_EPOCHS = 1000
"""Safety where an assignment sets no limit."""

MOST_EPOCHS_OF_POINTS = 20_000
"""An epoch over points takes hundredths of a second, and some networks need thousands."""

_RATE = Argument(number(0.0, 100.0), required=True)
_COMMON = {
    "weight_decay": Argument(number(0.0, 10.0)),
    "clipnorm": Argument(number(0.0)),
    "clipvalue": Argument(number(0.0)),
    "global_clipnorm": Argument(number(0.0)),
}


def _betas(second: float = 0.999) -> dict[str, Argument]:
    return {"beta_1": Argument(number(0.0, 1.0), 0.9), "beta_2": Argument(number(0.0, 1.0), second)}


def _epsilon(default: float = 1e-7) -> dict[str, Argument]:
    return {"epsilon": Argument(number(0.0, 1.0), default)}


OPTIMIZERS: dict[str, dict[str, Argument]] = {
    "SGD": {"momentum": Argument(number(0.0, 1.0), 0.0), "nesterov": Argument(boolean, False)},
    "RMSprop": {
        "rho": Argument(number(0.0, 1.0), 0.9),
        "momentum": Argument(number(0.0, 1.0), 0.0),
        "centered": Argument(boolean, False),
    }
    | _epsilon(),
    "Adam": _betas() | _epsilon() | {"amsgrad": Argument(boolean, False)},
    "AdamW": _betas() | _epsilon() | {"amsgrad": Argument(boolean, False)},
    "Adamax": _betas() | _epsilon(),
    "Nadam": _betas() | _epsilon(),
    "Adagrad": {"initial_accumulator_value": Argument(number(0.0), 0.1)} | _epsilon(),
    "Adadelta": {"rho": Argument(number(0.0, 1.0), 0.95)} | _epsilon(),
    "Lion": _betas(0.99),
}
SCHEDULES: dict[str, dict[str, Argument]] = {
    "ExponentialDecay": {"decay_steps": Argument(integer(1)), "decay_rate": Argument(number(0.0)),
                         "staircase": Argument(boolean, False)},
    "InverseTimeDecay": {"decay_steps": Argument(integer(1)), "decay_rate": Argument(number(0.0)),
                         "staircase": Argument(boolean, False)},
    "PolynomialDecay": {"decay_steps": Argument(integer(1)), "end_learning_rate": Argument(number(0.0), 1e-4),
                        "power": Argument(number(0.0), 1.0), "cycle": Argument(boolean, False)},
    "CosineDecay": {"decay_steps": Argument(integer(1)), "alpha": Argument(number(0.0), 0.0),
                    "warmup_target": Argument(number(0.0)), "warmup_steps": Argument(integer(0), 0)},
    "CosineDecayRestarts": {"first_decay_steps": Argument(integer(1)), "t_mul": Argument(number(0.0), 2.0),
                            "m_mul": Argument(number(0.0), 1.0), "alpha": Argument(number(0.0), 0.0)},
}  # fmt: skip
LOSSES = (
    "categorical_crossentropy", "sparse_categorical_crossentropy", "mean_squared_error", "mean_absolute_error",
    "binary_crossentropy", "kl_divergence", "categorical_hinge",
)  # fmt: skip
LOSS_ALIASES = {
    "mse": "mean_squared_error",
    "mae": "mean_absolute_error",
    "kld": "kl_divergence",
    "kullback_leibler_divergence": "kl_divergence",
}
_MONITOR = Argument(choice("loss", "accuracy", "val_loss", "val_accuracy"), "val_loss")
_MODE = Argument(choice("auto", "min", "max"), "auto")
CALLBACKS: dict[str, dict[str, Argument]] = {
    "EarlyStopping": {"monitor": _MONITOR, "mode": _MODE, "min_delta": Argument(number(), 0.0),
                      "patience": Argument(integer(0, 1000), 0), "restore_best_weights": Argument(boolean, False),
                      "start_from_epoch": Argument(integer(0, 1000), 0)},
    "ReduceLROnPlateau": {"monitor": _MONITOR, "mode": _MODE, "factor": Argument(number(0.0, 0.999), 0.1),
                          "patience": Argument(integer(0, 1000), 10), "min_delta": Argument(number(), 1e-4),
                          "cooldown": Argument(integer(0, 1000), 0), "min_lr": Argument(number(0.0), 0.0)},
    "ModelCheckpoint": {"monitor": _MONITOR, "mode": _MODE, "save_best_only": Argument(boolean, False)},
}  # fmt: skip
RATE_SETTERS = ("ReduceLROnPlateau", "LearningRateScheduler")
AUGMENTATION = {
    "horizontal_flip": Argument(boolean, False),
    "vertical_flip": Argument(boolean, False),
    "width_shift_range": Argument(number(0.0, 100.0), 0.0),
    "height_shift_range": Argument(number(0.0, 100.0), 0.0),
    "rotation_range": Argument(number(0.0, 180.0), 0.0),
    "zoom_range": Argument(number(0.0, 0.9), 0.0),
}


def read_optimizer(declared: Mapping[str, Any]) -> Optimizer:
    """Read `{class_name, config}` of an optimizer. Raises PlanError."""
    kind = str(declared.get("class_name"))[:60]
    config = declared.get("config")
    if kind not in OPTIMIZERS or not isinstance(config, dict):
        raise UnsupportedError(told("The optimizer {kind} is not supported", kind=kind), _one_of(OPTIMIZERS))
    ignored = ("name", "decay", "learning_rate", "loss_scale_factor", "gradient_accumulation_steps", "ema_momentum",
               "ema_overwrite_frequency", "use_ema", "jit_compile", "is_legacy_optimizer")  # fmt: skip
    if config.get("use_ema"):
        raise UnsupportedError(told("{argument} is not supported", argument="use_ema"), later("Leave it out."))
    given = {name: value for name, value in config.items() if name not in ignored}
    arguments = read_arguments(given, _COMMON | OPTIMIZERS[kind], kind)
    rate, schedule = _learning_rate(config.get("learning_rate", 0.01 if kind == "SGD" else 0.001), kind)
    decay = read_arguments({"decay": config.get("decay") or 0.0}, {"decay": Argument(number(0.0, 10.0), 0.0)}, kind)[
        "decay"
    ]
    arguments = {name: value for name, value in arguments.items() if value is not None} | {"learning_rate": rate}
    return Optimizer(kind=kind, arguments=dict(sorted(arguments.items())), schedule=schedule, decay=decay)


def _learning_rate(value: Any, kind: str) -> tuple[float, dict[str, Any] | None]:
    if not isinstance(value, dict):
        return read_arguments({"learning_rate": value}, {"learning_rate": _RATE}, kind)["learning_rate"], None
    name, config = str(value.get("class_name"))[:60], value.get("config")
    if name not in SCHEDULES or not isinstance(config, dict):
        raise UnsupportedError(
            told("The learning-rate schedule {kind} is not supported", kind=name), _one_of(SCHEDULES)
        )
    given = {key: item for key, item in config.items() if key != "name"}
    wanted = {"initial_learning_rate": _RATE} | SCHEDULES[name]
    arguments = {k: v for k, v in read_arguments(given, wanted, name).items() if v is not None}
    return arguments["initial_learning_rate"], {"kind": name, "arguments": arguments}


def read_loss(loss: str, config: Mapping[str, Any]) -> tuple[str, dict[str, float]]:
    """The loss and its arguments. Raises PlanError."""
    name = LOSS_ALIASES.get(loss.lower(), loss)
    if name not in LOSSES:
        raise UnsupportedError(told("The loss {kind} is not supported", kind=name[:60] or "(none)"), _one_of(LOSSES))
    wanted = {"from_logits": Argument(boolean, False), "label_smoothing": Argument(number(0.0, 1.0), 0.0)}
    given = {k: v for k, v in config.items() if k in wanted}
    read = read_arguments(given, wanted, name)
    return name, {key: float(value) for key, value in read.items() if value}


def read_callbacks(declared: list[dict[str, Any]], epochs: int) -> tuple[tuple[Callback, ...], list[str]]:
    """The callbacks that change a training, and a sentence on each that does not. Raises PlanError."""
    kept: list[Callback] = []
    notes: list[str] = []
    for item in declared:
        kind, config = str(item.get("class_name"))[:60], item.get("config")
        config = config if isinstance(config, dict) else {}
        if kind == "LearningRateScheduler":
            kept.append(Callback(kind=kind, arguments={"values": _rates(config.get("values"), epochs)}))
        elif kind in CALLBACKS:
            given = {name: value for name, value in config.items() if name in CALLBACKS[kind]}
            if given.get("monitor") in ("acc", "val_acc"):
                given["monitor"] = given["monitor"].replace("acc", "accuracy")
            arguments = read_arguments(given, CALLBACKS[kind], kind)
            # A checkpoint of every epoch leaves the last weights, as no checkpoint does.
            if kind != "ModelCheckpoint" or arguments["save_best_only"]:
                kept.append(Callback(kind=kind, arguments=arguments))
        else:
            notes.append(told("The callback {kind} does not take part in grading.", kind=kind))
    return tuple(kept), notes


def _one_of(names: Iterable[str]) -> str:
    return told("Use one of {names}.", names=", ".join(names))


def check_one_rate(optimizer: Optimizer, callbacks: tuple[Callback, ...]) -> None:
    """Keras cannot set the rate of an optimizer whose rate follows a schedule. Raises PlanError."""
    setters = [callback.kind for callback in callbacks if callback.kind in RATE_SETTERS]
    if optimizer.schedule and setters:
        raise PlanError(
            told(
                "The learning rate follows {schedule}, and {callback} would set it too.",
                schedule=str(optimizer.schedule["kind"]),
                callback=setters[0],
            ),
            later("Use one of the two."),
        )


def _rates(values: Any, epochs: int) -> list[float]:
    if not isinstance(values, list) or len(values) < epochs:
        raise UnsupportedError(later("The LearningRateScheduler could not be read for every epoch."))
    return [_learning_rate(value, "LearningRateScheduler")[0] for value in values[:epochs]]


def most_epochs(dataset: Dataset) -> int:
    """How many epochs there may be on a data set."""
    return MOST_EPOCHS if dataset.pictures else MOST_EPOCHS_OF_POINTS


def read_order(value: str) -> Order:
    """The order of the samples. Raises PlanError."""
    wanted = {"order": Argument(choice(*get_args(Order)), "shuffled")}
    order: Order = read_arguments({"order": value}, wanted, "TRAINING")["order"]
    return order


def read_epochs(value: float | None, most: int = MOST_EPOCHS) -> int:
    """How many epochs were asked for. Raises PlanError."""
    if value is None:
        raise PlanError(
            later("No number of epochs was declared."), later("Give `epochs` to fit, or in TRAINING or training.yaml.")
        )
    return int(read_arguments({"epochs": value}, {"epochs": Argument(integer(1, most))}, "fit")["epochs"])


def read_batches(value: float | None) -> int | None:
    """How many batches the training takes, where that was given instead of epochs. Raises PlanError."""
    if value is None:
        return None
    return int(
        read_arguments({"batches": value}, {"batches": Argument(integer(1, MOST_BATCHES))}, "TRAINING")["batches"]
    )


def read_batch_size(value: float | None, images: int) -> int:
    """The batch size, 32 where none was given, as in Keras. Raises PlanError."""
    given = 32 if value is None else value
    return int(read_arguments({"batch_size": given}, {"batch_size": Argument(integer(1, images))}, "fit")["batch_size"])


def read_augmentation(declared: Mapping[str, Any], pictures: bool = True) -> dict[str, float | bool]:
    """The augmentation that does something. Raises PlanError."""
    read = read_arguments(declared, AUGMENTATION, "ImageDataGenerator")
    kept = {name: value for name, value in sorted(read.items()) if value}
    if kept and not pictures:
        raise PlanError(
            later("Augmentation moves and turns pictures; the data of this task are points."), later("Leave it out.")
        )
    return kept


def read_transform(transform: InputTransform | None, channels: int) -> InputTransform:
    """One scale and offset for each channel. Raises PlanError."""
    if transform is None:
        raise UnsupportedError(
            later("How the images were scaled could not be determined."),
            later("A person looks at how the submission prepares its images."),
        )
    numbers = [*transform.scale, *transform.offset]
    if len(transform.scale) not in (1, channels) or len(transform.offset) != len(transform.scale):
        raise PlanError(later("The scaling of the images has the wrong number of channels."))
    if not all(math.isfinite(n) and abs(n) < 1e6 for n in numbers):
        raise PlanError(later("The scaling of the images is not finite."))
    times = channels // len(transform.scale)
    rounded = [float(f"{n:.6g}") for n in transform.scale], [float(f"{n:.6g}") for n in transform.offset]
    return InputTransform(scale=rounded[0] * times, offset=rounded[1] * times)
