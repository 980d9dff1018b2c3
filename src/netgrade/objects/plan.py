"""Plan: a checked training, in canonical form. The same plan is trained once, whoever sent it.

A plan knows no student, no threshold and no layer names: only what decides the trained weights.
"""

import hashlib
from collections.abc import Collection
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from netgrade.objects.base import Digest, ModelId, Noun, Outcome, Phrase, Slug, TaskId
from netgrade.objects.declaration import Answer, Claim, InputTransform
from netgrade.objects.layers import ALLOWED_LAYERS
from netgrade.objects.scale import SIZES, Scale
from netgrade.objects.sight import Drawing
from netgrade.objects.tasks.base import Order

Shape = tuple[int, ...]
"""Shape of one sample, without the batch dimension."""


def _allowed(kind: str) -> str:
    if kind not in ALLOWED_LAYERS:
        raise ValueError(f"no plan may hold a {kind[:60]} layer")
    return kind


class Layer(Noun):
    """One layer of the network, in topological order."""

    kind: Annotated[str, AfterValidator(_allowed)] = Field(description="Keras class name, e.g. `Conv2D`.")
    arguments: dict[str, Any] = Field(description="Checked keyword arguments, defaults filled in.")
    inputs: tuple[int, ...] = Field(description="Indices of the layers it reads; empty for an input.")


class Optimizer(Noun):
    """Optimizer with its checked arguments; `decay` is Keras-2 inverse-time decay per step."""

    kind: str = Field(description="Keras class name, e.g. `SGD`.")
    arguments: dict[str, float | bool]
    schedule: dict[str, Any] | None = Field(
        default=None, description="`{kind, arguments}` of a learning-rate schedule."
    )
    decay: float = Field(default=0.0, ge=0, description="learning rate at step t = rate / (1 + decay * t).")


class Callback(Noun):
    """EarlyStopping, ReduceLROnPlateau or ModelCheckpoint (best validation epoch)."""

    kind: str
    arguments: dict[str, Any]


class Head(Noun):
    """One of the outputs of a network that tells the time."""

    output: int = Field(description="Index of its layer.")
    states: tuple[str, ...] = Field(description="What it states, in the words of `netgrade.encodings`.")
    loss: str
    loss_arguments: dict[str, float] = Field(default_factory=dict)
    weight: float = Field(default=1.0, ge=0, description="Of its loss in the sum.")


class Plan(Noun):
    """Everything that decides a training, and nothing else."""

    schema_version: int = 1
    dataset: str
    layers: tuple[Layer, ...]
    output: int = Field(description="Index of the output layer.")
    optimizer: Optimizer
    loss: str
    loss_arguments: dict[str, float] = Field(default_factory=dict)
    batch_size: int = Field(ge=1)
    epochs: int = Field(ge=1)
    batches: int | None = Field(
        default=None, ge=1, description="Where it is counted in batches: all, in `epochs` spans."
    )
    validation_fraction: float = Field(gt=0, lt=1, description="Last share of the training images, held out.")
    transform: InputTransform
    augmentation: dict[str, float | bool] = Field(default_factory=dict)
    callbacks: tuple[Callback, ...] = ()
    order: Order = Field(default="shuffled", description="Of the samples in an epoch; `by_class` has class 0 first.")
    encoding: str | None = Field(default=None, description="How it states the time of a clock; None for classifiers.")
    heads: tuple[Head, ...] = Field(
        default=(),
        description="Its outputs, where it has an encoding; `output` and `loss` are those of the first.",
    )

    def at(self, scale: Scale) -> "Plan":
        """As long a training as a scale allows."""
        size = SIZES.get(scale)
        if size is None:
            return self
        batches = self.batches and min(self.batches, size.batches)
        return self.model_copy(update={"epochs": min(self.epochs, size.epochs), "batches": batches})

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON: the plan's name in the store."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


class LayerRow(Noun):
    """One row of the layer table, computed without Keras."""

    kind: str
    name: str = Field(description="The student's name for it.")
    output_shape: Shape
    parameters: int = Field(ge=0)
    trainable: int = Field(ge=0)
    flops: int = Field(ge=0, description="Floating-point operations of one forward pass of one sample.")
    note: str = Field(default="", description="e.g. `dead: nothing after it reads it`.")


Misfit = Literal["", "checked", "reported"]
"""Whether layers do not fit: `checked` here, or only `reported` by the submission's own run, which no one believes."""


class CheckedModel(Outcome):
    """One task's model after the rules were applied; `plan` is set only where it may be trained."""

    plan: Digest | None = None
    rows: list[LayerRow] = Field(default_factory=list)
    parameters: int = 0
    trainable: int = 0
    flops: int = 0
    activation_bytes: int = Field(default=0, description="float32 bytes of all outputs for one sample.")
    difference: list[str] = Field(default_factory=list, description="Against the task it is compared with.")
    findings: list[str] = Field(default_factory=list, description="Sentences for the report; no points follow alone.")
    phrases: dict[str, Phrase] = Field(default_factory=dict, description="How these are made up, by the sentence.")
    misfit: Misfit = ""
    claims: list[Claim] = Field(default_factory=list)
    source: str = ""
    factors: dict[str, str] = Field(default_factory=dict, description="Of a variant: what tells it from the others.")


class CheckedSubmission(Outcome):
    """A declaration after `check`: plans by digest, answers as they were."""

    slug: Slug
    submission: Digest
    isolation: str
    models: dict[ModelId, CheckedModel] = Field(default_factory=dict)
    answers: dict[TaskId, Answer] = Field(default_factory=dict)
    drawings: dict[TaskId, list[Drawing]] = Field(default_factory=dict)
    pictured: list[TaskId] = Field(default_factory=list, description="Tasks for which there are images.")
    findings: list[str] = Field(default_factory=list)
    phrases: dict[str, Phrase] = Field(default_factory=dict, description="How these are made up, by the sentence.")
    output: str = ""


class CheckedSubmissions(Noun):
    """The checked submissions of one chunk."""

    assignment: str
    chunk: str
    submissions: list[CheckedSubmission]
    plans: dict[Digest, Plan] = Field(description="Every plan that this chunk needs trained.")
    waiting: list[Digest] = Field(default_factory=list, description="Plans that train only if grading asks for them.")

    def plans_of(self, tasks: Collection[TaskId]) -> set[Digest]:
        """The plans of these tasks' models, of every submission."""
        models = (submission.models.get(task) for submission in self.submissions for task in tasks)
        return {model.plan for model in models if model and model.plan}
