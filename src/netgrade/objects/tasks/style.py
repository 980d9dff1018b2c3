"""Style: images that show one picture in the style of another, and what is measured of them."""

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from netgrade.objects.base import Noun
from netgrade.objects.tasks.base import TaskBase

PictureName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""Name of an image, and of its file: `result` is `result.png` or `result.jpg`."""

NetworkName = Literal["shapes10", "vgg19"]
"""Feature network: trained by netgrade on its own data set, or VGG19 as Keras keeps it."""

Measure = Literal["content_distance", "style_distance", "sharpness", "identical", "difference", "size"]
_OF_TWO = ("content_distance", "style_distance", "identical", "difference")
_RELATIVE = ("content_distance", "style_distance", "sharpness")


class StyleCheck(Noun):
    """`measure: style_distance, of: [result, style], relative_to: content, below: 0.5`: at most half of content's.

    `relative_to` measures that image in place of the first one and divides by what it finds.
    """

    measure: Measure = Field(description="Distances and difference are of two images, the others of one.")
    of: list[PictureName] = Field(min_length=1, max_length=2, description="What is measured, and against what.")
    relative_to: PictureName | None = Field(default=None, description="The image whose figure it is divided by.")
    below: float | None = Field(default=None, ge=0, le=1e9, description="The figure has to be smaller.")
    above: float | None = Field(default=None, ge=0, le=1e9, description="The figure has to be larger.")
    points: float = Field(default=0, ge=0, le=1000, description="0: the figure is shown, and decides nothing.")

    @model_validator(mode="after")
    def _can_be_measured(self) -> "StyleCheck":
        wanted = 2 if self.measure in _OF_TWO else 1
        if len(self.of) != wanted:
            raise ValueError(f"`{self.measure}` is measured of {wanted} image{'s' * (wanted > 1)}; found {self.of}")
        if self.relative_to and self.measure not in _RELATIVE:
            raise ValueError(f"`relative_to` has no meaning for `{self.measure}`; leave it out")
        bound = self.below is not None or self.above is not None
        if self.measure == "identical" and bound:
            raise ValueError("`identical` has no bound: images are, or they are not")
        if self.points and not bound and self.measure != "identical":
            raise ValueError(f"points for `{self.measure}` need a bound: `below:` or `above:`")
        return self

    @property
    def pictures(self) -> list[str]:
        """The names of all images that it needs."""
        return [*self.of, *([self.relative_to] if self.relative_to else [])]

    def met_by(self, value: float) -> bool:
        """Whether a measured value keeps the bounds; `identical` is measured as the share of pixels that differ."""
        if self.measure == "identical":
            return value == 0
        return (self.below is None or value < self.below) and (self.above is None or value > self.above)


class StyleTask(TaskBase):
    """Hand in images, or the function `stylize_<task>(content, style)` that makes them."""

    kind: Literal["style"] = Field(description="What is graded, and how.")
    given: dict[PictureName, str] = Field(
        default_factory=dict, max_length=12,
        description="The instructor's images: files below the assignment's folder, such as `content: images/cat.png`.",
    )  # fmt: skip
    hand_in: list[PictureName] = Field(min_length=1, max_length=30, description="Images that the student makes.")
    network: NetworkName = Field(default="shapes10", description="What distances are measured with.")
    checks: list[StyleCheck] = Field(
        default_factory=list, max_length=40, description="What is measured; a person gives the points they leave."
    )

    @field_validator("given")
    @classmethod
    def _given_lies_in_the_folder(cls, value: dict[str, str]) -> dict[str, str]:
        for name, file in value.items():
            if file.startswith(("/", "~")) or ".." in file.split("/") or not file.strip():
                raise ValueError(f"`{name}` has to be a file below the assignment's folder; found {file[:60]!r}")
        return value

    @model_validator(mode="after")
    def _names_and_points_fit(self) -> "StyleTask":
        known = [*self.given, *self.hand_in]
        if doubled := {name for name in known if known.count(name) > 1}:
            raise ValueError(f"image names must differ; {sorted(doubled)} occur twice in `given` and `hand_in`")
        for check in self.checks:
            if unknown := [name for name in check.pictures if name not in known]:
                raise ValueError(f"`{check.measure}` names `{unknown[0]}`, which is neither `given` nor `hand_in`")
        if self.measured_points > self.points + 1e-9:
            raise ValueError(f"the checks give {self.measured_points:g} points, but the task has {self.points:g}")
        return self

    @property
    def measured_points(self) -> float:
        """The points that checks carry; a person gives the rest."""
        return sum(check.points for check in self.checks)

    @property
    def styles(self) -> list[str]:
        """The given style images, in their order; code is called with the first, a chain goes through all."""
        return [name for name in self.given if name.startswith("style")]
