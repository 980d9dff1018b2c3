"""Variants: the tasks of an assignment as the child sees them, and the models of a sweep."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

SETTINGS = ("epochs", "batch_size", "batches", "validation_split")
"""Factors that belong to the training where `build_<task>` does not take them."""


MOST = 200
"""Variants of one sweep."""


@dataclass(frozen=True)
class Tasks:
    """Ids of all tasks, of those that train, and the declared combinations of each sweep (none: to be found)."""

    every: list[str]
    models: list[str]
    sweeps: dict[str, list[dict[str, Any]]]

    def declared(self) -> "Tasks":
        """Nothing but the sweeps with declared combinations."""
        sweeps = {task: combinations for task, combinations in self.sweeps.items() if combinations}
        return Tasks([*sweeps], [*sweeps], sweeps)

    def combinations(self, task: str, own: Any) -> list[dict[str, Any]]:
        """The declared combinations of a sweep, or else `own`: what the submission lists itself."""
        listed = own if isinstance(own, list | tuple) else []
        return self.sweeps[task] or [combination for combination in listed[:MOST] if isinstance(combination, dict)]


def variant_name(task: str, number: int) -> str:
    """`rates/003`."""
    return f"{task}/{number:03d}"


def divided(build: Callable[..., Any], combination: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The factors that `build` takes, and those that are settings of the training.

    Raises TypeError for a factor that has no place.
    """
    parameters = inspect.signature(build).parameters
    takes_all = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters.values())
    arguments = {name: value for name, value in combination.items() if takes_all or name in parameters}
    rest = {name: value for name, value in combination.items() if name not in arguments}
    if strange := [name for name in rest if name not in SETTINGS]:
        raise TypeError(f"the function takes no argument `{strange[0]}`")
    return arguments, rest
