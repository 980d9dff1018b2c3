"""Sees: what a trained network makes of single images; and the task to find drawings that confuse it."""

from typing import Annotated, Literal

from pydantic import Field

from netgrade.objects.base import Noun, TaskId
from netgrade.objects.tasks.base import TaskBase


class Sees(Noun):
    """Which images a report shows from the input to the class probabilities, layer by layer."""

    images: list[Annotated[int, Field(ge=0)]] = Field(
        default_factory=list,
        max_length=6,
        description="Test images by index; none: the one that the network is least sure about.",
    )
    drawings: bool = Field(default=False, description="Also the student's drawings in `<task>/drawing-1.png`.")


class SeesTask(TaskBase):
    """Hand in drawings that the network of another task takes for something else, and say for what."""

    kind: Literal["sees"] = Field(description="What is graded, and how.")
    model_of: TaskId = Field(description="The classifier task whose network looks at the drawings.")
    drawings: int = Field(default=3, ge=1, le=12, description="So many have to be taken for what the student says.")
    judge: Literal["network", "person"] = Field(
        default="network",
        description="`person`: whether a drawing shows what was drawn, which no network can say, is looked at first.",
    )
