"""Sight: what a trained network makes of one image, from its input to the class probabilities, as small pictures."""

import base64
import binascii
from typing import Literal

from pydantic import Field, model_validator

from netgrade.objects.base import Noun, Outcome, Phrase, Slug, TaskId


class Pixels(Noun):
    """A small picture: uint8, row by row, channels last."""

    height: int = Field(ge=1, le=1024)
    width: int = Field(ge=1, le=1024)
    channels: Literal[1, 3]
    data: str = Field(max_length=2**20, description="Base64 of `height * width * channels` bytes.")

    @model_validator(mode="after")
    def _data_fits(self) -> "Pixels":
        try:
            size = len(self.raw)
        except binascii.Error as error:
            raise ValueError("the data of a picture is no base64") from error
        if size != self.height * self.width * self.channels:
            raise ValueError("a picture holds as many bytes as its sizes say")
        return self

    @property
    def raw(self) -> bytes:
        """The bytes of the picture."""
        return base64.b64decode(self.data, validate=True)


class Drawing(Outcome):
    """A picture that a student drew; `pixels` are there where it could be read."""

    name: str = Field(description="e.g. `drawing-1`.")
    pixels: Pixels | None = None


class LayerMaps(Noun):
    """What one layer gives for one image: maps of some channels side by side, or units as a grid of cells."""

    layer: int = Field(description="Index in the plan.")
    kind: str
    shape: tuple[int, ...] = Field(description="Of the layer's output for one image.")
    channels: list[int] = Field(description="Those shown, from 0, in the order of the picture.")
    strongest: int = Field(description="The channel or unit with the greatest value of all, from 0.")
    picture: Pixels = Field(description="Grey: light is the least value shown, dark the greatest.")


class Sight(Outcome):
    """One image as a network sees it. Where the image could not be shown to it, the status says why."""

    name: str = Field(description="`test image 247` or `drawing-1`.")
    picture: Pixels | None = None
    taken_for: list[str] = Field(default_factory=list, description="The predicted class, for each training.")
    probabilities: dict[str, float] = Field(default_factory=dict, description="Of each class, from the first training.")
    layers: list[LayerMaps] = Field(default_factory=list)
    saliency: Pixels | None = Field(default=None, description="Grey: dark where a pixel moves the class score most.")


class FilterWeights(Noun):
    """One filter in numbers; `weights` are there where a table has room for them."""

    norm: float
    least: float
    greatest: float
    weights: list[float] = Field(default_factory=list, description="Row by row, channels last.")


class Filters(Noun):
    """The filters of the first convolution, side by side; middle grey is zero."""

    shown: int
    all: int
    shape: tuple[int, ...] = Field(description="Of one filter: height, width, channels.")
    picture: Pixels
    numbers: list[FilterWeights] = Field(default_factory=list, description="Of each that is shown.")


class Seen(Outcome):
    """What the network of one task makes of the images that the assignment names."""

    sights: list[Sight] = Field(default_factory=list)
    filters: Filters | None = None
    seeds: list[int] = Field(default_factory=list, description="The trainings that looked, in order.")
    notes: list[str] = Field(default_factory=list, description="Sentences for the report.")
    phrases: dict[str, Phrase] = Field(default_factory=dict, description="How these are made up, by the sentence.")


class Sights(Noun):
    """What the networks of one chunk see, after one round of training."""

    assignment: str
    chunk: str
    round: int
    seen: dict[Slug, dict[TaskId, Seen]]
