"""Scale: how much of an assignment is trained. A full run may take hours; smaller ones show that everything works."""

from typing import Literal, NamedTuple

Scale = Literal["full", "lab", "smoke"]
"""`full` is what thresholds are judged at, `lab` shows a tendency in minutes, `smoke` that it runs at all."""


class Size(NamedTuple):
    """The most that a training may use."""

    train_images: int
    test_images: int
    epochs: int
    batches: int


SIZES: dict[Scale, Size] = {"lab": Size(10_000, 2_000, 10, 1_000), "smoke": Size(500, 200, 1, 20)}
"""The limits of every scale but `full`, which has none."""
