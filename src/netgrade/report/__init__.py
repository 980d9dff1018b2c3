"""Report: figures, HTML and PDF for each student and for the class."""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path

import netgrade
from netgrade.language import CATALOGS, speaking
from netgrade.objects.grade import Grade
from netgrade.report.backdrop import Backdrop
from netgrade.report.classroom import class_page
from netgrade.report.student import student_page
from netgrade.store import sha256_file, sha256_of

# WeasyPrint and matplotlib are imported only where a page is rendered: most reports of a rerun are as they were.
__all__ = ["Backdrop", "content_digest", "render_class", "render_student"]


def render_student(grade: Grade, backdrop: Backdrop, folder: Path, templates: Path) -> None:
    """Write `folder/report.html` and `folder/report.pdf`."""
    from netgrade.report.render import render

    with speaking(backdrop.assignment.language):
        render(student_page(grade, backdrop), "report.html", templates, folder, "report")


def render_class(
    grades: Sequence[Grade], backdrop: Backdrop, links: Mapping[str, str], folder: Path, templates: Path
) -> None:
    """Write `folder/class.html` and `folder/class.pdf`; `links` are the addresses of the reports, by slug."""
    from netgrade.report.render import render

    script = (templates / "class.js").read_text(encoding="utf-8")
    with speaking(backdrop.assignment.language):
        render(class_page(grades, backdrop, links), "class.html", templates, folder, "class", script)


def content_digest(grade: Grade, backdrop: Backdrop, templates: Path) -> str:
    """Digest of everything that decides a student's page: what it shows, templates, this package, translations."""
    language = backdrop.assignment.language
    with speaking(language):
        shown = dataclasses.asdict(student_page(grade, dataclasses.replace(backdrop, images={})))
    sources = ((templates, "*"), (Path(__file__).parent, "*.py"), (CATALOGS / language, "*.po"))
    places = [(root, path) for root, names in sources for path in root.rglob(names) if path.is_file()]
    files = {path.relative_to(root).as_posix(): sha256_file(path) for root, path in places}
    return sha256_of(shown, language, files, netgrade.__version__)
