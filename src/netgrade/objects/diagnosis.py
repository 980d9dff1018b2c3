"""Diagnosis: what was measured inside a model while it was trained. Figures alone; `kinds` judges them."""

from pydantic import Field

from netgrade.objects.base import Noun

Share = float
"""Between 0 and 1."""


class UnitShares(Noun):
    """How much of one hidden layer takes no part in telling images apart."""

    layer: int = Field(ge=0, description="Index in the plan, as in the table of layers.")
    kind: str = Field(description="Keras class name, e.g. `Dense`.")
    epochs: list[Share] = Field(description="After each epoch.")
    final: Share = Field(description="Of the weights that were kept.")


class IdenticalUnits(Noun):
    """Units of one layer whose weights are the same as another unit's."""

    layer: int = Field(ge=0)
    kind: str
    share: Share = Field(description="Of the layer's units, those that have a twin.")
    initializer: str = Field(description="Of the kernel, e.g. `Zeros`.")


class StepNorms(Noun):
    """The gradients of one training step; None where a figure is not finite."""

    step: int = Field(ge=1, description="Counted from the start of the training.")
    loss: float | None
    norm: float | None = Field(description="Euclidean norm over all weights.")
    layers: dict[int, float | None] = Field(description="The same for each layer alone, by its index in the plan.")


class Diagnosis(Noun):
    """One training, looked at from inside."""

    seed: int
    chance: float = Field(description="Accuracy of guessing: 1 / classes.")
    untrained_accuracy: float | None = Field(
        default=None, description="On the validation images, before the first step."
    )
    validation_images: int = Field(default=0, ge=0)
    sample: int = Field(default=0, ge=0, description="Training images on which units were looked at.")
    silent: list[UnitShares] = Field(
        default_factory=list, description="Units, or channels, of ReLU layers that are positive for no image."
    )
    saturated: list[UnitShares] = Field(
        default_factory=list,
        description="Outputs of hidden sigmoid and tanh layers within 1 % of their range from a bound.",
    )
    identical: list[IdenticalUnits] = Field(default_factory=list)
    last_steps: list[StepNorms] = Field(
        default_factory=list, description="Up to the first loss that is not finite, from a repetition of these steps."
    )
