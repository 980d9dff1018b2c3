"""Formula: whether two formulas say the same, by SymPy's numbers of 40 digits at points nobody can guess a way around.

Two formulas that differ agree at a random point with probability zero (Schwartz 1980, Zippel 1979, for polynomials
over a large set), so that agreement at all points is as good as a proof, and costs the same for every formula.
"""

import math
import random
from collections.abc import Mapping

from netgrade.errors import SpecError
from netgrade.formulas import ARITHMETIC, Tree, parse_formula

POINTS = 12
FEWEST = 6
"""Points at which both have a value; with fewer, nothing is decided."""

MOST_EXPONENT = 100

_UNDEFINED = (ArithmeticError, ValueError, TypeError)


def formulas_agree(text: str, accepted: str) -> bool | None:
    """Whether `text` equals `accepted` for positive values of its symbols; None where it cannot be read."""
    wanted = parse_formula(accepted)
    try:
        found = parse_formula(text, wanted.symbols())
    except SpecError:
        return None
    # SymPy takes longer to import than all else that grading does, and few assignments ask for formulas.
    from netgrade.kinds.digits import equal, exactly

    chance = random.Random(accepted)
    names, compared = sorted(wanted.symbols()), 0
    for _ in range(POINTS):
        point = {name: chance.uniform(0.5, 9.5) for name in names}
        if not (_has_value(wanted, point) and _has_value(found, point)):
            continue
        if not equal(exactly(found, point), exactly(wanted, point)):
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


def _power(base: float, exponent: float) -> float:
    if abs(exponent) > MOST_EXPONENT:
        raise OverflowError("an exponent this large is left to a person")
    value = base**exponent
    if isinstance(value, complex) or (value == 0 and base != 0):
        raise ValueError("no real value of ordinary size")
    return float(value)


_FLOATS = ARITHMETIC | {
    "^": _power, "sqrt": math.sqrt, "exp": math.exp, "log": math.log, "ln": math.log, "sin": math.sin, "cos": math.cos,
    "tan": math.tan, "tanh": math.tanh, "floor": math.floor, "ceil": math.ceil,
}  # fmt: skip
