"""The callbacks of a plan: Keras's own classes, with a state that a checkpoint can hold."""

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from netgrade.objects.plan import Callback, Plan

_STATE = ("best", "best_epoch", "wait", "stopped_epoch", "cooldown_counter")


class Callbacks:
    """All callbacks of one training, called once an epoch. Epochs count from 0, as in Keras."""

    def __init__(self, plan: Plan, model: keras.Model) -> None:
        self._all = [_made(callback, plan.epochs) for callback in plan.callbacks]
        self._model = model
        model.stop_training = False
        for callback in self._all:
            callback.set_model(model)
            callback.on_train_begin()

    @property
    def stopped(self) -> bool:
        """True once a callback has asked to stop."""
        return bool(self._model.stop_training)

    @property
    def best_epoch(self) -> int | None:
        """The epoch, from 0, whose weights are kept at the end; None where no callback keeps any."""
        kept = [c.best_epoch for c in self._all if getattr(c, "best_weights", None) is not None]
        return kept[-1] if kept else None

    def begin_epoch(self, epoch: int) -> None:
        """Let schedules set the learning rate."""
        for callback in self._all:
            callback.on_epoch_begin(epoch)

    def end_epoch(self, epoch: int, logs: dict[str, float]) -> None:
        """Pass on the epoch's loss, accuracy, val_loss and val_accuracy."""
        for callback in self._all:
            callback.on_epoch_end(epoch, logs)

    def end(self) -> None:
        """Put back the best weights where a callback keeps them."""
        for callback in self._all:
            callback.on_train_end()

    def state(self) -> dict[str, Any]:
        """What a resumed training needs besides `best_weights`: numbers alone."""
        kept = [{n: _plain(vars(c)[n]) for n in _STATE if n in vars(c)} for c in self._all]
        return {"stopped": self.stopped, "callbacks": kept}

    def best_weights(self) -> list[list[NDArray[Any]]]:
        """The best weights so far, of each callback; empty for one that keeps none."""
        return [getattr(callback, "best_weights", None) or [] for callback in self._all]

    def restore(self, state: dict[str, Any], best_weights: list[list[NDArray[Any]]]) -> None:
        """Go on from what `state` and `best_weights` gave."""
        self._model.stop_training = state["stopped"]
        for callback, known, weights in zip(self._all, state["callbacks"], best_weights, strict=True):
            vars(callback).update(known)
            if weights:
                callback.best_weights = weights


def _made(callback: Callback, epochs: int) -> keras.callbacks.Callback:
    arguments = dict(callback.arguments)
    if callback.kind == "LearningRateScheduler":
        rates = arguments["values"]
        return keras.callbacks.LearningRateScheduler(lambda epoch: float(rates[min(epoch, len(rates) - 1)]))
    monitor = arguments.get("monitor", "val_loss")
    if arguments.get("mode", "auto") == "auto":
        arguments["mode"] = "min" if monitor.endswith("loss") else "max"
    if callback.kind == "ModelCheckpoint":
        # Saving the best epoch and loading it afterwards is early stopping that never stops.
        keep = arguments.get("save_best_only", False)
        return keras.callbacks.EarlyStopping(
            monitor, mode=arguments["mode"], patience=epochs, restore_best_weights=keep
        )
    return getattr(keras.callbacks, callback.kind)(**arguments)


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int) else float(np.asarray(value))
