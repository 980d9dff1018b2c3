"""Similarity: what two submissions share. For a person to look at; nothing follows from it alone."""

from pydantic import Field

from netgrade.objects.base import Noun, Slug, TaskId


class SourcePair(Noun):
    """Two submissions whose code agrees beyond the handout's own."""

    students: tuple[Slug, Slug]
    shares: tuple[float, float] = Field(description="Of each submission's own code, as fractions.")
    sample: str = Field(description="The longest piece they share, from the first submission.")


class PlanPair(Noun):
    """Two designs for one task that differ in a single thing."""

    task: TaskId
    students: tuple[Slug, Slug]
    shared: str = Field(description="What they have in common, e.g. `9 layers and 7 settings`.")
    differs: str = Field(description="The one thing, in both designs.")


class Similarities(Noun):
    """All pairs of one assignment, most alike first."""

    assignment: str
    sources: list[SourcePair]
    plans: list[PlanPair]
    left_out: int = Field(default=0, description="Further pairs that are less alike.")
