"""Declaration: what a submission asked for, as it was seen in the sandbox. Untrusted until checked."""

from typing import Any

from pydantic import Field

from netgrade.objects.base import Digest, ModelId, Noun, Outcome, Slug, TaskId
from netgrade.objects.picture import Pictures
from netgrade.objects.sandbox import SandboxTest
from netgrade.objects.sight import Drawing


class Claim(Noun):
    """A figure the student states about their own model."""

    figure: str = Field(description="`test_accuracy`, `parameters` or `epochs`.")
    value: float
    where: str = Field(description="Cell or file it was read from.")

    @property
    def fraction(self) -> float:
        """An accuracy in [0, 1]: what lies above was stated in percent."""
        return self.value / 100 if self.value > 1 else self.value


class InputTransform(Noun):
    """How the submission scaled the images: `x = raw * scale + offset`, per channel."""

    scale: list[float] = Field(description="One factor, or one per channel.")
    offset: list[float] = Field(description="As many as `scale`.")


class LossDeclaration(Noun):
    """The loss of one output of a model that has several."""

    loss: str = Field(description="Keras name of the loss, snake case.")
    loss_config: dict[str, Any] = Field(default_factory=dict)
    weight: float = 1.0


class ModelDeclaration(Outcome):
    """One task's model and the training it asked for. Values come from student code: nothing is believed."""

    architecture: dict[str, Any] = Field(
        default_factory=dict, description="Keras `{class_name, config}` of a Functional or Sequential model."
    )
    optimizer: dict[str, Any] = Field(default_factory=dict, description="Keras `{class_name, config}`.")
    loss: str = Field(default="", description="Keras name of the loss, snake case.")
    loss_config: dict[str, Any] = Field(default_factory=dict, description="e.g. `label_smoothing`.")
    losses: list[LossDeclaration] = Field(default_factory=list, description="One an output, where there are several.")
    encoding: str = Field(default="", description="How the outputs state the time of a clock; empty: not known.")
    batch_size: float | None = None
    epochs: float | None = Field(default=None, description="Epochs asked for, over all fits of this model.")
    batches: float | None = Field(default=None, description="Length of the training in batches, instead of epochs.")
    validation_fraction: float | None = Field(default=None, description="Share of the training images held out.")
    callbacks: list[dict[str, Any]] = Field(default_factory=list, description="`{class_name, config}` each.")
    augmentation: dict[str, float | bool] = Field(default_factory=dict, description="ImageDataGenerator arguments.")
    dataset: str = Field(default="", description="Data set that the images were traced to; empty: not said.")
    transform: InputTransform | None = Field(default=None, description="None: could not be determined.")
    order: str = Field(default="shuffled", description="Of the samples: `shuffled`, `as_given` or `by_class`.")
    source: str = Field(default="", description="Where it was found: `cell 14` or `submission.py: build_cnn`.")
    claims: list[Claim] = Field(default_factory=list)
    cautions: list[str] = Field(default_factory=list, description="Seen on the way, worth a sentence in the report.")


class Answer(Noun):
    """What the student wrote for a question."""

    text: str
    source: str


class Declaration(Outcome):
    """All that one submission declares, from one run in the sandbox."""

    slug: Slug
    submission: Digest
    isolation: str = Field(description="The backend, or `none` where the instructor allowed that by name.")
    sandbox: SandboxTest | None = Field(default=None, description="The self-test before it; None without isolation.")
    models: dict[ModelId, ModelDeclaration] = Field(default_factory=dict)
    answers: dict[TaskId, Answer] = Field(default_factory=dict)
    drawings: dict[TaskId, list[Drawing]] = Field(default_factory=dict)
    pictures: dict[TaskId, Pictures] = Field(default_factory=dict)
    cautions: list[str] = Field(default_factory=list)
    output: str = Field(default="", description="The end of what the code printed.")
    seconds: float = Field(default=0.0, ge=0, description="Wall time in the sandbox.")


class Declarations(Noun):
    """The declarations of one chunk."""

    assignment: str
    chunk: str
    declarations: list[Declaration]
