"""Recorder: stands in for `fit`, `evaluate` and `predict`, and notes what a submission asked for."""

import inspect
import json
import math
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np

from netgrade.extract.child.images import Images
from netgrade.extract.child.outputs import describe_losses, empty_predictions, metric_names, targets_of
from netgrade.extract.child.times import encoding_of
from netgrade.objects.dataset import CLOCKS

CALLBACKS = ("EarlyStopping", "ReduceLROnPlateau", "ModelCheckpoint", "LearningRateScheduler")
SILENT = ("TensorBoard", "CSVLogger", "ProgbarLogger", "History", "TerminateOnNaN", "BackupAndRestore")
AUGMENTATION = (
    "horizontal_flip",
    "vertical_flip",
    "width_shift_range",
    "height_shift_range",
    "rotation_range",
    "zoom_range",
)
OTHER_AUGMENTATION = ("shear_range", "channel_shift_range", "brightness_range", "featurewise_center",
                      "samplewise_center", "featurewise_std_normalization", "samplewise_std_normalization",
                      "zca_whitening", "rescale", "preprocessing_function")  # fmt: skip


@dataclass
class Place:
    """Where in the submission we are: a task's section and the cell, or a file and its function."""

    task: str | None = None
    where: str = ""


@dataclass(eq=False)
class Fit:
    """One call of `fit`."""

    model: Any
    place: Place
    epochs: float
    declared: dict[str, Any]


