"""Handmade: a network whose weights were chosen by hand, and what it answers."""

from typing import Literal

from pydantic import Field

from netgrade.objects.base import Noun

Activation = Literal["step", "sign", "sigmoid", "tanh", "relu", "linear"]


class HandLayer(Noun):
    """One layer: outputs = activation(weights · inputs + bias)."""

    weights: list[list[float]] = Field(description="One row a unit, with a number for each of its inputs.")
    bias: list[float] = Field(description="One number a unit.")
    activation: Activation


class TableRow(Noun):
    """One row of the truth table, and what the network makes of it."""

    inputs: list[float]
    wanted: int
    output: float
    margin: float = Field(description="Distance to the other answer: positive on the wanted side of the threshold.")
    right: bool | None = Field(description="None: it lies exactly between the two answers.")


class Handmade(Noun):
    """A network and its truth table."""

    layers: list[HandLayer]
    hidden_units: int
    threshold: float = Field(description="An output above it stands for 1.")
    rows: list[TableRow]
