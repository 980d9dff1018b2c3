"""Formulas: a small grammar that turns `(W - F + 2P)/S + 1` into a tree. Nothing is evaluated by a language.

SymPy's own reader runs what it is given as Python; a student's text is therefore read here, symbol by symbol.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from netgrade.errors import SpecError

MOST_CHARACTERS = 200
MOST_DEPTH = 25
MOST_DIGITS = 15
FUNCTIONS = ("sqrt", "exp", "log", "ln", "sin", "cos", "tan", "tanh", "abs", "floor", "ceil")

_SPELLINGS = {
    "**": "^", "·": "*", "×": "*", "⋅": "*", "−": "-", "÷": "/", "\\cdot": "*", "\\times": "*", "\\left": "",
    "\\right": "", "\\frac": " frac", "\\sqrt": " sqrt", "$": "", "{": "(", "}": ")", "[": "(", "]": ")",
}  # fmt: skip
_TOKEN = re.compile(r"(\d+\.?\d*|\.\d+)|([A-Za-z]\w*)|([-+*/^()])|\s+")

ARITHMETIC: dict[str, Callable[..., Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "negative": lambda a: -a,
    "abs": abs,
}
"""The operations that are written alike for every kind of number; a kind adds its own power and functions."""


@dataclass(frozen=True)
class Tree:
    """One node: a number, a symbol, or an operation on the trees below it."""

    what: str
    below: tuple["Tree", ...] = ()
    kind: Literal["number", "symbol", "operation"] = "operation"

    def symbols(self) -> set[str]:
        """The names that stand for quantities."""
        own = {self.what} if self.kind == "symbol" else set()
        return own.union(*(tree.symbols() for tree in self.below))

    def value(self, numbers: Callable[[str], Any], operations: Mapping[str, Callable[..., Any]]) -> Any:
        """The value in any kind of number; `numbers` gives those of digits and symbols."""
        if self.kind != "operation":
            return numbers(self.what)
        return operations[self.what](*(tree.value(numbers, operations) for tree in self.below))


def parse_formula(text: str, symbols: set[str] | None = None) -> Tree:
    """Read a formula; `symbols` are the names it may use, all where that is None.

    `2P` and `2(a + b)` are products, `x = ...` counts from the sign on. Raises SpecError for anything that is
    longer, deeper or other than the grammar, and for what two people would read differently, such as `1/2P`.
    """
    if len(text) > MOST_CHARACTERS:
        raise SpecError(f"it is longer than {MOST_CHARACTERS} characters")
    for spelling, plain in _SPELLINGS.items():
        text = text.replace(spelling, plain)
    name, sign, rest = text.partition("=")
    if sign and not re.fullmatch(r"\s*[A-Za-z]\w*\s*", name):
        raise SpecError("it has a `=` that does not follow a single name")
    return _Reader(_tokens(rest if sign else text), symbols).read()


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if not match:
            raise SpecError(f"`{text[at]}` has no place in a formula")
        if match[1] and len(match[1]) > MOST_DIGITS:
            raise SpecError(f"`{match[1][:20]}` has more than {MOST_DIGITS} digits")
        if not match[0].isspace():
            found.append(match[0])
        at = match.end()
    return found


class _Reader:
    """Recursive descent: sums of products of powers."""

    def __init__(self, tokens: list[str], symbols: set[str] | None) -> None:
        self.tokens, self.symbols, self.at, self.depth = tokens, symbols, 0, 0

    def read(self) -> Tree:
        tree = self._sum()
        if self.at < len(self.tokens):
            raise SpecError(f"`{self.tokens[self.at]}` stands where nothing is expected")
        return tree

    def _next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def _take(self) -> str:
        token = self._next()
        if not token:
            raise SpecError("it ends too early")
        self.at += 1
        return token

    def _sum(self) -> Tree:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise SpecError(f"it is nested more than {MOST_DEPTH} deep")
        tree = self._product()
        while self._next() in ("+", "-"):
            tree = Tree(self._take(), (tree, self._product()))
        self.depth -= 1
        return tree

    def _product(self) -> Tree:
        tree, divided = self._signed(), False
        while (token := self._next()) in ("*", "/") or (token and token not in "+-^)"):
            if token in ("*", "/"):
                divided = self._take() == "/"
                tree = Tree(token, (tree, self._signed()))
            elif divided:
                raise SpecError(f"it is not clear what is divided before `{token}`: write brackets")
            else:
                tree = Tree("*", (tree, self._power()))
        return tree

    def _signed(self) -> Tree:
        signs = 0
        while self._next() in ("+", "-"):
            signs += self._take() == "-"
        tree = self._power()
        return Tree("negative", (tree,)) if signs % 2 else tree

    def _power(self) -> Tree:
        base = self._atom()
        if self._next() != "^":
            return base
        self._take()
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise SpecError(f"it is nested more than {MOST_DEPTH} deep")
        tree = Tree("^", (base, self._signed()))
        self.depth -= 1
        return tree

    def _atom(self) -> Tree:
        token = self._take()
        if token == "(":
            return self._bracketed()
        if token[0].isdigit() or token[0] == ".":
            return Tree(token, kind="number")
        if token == "frac":
            return Tree("/", (self._group(), self._group()))
        if token in FUNCTIONS:
            return Tree(token, (self._group(),))
        if not token[0].isalpha():
            raise SpecError(f"`{token}` stands where a number or a name is expected")
        if self.symbols is not None and token not in self.symbols:
            raise SpecError(f"`{token[:40]}` is no name of this formula")
        return Tree(token, kind="symbol")

    def _group(self) -> Tree:
        if self._take() != "(":
            raise SpecError("brackets are expected after the name of a function")
        return self._bracketed()

    def _bracketed(self) -> Tree:
        tree = self._sum()
        if self._take() != ")":
            raise SpecError("a bracket is not closed")
        return tree
