"""Publish: render the pages whose content changed, and leave the others as they are."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from netgrade.objects.assignment import Assignment
from netgrade.objects.base import Digest, Noun, Slug
from netgrade.objects.dataset import Dataset
from netgrade.objects.grade import Grade
from netgrade.report import content_digest, render_class, render_student
from netgrade.store import save, write_text

RENDERED = ".rendered"
"""Beside each page: the digest of what it was rendered from. Written last."""


class Published(Noun):
    """Which pages a chunk has, and what each was rendered from."""

    assignment: str
    pages: dict[Slug, Digest]


def write_reports(
    assignment: Assignment,
    grades: Sequence[Grade],
    reference: Grade,
    dataset: Dataset,
    templates: Path,
    folder: Path,
    manifest: Path,
) -> None:
    """Render `folder/<slug>/report.html` and `.pdf` for each grade, then the manifest."""
    test_images = Path(dataset.folder, "test_images.npy")
    images = np.load(test_images, mmap_mode="r", allow_pickle=False) if dataset.ok else None
    pages = {}
    for grade in grades:
        pages[grade.slug] = digest = content_digest(grade, assignment, reference, templates)
        place = folder / grade.slug

        def render(grade: Grade = grade, place: Path = place) -> None:
            render_student(grade, assignment, reference, place, templates, images=images)

        _render_if_changed(place, ("report.html", "report.pdf"), digest, render)
    save(manifest, Published(assignment=assignment.id, pages=pages))


def write_class_page(
    assignment: Assignment,
    grades: Sequence[Grade],
    reference: Grade,
    templates: Path,
    folder: Path,
    manifest: Path,
) -> None:
    """Render `folder/class.html` and `.pdf`, then the manifest."""
    ordered = sorted(grades, key=lambda grade: (grade.student, grade.slug))
    links = {grade.slug: f"{grade.slug}/report.html" for grade in ordered}
    render_class(assignment, ordered, reference, links, folder, templates)
    digests = {grade.slug: content_digest(grade, assignment, reference, templates) for grade in ordered}
    save(manifest, Published(assignment=assignment.id, pages=digests))


def _render_if_changed(place: Path, names: tuple[str, ...], digest: str, render: Callable[[], None]) -> None:
    mark = place / RENDERED
    if mark.is_file() and mark.read_text() == digest and all((place / name).is_file() for name in names):
        return
    mark.unlink(missing_ok=True)
    render()
    write_text(mark, digest)
