"""Publish: render the pages whose content changed, and leave the others as they are."""

import base64
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from pydantic import Field

from netgrade.objects.base import Digest, Noun, Slug
from netgrade.objects.dataset import Datasets
from netgrade.objects.grade import Grade
from netgrade.report import Backdrop, content_digest, render_class, render_student
from netgrade.report.backdrop import Images
from netgrade.store import save, write_text

RENDERED = ".rendered"
"""Beside each page: the digest of what it was rendered from. Written last."""


class Published(Noun):
    """Which pages a chunk has, and what each was rendered from."""

    assignment: str
    pages: dict[Slug, Digest] = Field(default_factory=dict)


def test_images(datasets: Datasets) -> dict[str, Images]:
    """The images from which the worst classified ones are shown, read as they are needed."""
    places = {name: Path(data.folder) / "test_images.npy" for name, data in datasets.items() if data.ok}
    return {name: np.load(place, mmap_mode="r", allow_pickle=False) for name, place in places.items()}


def pictures_of(grades: Sequence[Grade], folder: Path) -> dict[str, str]:
    """The images of style tasks as `data:` URIs, by digest; `folder` has those that netgrade wrote.

    One that is missing, or is another by now, is left out.
    """
    found = {}
    for grade in grades:
        for style in (task.style for task in grade.tasks if task.style):
            places = {p.file: folder / grade.slug for p in style.handed_in.values()}
            for digest, place in (places | {p.file: folder / "given" for p in style.given.values()}).items():
                path = place / f"{digest}.png"
                content = path.read_bytes() if path.is_file() else b""
                if hashlib.sha256(content).hexdigest() == digest:
                    found[digest] = "data:image/png;base64," + base64.b64encode(content).decode()
    return found


def write_reports(grades: Sequence[Grade], backdrop: Backdrop, templates: Path, folder: Path, manifest: Path) -> None:
    """Render `folder/<slug>/report.html` and `.pdf` for each grade, then the manifest."""
    pages = {}
    for grade in grades:
        pages[grade.slug] = digest = content_digest(grade, backdrop, templates)
        place = folder / grade.slug

        def render(grade: Grade = grade, place: Path = place) -> None:
            render_student(grade, backdrop, place, templates)

        _render_if_changed(place, ("report.html", "report.pdf"), digest, render)
    save(manifest, Published(assignment=backdrop.assignment.id, pages=pages))


def write_class_page(
    grades: Sequence[Grade], backdrop: Backdrop, templates: Path, folder: Path, manifest: Path
) -> None:
    """Render `folder/class.html` and `.pdf`, then the manifest."""
    ordered = sorted(grades, key=lambda grade: (backdrop.names.get(grade.slug, ""), grade.slug))
    links = {grade.slug: f"{grade.slug}/report.html" for grade in ordered}
    render_class(ordered, backdrop, links, folder, templates)
    save(manifest, Published(assignment=backdrop.assignment.id))


def _render_if_changed(place: Path, names: tuple[str, ...], digest: str, render: Callable[[], None]) -> None:
    mark = place / RENDERED
    if mark.is_file() and mark.read_text() == digest and all((place / name).is_file() for name in names):
        return
    mark.unlink(missing_ok=True)
    render()
    write_text(mark, digest)
