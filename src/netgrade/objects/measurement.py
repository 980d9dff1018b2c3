"""Measurement: what a plan's trainings are worth on the test images. Made where the labels are, and only there."""

from pydantic import Field

from netgrade.objects.base import Digest, Noun, Outcome
from netgrade.objects.diagnosis import Diagnosis


class Interval(Noun):
    """A 95 % confidence interval."""

    low: float
    high: float


class ClassMeasure(Noun):
    """One class's figures, pooled over seeds."""

    name: str
    precision: float | None = Field(description="None: the class was never predicted.")
    recall: float
    images: int


class Confusion(Noun):
    """One frequent mistake."""

    true: str
    predicted: str
    share: float = Field(description="Of the true class's images.")


class WorstImage(Noun):
    """A test image that was classified badly."""

    index: int
    true: str
    predicted: str
    probabilities: dict[str, float]


class CalibrationBin(Noun):
    """Reliability diagram: images with a confidence in [low, high)."""

    low: float
    high: float
    confidence: float
    accuracy: float
    images: int


class SeedMeasure(Noun):
    """One training's figures."""

    seed: int
    test_accuracy: float | None = Field(description="None for models that tell the time.")
    train_accuracy: float | None
    validation_accuracy: float | None
    epochs_run: int
    best_epoch: int | None
    test_error: float | None = Field(default=None, description="In minutes, of models that tell the time.")
    train_error: float | None = None
    validation_error: float | None = None


class Speed(Noun):
    """How fast one training was, and where."""

    seed: int
    train_seconds: float
    examples_per_second: float
    inferences_per_second: float
    device: str
    timed_epochs: int = 0
    batch_size: int = 0
    inference_batch: int = 0
    others_busy: float | None = Field(default=None, description="Cores that other programs kept busy meanwhile.")


class Curve(Noun):
    """One training's curves by epoch; None where a value is not finite."""

    seed: int
    epochs: list[int] = Field(default_factory=list, description="Which epochs, where there are too many to keep all.")
    span: int | None = Field(default=None, description="Batches between two values, where these are no epochs.")
    loss: list[float | None]
    accuracy: list[float | None] = Field(default_factory=list)
    val_loss: list[float | None]
    val_accuracy: list[float | None] = Field(default_factory=list)
    error: list[float | None] = Field(default_factory=list, description="In minutes, of models that tell the time.")
    val_error: list[float | None] = Field(default_factory=list)


class Probe(Noun):
    """Accuracy on further images, of which no student code ever saw any: for audits, never for points."""

    accuracy: float = Field(description="Mean over seeds.")
    images: int


class PlaneLook(Noun):
    """What a network answers over the plane after some epochs."""

    epoch: int
    accuracy: float = Field(description="On the test points.")
    percent: list[list[int]] = Field(description="Probability of the second class on a grid, rows from below.")


class Plane(Noun):
    """One training on points of two classes, looked at while it learned."""

    seed: int
    box: tuple[float, float, float, float] = Field(description="Left, right, bottom and top of the grid.")
    looks: list[PlaneLook]
    points: list[tuple[float, float, int]] = Field(description="Some of the training points, with their class.")


class WorstClock(Noun):
    """A clock that was read badly; times in minutes, 0 to 719."""

    index: int
    true: int
    predicted: int


class ClockMeasure(Noun):
    """How well the time is told: distances around the dial of twelve hours, in minutes, over all seeds."""

    encoding: str
    error: float = Field(ge=0, le=360, description="Mean over images and seeds.")
    interval: Interval = Field(description="95 %: sampling of images and of seeds together.")
    median: float
    near: float = Field(ge=0, le=1, description="Share of clocks read with an error under five minutes.")
    histogram: list[int] = Field(description="Clocks with an error of 0 to 9, 10 to 19 ... minutes.")
    worst: list[WorstClock] = Field(default_factory=list)
    perturbed: float | None = Field(default=None, description="Error on the test images, moved by a pixel: for audits.")


class Measurement(Outcome):
    """A plan's figures over all seeds trained so far."""

    plan: Digest
    dataset: str
    stand_in: bool = Field(description="True where the data is the project's own drawing, not a public data set.")
    data_note: str = Field(default="", description="e.g. that the copy is not the official one.")
    images: int = Field(default=0, description="Test images.")
    accuracy: float | None = Field(default=None, description="Mean test accuracy over seeds.")
    interval: Interval | None = Field(default=None, description="95 %: sampling of images and of seeds together.")
    seeds: list[SeedMeasure] = Field(default_factory=list)
    curves: list[Curve] = Field(default_factory=list)
    classes: list[ClassMeasure] = Field(default_factory=list)
    confusion: list[list[int]] = Field(
        default_factory=list, description="Rows true, columns predicted, summed over seeds."
    )
    top_confusions: list[Confusion] = Field(default_factory=list)
    worst: list[WorstImage] = Field(default_factory=list)
    calibration: list[CalibrationBin] = Field(default_factory=list)
    calibration_error: float | None = Field(default=None, description="Expected calibration error, ten bins.")
    gap: float | None = Field(default=None, description="Train accuracy minus test accuracy.")
    clock: ClockMeasure | None = Field(default=None, description="Instead of accuracies, of models that tell the time.")
    perturbed: Probe | None = Field(default=None, description="On the test images, moved by a pixel, a bit brighter.")
    second: Probe | None = Field(default=None, description="On the second hidden test set.")
    diverged_at: int | None = None
    diagnoses: list[Diagnosis] = Field(default_factory=list, description="One a training, those that diverged too.")
    plane: Plane | None = Field(default=None, description="Of the first training, where the data are points.")


class Measurements(Noun):
    """The measurements of one chunk after one round."""

    assignment: str
    chunk: str
    round: int
    measurements: dict[Digest, Measurement]
    speeds: dict[Digest, list[Speed]] = Field(default_factory=dict)

    def covers(self, plan: Digest, seeds: list[int]) -> bool:
        """Whether just these trainings of a plan were measured, each with a figure of its own."""
        return plan in self.measurements and [seed.seed for seed in self.measurements[plan].seeds] == seeds