@dataclass
class Recorder:
    """All that a submission does to models, in order."""

    datasets: dict[str, Images]
    dataset_of: dict[str, str]
    """The data set that each task's models are trained on."""
    place: Place = field(default_factory=Place)
    fits: list[Fit] = field(default_factory=list)
    born: dict[int, Place] = field(default_factory=dict)
    compiled: dict[int, dict[str, Any]] = field(default_factory=dict)
    alive: list[Any] = field(default_factory=list)
    """Models are kept, so that no new one gets an old one's id."""

    def install(self) -> None:
        """Replace Keras's own methods."""
        model = keras.Model
        self._note_births()
        self._note_callbacks()
        compile_ = model.compile

        def compiled(this: Any, optimizer: Any = "rmsprop", loss: Any = None, *args: Any, **kwargs: Any) -> None:
            if isinstance(kwargs.get("metrics"), str):
                kwargs["metrics"] = [kwargs["metrics"]]
            compile_(this, optimizer, loss, *args, **kwargs)
            weights = args[0] if args else kwargs.get("loss_weights")
            self.compiled[id(this)] = {"loss": loss, "loss_weights": weights, "metrics": kwargs.get("metrics") or []}

        model.compile = compiled
        model.fit = lambda this, *args, **kwargs: self._fit(this, *args, **kwargs)
        model.fit_generator = model.fit
        model.evaluate = lambda this, *_, **kwargs: self._evaluate(this, kwargs.get("return_dict", False))
        model.evaluate_generator = model.evaluate
        model.predict = lambda this, x=None, *_, **__: self._predict(this, x)
        model.predict_generator = model.predict
        # No weights come from anywhere but the grader's own training.
        model.load_weights = lambda this, *_, **__: None
        model.predict_classes = lambda this, x=None, *_, **__: self._predict(this, x).argmax(axis=-1)

    def _note_births(self) -> None:
        from keras.src.models.functional import Functional

        for kind in (Functional, keras.Sequential):
            made = kind.__init__

            def noted(this: Any, *args: Any, _made: Any = made, **kwargs: Any) -> None:
                _made(this, *args, **kwargs)
                self.born.setdefault(id(this), Place(self.place.task, self.place.where))
                self.alive.append(this)

            kind.__init__ = noted

    def _note_callbacks(self) -> None:
        for name in CALLBACKS:
            kind = getattr(keras.callbacks, name)
            made = kind.__init__

            def noted(this: Any, *args: Any, _made: Any = made, **kwargs: Any) -> None:
                given = dict(inspect.signature(_made).bind(this, *args, **kwargs).arguments)
                given.pop(next(iter(given)))
                this.netgrade_arguments = {**given, **given.pop("kwargs", {})}
                if type(this).__name__ == "ModelCheckpoint":
                    # Old notebooks name their files as Keras 2 allowed; nothing is written here.
                    args, kwargs = (
                        ("/tmp/checkpoint.weights.h5" if kwargs.get("save_weights_only") else "/tmp/checkpoint.keras",),
                        {k: v for k, v in kwargs.items() if k not in ("filepath", "period")},
                    )
                _made(this, *args, **kwargs)

            kind.__init__ = noted

    def _fit(
        self, model: Any, x: Any = None, y: Any = None, batch_size: Any = None, epochs: Any = 1, **kwargs: Any
    ) -> Any:
        if id(model) not in self.compiled and getattr(model, "optimizer", None) is None:
            raise ValueError("You must call `compile()` before calling `fit()`.")
        epochs = float(epochs) - float(kwargs.get("initial_epoch", 0) or 0)
        declared = self._data(model, x, y, batch_size, kwargs)
        declared["callbacks"], notes = self.callbacks(model, kwargs.get("callbacks"), epochs)
        declared["cautions"] += notes
        self.fits.append(Fit(model, Place(self.place.task, self.place.where), epochs, declared))
        validated = any(kwargs.get(name) is not None for name in ("validation_data", "validation_split"))
        return self._history(model, epochs, validated)

    def _data(self, model: Any, x: Any, y: Any, batch_size: Any, kwargs: dict[str, Any]) -> dict[str, Any]:
        """What the call says about data: scaling, batch size, share held out, augmentation, and what is unusual."""
        cautions: list[str] = []
        augmentation: dict[str, Any] = {}
        if hasattr(x, "image_data_generator"):
            augmentation, notes = _augmentation(x.image_data_generator)
            cautions += notes
            x, y, batch_size = x.x, x.y, x.batch_size
        elif type(x).__module__.startswith("tensorflow") and hasattr(x, "element_spec"):
            x, y, batch_size, note = _from_dataset(x)
            cautions.append(note)
        dataset, transform = self._trace(x)
        if transform is None:
            cautions.append("The images given to fit could not be traced back to the data set.")
        encoding = ""
        if transform and y is not None:
            agree, encoding = self._labels(model, dataset, x, y)
            if not agree:
                transform = None
                cautions.append("The labels given to fit are not those of the data set.")
        if any(kwargs.get(name) is not None for name in ("class_weight", "sample_weight")):
            cautions.append("Weights of classes or samples do not take part in grading.")
        if kwargs.get("steps_per_epoch") is not None and not augmentation:
            cautions.append("steps_per_epoch was set; the grader's epochs go over all training images.")
        return {
            "batch_size": batch_size,
            "order": self._order(y, dataset, kwargs, cautions),
            "dataset": dataset,
            "transform": transform and {"scale": transform[0], "offset": transform[1]},
            "validation_fraction": self._validation(x, dataset, kwargs, cautions),
            "augmentation": augmentation,
            "encoding": encoding,
            "cautions": cautions,
        }

    def _labels(self, model: Any, dataset: str, x: Any, y: Any) -> tuple[bool, str]:
        """Whether the labels given to `fit` are the true ones, and how they state the time where they do."""
        images = self.datasets[dataset]
        if dataset not in CLOCKS:
            return images.labels_agree(x, y), ""
        times = images.labels_of(x)
        encoding = encoding_of(targets_of(model, y), times, model) if times is not None else None
        return encoding is not None, encoding or ""

    def _trace(self, x: Any) -> tuple[str, tuple[list[float], list[float]] | None]:
        """The data set that images were taken from, and how they were scaled; the task's own is tried first."""
        own = self.dataset_of.get(self.place.task or "", "")
        for name in dict.fromkeys([own, *self.datasets] if own else self.datasets):
            found = self.datasets[name].transform_of(x) if hasattr(x, "shape") else None
            if found is not None:
                return name, found
        return "", None

    def usual_scaling(self, task: str) -> tuple[list[float], list[float]]:
        """Scale and offset of a task's data where a submission shows none."""
        return self.datasets[self.dataset_of.get(task) or next(iter(self.datasets))].usual

    def _order(self, y: Any, dataset: str, kwargs: dict[str, Any], cautions: list[str]) -> str:
        """In which order the samples come: Keras shuffles them unless it is told not to."""
        if kwargs.get("shuffle", True) is not False or y is None or not dataset:
            return "shuffled"
        y = np.asarray(y)
        labels = y.argmax(axis=-1) if y.ndim > 1 and y.shape[-1] > 1 else y.reshape(-1)
        if (np.diff(labels.astype("int64")) >= 0).all():
            return "by_class"
        if np.array_equal(labels, self.datasets[dataset].labels[: len(labels)]):
            return "as_given"
        cautions.append("The order that shuffle=False kept is not followed here; the samples are shuffled.")
        return "shuffled"

    def _images_of(self, fit: Fit) -> Images:
        """The images that a fit was given, or else those of its task."""
        first = next(iter(self.datasets))
        return self.datasets[fit.declared["dataset"] or self.dataset_of.get(fit.place.task or "", first)]

    def _validation(self, x: Any, dataset: str, kwargs: dict[str, Any], cautions: list[str]) -> float | None:
        if kwargs.get("validation_data") is None:
            return float(kwargs["validation_split"]) if kwargs.get("validation_split") else None
        held_out = kwargs["validation_data"]
        held_x = getattr(held_out, "x", None) if not isinstance(held_out, tuple | list) else held_out[0]
        if held_x is None or not hasattr(held_x, "shape"):
            return None
        if dataset and self.datasets[dataset].is_test_copy(held_x):
            cautions.append("Validated on the test set; the grader holds out training images instead.")
            return None
        return len(held_x) / (len(held_x) + len(x)) if hasattr(x, "__len__") and len(x) else None

    def callbacks(self, model: Any, callbacks: Any, epochs: float) -> tuple[list[dict[str, Any]], list[str]]:
        """Those that change a training, as `{class_name, config}`, and a sentence on each of the others."""
        listed = callbacks if isinstance(callbacks, list | tuple) else [callbacks] if callbacks else []
        kept, notes = [], []
        for callback in listed:
            kind = type(callback).__name__
            if kind == "LearningRateScheduler":
                kept.append({"class_name": kind, "config": {"values": _rates(callback, model, epochs)}})
            elif kind in CALLBACKS:
                arguments = getattr(callback, "netgrade_arguments", {})
                config = {k: v for k, v in arguments.items() if isinstance(v, str | int | float | bool)}
                kept.append({"class_name": kind, "config": config})
            elif kind not in SILENT:
                notes.append(f"The callback {kind} does not take part in grading.")
        return kept, notes

    def _metric_names(self, model: Any) -> list[str]:
        return metric_names(model, self.compiled.get(id(model), {}).get("metrics", []))

    def _history(self, model: Any, epochs: float, validated: bool) -> Any:
        """A History with a zero for every epoch, so that plots and prints go on working."""
        count = int(epochs) if math.isfinite(epochs) and 0 < epochs < 100_000 else 1
        names = ["loss", *self._metric_names(model)]
        names += [f"val_{name}" for name in names] if validated else []
        history = keras.callbacks.History()
        history.history = _Curves({name: [0.0] * count for name in names})
        history.epoch = list(range(count))
        history.params = {"epochs": count, "steps": 1, "verbose": 0}
        history.set_model(model)
        model.history = history
        return history

    def _evaluate(self, model: Any, as_dict: bool) -> Any:
        names = ["loss", *self._metric_names(model)]
        if as_dict:
            return dict.fromkeys(names, 0.0)
        return [0.0] * len(names) if len(names) > 1 else 0.0

    def _predict(self, model: Any, x: Any) -> Any:
        return empty_predictions(model, len(x) if hasattr(x, "__len__") else 1)

    def describe(self, fit: Fit) -> dict[str, Any]:
        """Architecture, optimizer and loss of a compiled model.

        Raises ValueError with what is missing, NotImplementedError for what the grader cannot describe.
        """
        model = fit.model
        if not isinstance(model, keras.Model):
            raise ValueError(f"a compiled Keras model was expected, not {type(model).__name__}")
        if getattr(model, "optimizer", None) is None:
            raise ValueError("the model was not compiled")
        if not model.built:
            model.build((None, *self._images_of(fit).images.shape[1:]))
        kind = type(model).__name__
        if kind not in ("Sequential", "Functional", "Model"):
            raise NotImplementedError(f"A model of the class {kind} cannot be described; use Sequential or Functional.")
        optimizer = keras.optimizers.serialize(model.optimizer)
        if hasattr(model.optimizer, "netgrade_decay"):
            optimizer["config"]["decay"] = model.optimizer.netgrade_decay
        return {
            "architecture": {"class_name": kind, "config": model.get_config()},
            "optimizer": optimizer,
            **describe_losses(model, self.compiled.get(id(model), {})),
        }


