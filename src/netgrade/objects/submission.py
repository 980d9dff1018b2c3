"""Submission: what one student handed in, before any of it is run."""

from datetime import datetime

from pydantic import Field

from netgrade.objects.base import Digest, Noun, Outcome, Slug


class SubmittedFile(Noun):
    """One regular file of a submission."""

    path: str = Field(description="Relative to the submission's folder, with forward slashes.")
    sha256: Digest
    size: int = Field(ge=0, description="Bytes.")


class Submission(Outcome):
    """What one student handed in. Only the Roster knows whose slug it is."""

    slug: Slug
    folder: str = Field(description="Path below the course, without a name: a link to the folder, or a zip's content.")
    files: list[SubmittedFile] = Field(default_factory=list)
    handed_in: datetime | None = Field(default=None, description="Time of hand-in (UTC), where known.")
    late: bool = Field(default=False, description="The system that it was handed in to marks it as late.")
    digest: Digest = Field(description="SHA-256 over the sorted paths and digests of the files.")


class Roster(Noun):
    """Whom the slugs stand for: the one place where they meet. Everything else carries slugs alone."""

    students: dict[str, dict[Slug, str]] = Field(description="Names by slug, for each assignment.")

    def names(self, assignment: str) -> dict[Slug, str]:
        """The names of an assignment's students."""
        return self.students.get(assignment, {})


class Submissions(Noun):
    """The submissions of one chunk, as `collect` writes them."""

    assignment: str
    chunk: str
    submissions: list[Submission]
