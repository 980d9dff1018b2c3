"""Record: one training of one plan with one seed, as it happened. Written last, never overwritten."""

from pydantic import Field

from netgrade.objects.base import Digest, Noun, Outcome
from netgrade.objects.diagnosis import Diagnosis


class Environment(Noun):
    """What the training ran on."""

    engine: str = Field(description="e.g. `tensorflow 2.21.0, updates in place`.")
    keras: str
    netgrade: str
    python: str
    device: str = Field(description="e.g. `cpu: AMD EPYC, 1 thread` or `gpu: NVIDIA H200`.")


class Record(Outcome):
    """A finished training. Beside it: `curves.csv`, and test outputs in `outputs.npz`."""

    schema_version: int = 1
    plan: Digest
    seed: int
    dataset: str
    data_digest: Digest = Field(description="Of the training images and labels and the test images it used.")
    epochs_run: int = Field(ge=0)
    steps: int = Field(ge=0)
    span: int | None = Field(default=None, description="Batches of an epoch, where the training counts batches.")
    best_epoch: int | None = Field(default=None, description="Whose weights were kept, where a callback says so.")
    diverged_at: int | None = Field(default=None, description="First step with a loss that is not finite.")
    parameters: int = Field(default=0, ge=0, description="As built: must equal what `check` computed.")
    train_accuracy: float | None = Field(default=None, description="Of the final weights, on the training images.")
    validation_accuracy: float | None = None
    encoding: str | None = Field(default=None, description="How the outputs state the time; None for classifiers.")
    train_error: float | None = Field(default=None, description="Mean error around the dial in minutes, of clocks.")
    validation_error: float | None = Field(default=None, description="As `train_error`, on the images held out.")
    train_seconds: float = Field(default=0.0, description="In training steps alone.")
    examples_per_second: float = Field(default=0.0, description="Median over `timed_epochs`.")
    timed_epochs: int = Field(default=0, ge=0, description="Those after the first, or the only one.")
    batch_size: int = Field(default=0, ge=0, description="Images in a training step.")
    inferences_per_second: float = Field(default=0.0, description="Median over a few batches.")
    inference_batch: int = Field(default=0, ge=0)
    others_busy: float | None = Field(
        default=None, description="Mean number of cores that other programs kept busy meanwhile."
    )
    diagnosis: Diagnosis | None = Field(default=None, description="None where the training did not begin.")
    files: dict[str, Digest] = Field(default_factory=dict, description="Name and SHA-256 of the arrays beside it.")
    environment: Environment


class KeptWeights(Noun):
    """The final weights of a training, in `weights.npz` beside its record: there only where they were asked for."""

    file: Digest = Field(description="SHA-256 of `weights.npz`.")
    apart: float = Field(
        default=0.0,
        ge=0,
        description="Where the training was repeated for them: the largest difference from the record's probabilities.",
    )


class Trainings(Noun):
    """What `train` did for one chunk in one round: which records exist now, by plan."""

    assignment: str
    chunk: str
    round: int
    records: dict[Digest, list[int]] = Field(description="Seeds with a finished record, by plan.")
    datasets: dict[Digest, str] = Field(description="Name of the data set of each plan.")
