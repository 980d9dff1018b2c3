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
    """One student's folder. `student` is shown to people; `slug` names it everywhere else."""

    slug: Slug
    student: str
    folder: str = Field(description="Absolute path of the folder, or of the copy a zip was opened into.")
    files: list[SubmittedFile] = Field(default_factory=list)
    handed_in: datetime | None = Field(default=None, description="Time of hand-in (UTC), where known.")
    digest: Digest = Field(description="SHA-256 over the sorted paths and digests of the files.")


class Submissions(Noun):
    """The submissions of one chunk, as `collect` writes them."""

    assignment: str
    chunk: str
    submissions: list[Submission]
