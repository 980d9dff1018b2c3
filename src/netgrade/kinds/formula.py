"""Formula: whether two formulas say the same, by SymPy's numbers of 40 digits at points nobody can guess a way around.

Two formulas that differ agree at a random point with probability zero (Schwartz 1980, Zippel 1979, for polynomials
over a large set), so that agreement at all points is as good as a proof, and costs the same for every formula.
"""

import math
import random
from collections.abc import Callable, Mapping
from typing import Any

import sympy

from netgrade.errors import SpecError
from netgrade.formulas import Tree, parse_formula

POINTS = 12
FEWEST = 6
"""Points at which both have a value; with fewer, nothing is decided."""

DIGITS = 40
AGREES = sympy.Float("1e-25", DIGITS)
MOST_EXPONENT = 100

_UNDEFINED = (ArithmeticError, ValueError, TypeError)


def formulas_agree(text: str, accepted: str) -> bool | None:
    """Whether `text` equals `accepted` for positive values of its symbols; None where it cannot be read."""
    wanted = parse_formula(accepted)
    try:
        found = parse_formula(text, wanted.symbols())
    except SpecError:
        return None
    chance = random.Random(accepted)
    names, compared = sorted(wanted.symbols()), 0
    for _ in range(POINTS):
        point = {name: chance.uniform(0.5, 9.5) for name in names}
        if not (_has_value(wanted, point) and _has_value(found, point)):
            continue
        if not _equal(_exactly(found, point), _exactly(wanted, point)):
            return False
        compared += 1
    return True if compared >= FEWEST else None


def _has_value(tree: Tree, point: Mapping[str, float]) -> bool:
    """In ordinary numbers, which end at once where SymPy's would grow without bound."""
    try:
        value = tree.value(lambda what: point[what] if what in point else float(what), _FLOATS)
        return math.isfinite(value)
    except _UNDEFINED:
        return False


def _exactly(tree: Tree, point: Mapping[str, float]) -> Any:
    return tree.value(lambda what: sympy.Float(point.get(what, what), DIGITS), _SYMPY)


def _equal(one: Any, other: Any) -> bool:
    return bool(abs(one - other) <= AGREES * max(1, abs(one), abs(other)))


def _power(base: float, exponent: float) -> float:
    if abs(exponent) > MOST_EXPONENT:
        raise OverflowError("an exponent this large is left to a person")
    value = base**exponent
    if isinstance(value, complex) or (value == 0 and base != 0):
        raise ValueError("no real value of ordinary size")
    return float(value)


_SHARED: dict[str, Callable[..., Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "negative": lambda a: -a,
    "abs": abs,
}
_FLOATS = _SHARED | {
    "^": _power, "sqrt": math.sqrt, "exp": math.exp, "log": math.log, "ln": math.log, "sin": math.sin, "cos": math.cos,
    "tan": math.tan, "tanh": math.tanh, "floor": math.floor, "ceil": math.ceil,
}  # fmt: skip
_SYMPY = _SHARED | {
    "^": lambda a, b: a ** (sympy.Integer(int(b)) if b == int(b) else b), "sqrt": sympy.sqrt, "exp": sympy.exp,
    "log": sympy.log, "ln": sympy.log, "sin": sympy.sin, "cos": sympy.cos, "tan": sympy.tan, "tanh": sympy.tanh,
    "floor": sympy.floor, "ceil": sympy.ceiling,
}  # fmt: skip
