"""Absent: stands in for a module that a notebook imports and that was not handed in, such as a course's plots."""

import sys
from types import ModuleType
from typing import Any

MOST = 20
"""Modules of one cell."""


class Absent(ModuleType):
    """A module in which every name stands for an object that takes anything and does nothing."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__: list[str] = []
        self.__all__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing()


class Nothing:
    """Any attribute of it is another one, and calling it gives None."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *_: Any, **__: Any) -> None:
        """Take anything, and do nothing."""


def stand_in(name: str) -> None:
    """From now on, `import name` works."""
    module = Absent(name)
    sys.modules[name] = module
    package, _, last = name.rpartition(".")
    if package in sys.modules:
        setattr(sys.modules[package], last, module)
