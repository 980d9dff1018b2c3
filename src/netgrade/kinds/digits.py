"""Formulas in 40 digits, by SymPy."""

from collections.abc import Mapping
from typing import Any

import sympy

from netgrade.formulas import ARITHMETIC, Tree

DIGITS = 40
AGREES = sympy.Float("1e-25", DIGITS)

_OPERATIONS = ARITHMETIC | {
    "^": lambda a, b: a ** (sympy.Integer(int(b)) if b == int(b) else b), "sqrt": sympy.sqrt, "exp": sympy.exp,
    "log": sympy.log, "ln": sympy.log, "sin": sympy.sin, "cos": sympy.cos, "tan": sympy.tan, "tanh": sympy.tanh,
    "floor": sympy.floor, "ceil": sympy.ceiling,
}  # fmt: skip


def exactly(tree: Tree, point: Mapping[str, float]) -> Any:
    """The value of a formula where its symbols have the values of `point`."""
    return tree.value(lambda what: sympy.Float(point.get(what, what), DIGITS), _OPERATIONS)


def equal(one: Any, other: Any) -> bool:
    """Whether two values are the same, but for rounding."""
    return bool(abs(one - other) <= AGREES * max(1, abs(one), abs(other)))
