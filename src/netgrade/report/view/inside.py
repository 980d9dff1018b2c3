"""View models of what was seen inside a model while it was trained, and of how fast that went."""

from dataclasses import dataclass

from netgrade.report.figures import NormsFigure, UnitsFigure


@dataclass(frozen=True)
class SpeedLine:
    """How fast one training and its model were, and on what."""

    seed: str
    training: str
    batch: str
    epochs: str
    inference: str
    inference_batch: str
    others: str
    device: str


@dataclass(frozen=True)
class StepLine:
    """One of the steps before a divergence."""

    step: str
    loss: str
    norm: str
    largest: str


@dataclass(frozen=True)
class Inside:
    """What was seen inside the model while it was trained."""

    sentence: str
    units: UnitsFigure | None
    units_caption: str
    norms: NormsFigure | None
    steps: tuple[StepLine, ...]
