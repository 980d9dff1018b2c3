"""Network by hand: the student chooses the weights of a small network for a truth table; nothing is trained."""

from itertools import product
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from netgrade.objects.base import Noun
from netgrade.objects.tasks.base import TaskBase

_CORNERS = [list(map(float, corner)) for corner in product((0, 1), repeat=2)]
NAMED = {"and": [0, 0, 0, 1], "or": [0, 1, 1, 1], "xor": [0, 1, 1, 0], "nand": [1, 1, 1, 0], "nor": [1, 0, 0, 0]}
"""Outputs of the functions that have a name, for the inputs 00, 01, 10 and 11."""

MOST_INPUTS, MOST_ROWS = 10, 256


class TruthTable(Noun):
    """What a network has to answer, row by row."""

    inputs: list[list[float]] = Field(min_length=2, max_length=MOST_ROWS, description="One list of numbers a row.")
    outputs: list[Literal[0, 1]] = Field(description="0 or 1 for each row.")

    @model_validator(mode="after")
    def _rows_fit(self) -> "TruthTable":
        widths = {len(row) for row in self.inputs}
        if len(widths) != 1 or not 1 <= max(widths) <= MOST_INPUTS:
            raise ValueError(f"expected 1 to {MOST_INPUTS} numbers in every row of inputs, and equally many in each")
        if len(self.inputs) != len(self.outputs):
            raise ValueError(f"expected one output a row; found {len(self.inputs)} rows, {len(self.outputs)} outputs")
        if len(set(map(tuple, self.inputs))) != len(self.inputs):
            raise ValueError("expected every row of inputs once")
        return self

    @property
    def width(self) -> int:
        """How many inputs a network has."""
        return len(self.inputs[0])


class ByHandTask(TaskBase):
    """A network whose weights are chosen by hand. It is held against the whole truth table and a largest size."""

    kind: Literal["byhand"] = Field(description="What is graded, and how.")
    prompt: str = Field(default="", description="What the report repeats above the network.")
    table: TruthTable = Field(description="`and`, `or`, `xor`, `nand`, `nor`, or inputs and outputs.")
    output_threshold: float = Field(default=0.5, ge=-1e6, le=1e6, description="An output above it stands for 1.")
    most_layers: int | None = Field(default=None, ge=1, le=10, description="With weights; the output layer counts.")
    most_units: int | None = Field(default=None, ge=0, le=100, description="In all hidden layers together.")
    larger_earns: float = Field(default=0.0, ge=0, le=1, description="Share of the points for one that is larger.")

    @field_validator(
        "table", mode="before", json_schema_input_type=Literal["and", "or", "xor", "nand", "nor"] | TruthTable
    )
    @classmethod
    def _table_may_be_named(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if value not in NAMED:
            raise ValueError(f"expected {', '.join(NAMED)}, or inputs and outputs; found {value[:60]!r}")
        return {"inputs": _CORNERS, "outputs": NAMED[value]}