class _Curves(dict):  # type: ignore[type-arg]
    """The history's curves; the names that Keras 2 used are found too."""

    def __missing__(self, name: str) -> Any:
        translated = name.replace("acc", "accuracy") if name in ("acc", "val_acc") else None
        if translated is None or translated not in self:
            raise KeyError(name)
        return self[translated]


def _augmentation(generator: Any) -> tuple[dict[str, Any], list[str]]:
    zoom = generator.zoom_range
    # ImageDataGenerator keeps [1 - zoom, 1 + zoom].
    values = {name: getattr(generator, name) for name in AUGMENTATION} | {
        "zoom_range": float(zoom[1]) - 1.0 if len(zoom) else 0.0
    }
    ignored = [name for name in OTHER_AUGMENTATION if getattr(generator, name, None)]
    return values, [f"The augmentation {name} does not take part in grading." for name in ignored]


def _from_dataset(dataset: Any) -> tuple[Any, Any, Any, str]:
    """The first batch of a tf.data pipeline, which tells scaling and batch size but not shuffling or augmentation."""
    for batch in dataset.take(1):
        x, y = batch[0].numpy(), keras.tree.map_structure(lambda part: part.numpy(), batch[1])
        return x, y, len(x), "Trained from a tf.data pipeline: only its first batch was looked at."
    return None, None, None, "The tf.data pipeline is empty."


