"""What a system has: remembered by pseudonym and digest, so that an export can carry only what changed since."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import Field

from netgrade.errors import NetgradeError
from netgrade.lms.mark import Mark
from netgrade.objects.base import Digest, Noun, Slug
from netgrade.store import load, save, sha256_file, sha256_of


class Uploads(Noun):
    """What was uploaded to a system, or written for it, of each student."""

    marks: dict[Slug, Digest] = Field(description="Of points, comment and report.")


def digest_of(mark: Mark) -> Digest:
    """Digest of all that a student receives."""
    return sha256_of(mark.points, mark.comment, sha256_file(mark.report) if mark.report else "")


def uploaded(folder: Path, system: str) -> Uploads | None:
    """What the system has; None where no upload is remembered."""
    path = _uploaded(folder, system)
    return load(path, Uploads) if path.is_file() else None


def remember_written(folder: Path, system: str, marks: Sequence[Mark]) -> None:
    """Note what the files hold that were just written, until somebody says that they were uploaded."""
    save(_written(folder, system), Uploads(marks={mark.grade.slug: digest_of(mark) for mark in marks}))


def forget_written(folder: Path, system: str) -> None:
    """Forget what the files held that are about to be replaced."""
    _written(folder, system).unlink(missing_ok=True)


def confirm(folder: Path, system: str) -> int:
    """Take what was written last for what the system has now; return of how many students. Raises NetgradeError."""
    if not _written(folder, system).is_file():
        raise NetgradeError(f"Nothing was exported to {system} yet", f"Run `netgrade export ... --to {system}` first.")
    new = load(_written(folder, system), Uploads)
    remember(folder, system, new.marks)
    return len(new.marks)


def remember(folder: Path, system: str, marks: dict[Slug, Digest]) -> None:
    """Add what the system has by now."""
    before = uploaded(folder, system) or Uploads(marks={})
    save(_uploaded(folder, system), Uploads(marks=before.marks | marks))


def _written(folder: Path, system: str) -> Path:
    return folder / f"{system}.written.json"


def _uploaded(folder: Path, system: str) -> Path:
    return folder / f"{system}.uploaded.json"