def _rates(callback: Any, model: Any, epochs: float) -> list[float]:
    count = int(epochs) if math.isfinite(epochs) and 0 < epochs <= 1000 else 1
    rate, rates = float(np.asarray(model.optimizer.learning_rate)), []
    for epoch in range(count):
        try:
            rate = float(callback.schedule(epoch, rate))
        except TypeError:
            rate = float(callback.schedule(epoch))
        rates.append(rate)
    return rates


def plain(value: Any, depth: int = 0) -> Any:
    """JSON-able: numpy scalars as numbers, what is not finite or too large as text, strange objects by their name."""
    if depth > 60:
        return "..."
    if isinstance(value, dict):
        return {str(k): plain(v, depth + 1) for k, v in value.items()}
    if isinstance(value, list | tuple | set):
        return [plain(v, depth + 1) for v in value]
    if isinstance(value, np.generic | np.ndarray):
        return plain(value.tolist(), depth + 1)
    if isinstance(value, bool | str) or value is None:
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else "a whole number that is too large"
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    try:
        return plain(keras.saving.serialize_keras_object(value), depth + 1)
    except Exception:
        return type(value).__name__


def dumps(value: Any) -> bytes:
    """The result as JSON."""
    return json.dumps(plain(value), allow_nan=False).encode()
