"""Rendering: a view model and the templates become one self-contained HTML page and a tagged PDF."""

import base64
import gc
import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from netgrade.report import drawing_inside, drawing_probabilities, drawing_variants  # noqa: F401 - they register
from netgrade.report.drawing import data_uri
from netgrade.report.text import clean
from netgrade.report.view import ClassPage, StudentPage
from netgrade.store import replacing, write_text

logging.getLogger("weasyprint").setLevel(logging.ERROR)  # it warns of screen-only CSS
logging.getLogger("fontTools").setLevel(logging.ERROR)


def render(page: StudentPage | ClassPage, template: str, templates: Path, folder: Path, stem: str) -> None:
    """Write `folder/<stem>.html` and `.pdf`; each appears only when it is complete."""
    with _collector_paused():
        html = page_html(page, template, templates)
        with replacing(folder / f"{stem}.pdf") as part:
            _write_pdf(html, part)
    write_text(folder / f"{stem}.html", html)


def page_html(page: StudentPage | ClassPage, template: str, templates: Path) -> str:
    """The whole page as one file: styles and figures are inside, and its policy lets nothing else in."""
    style = (templates / "style.css").read_text(encoding="utf-8")
    # The policy holds the digest of the one stylesheet, so that no other style or script would be obeyed.
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    environment = _environment(templates)
    return environment.get_template(template).render(page=page, style=Markup(style), policy=policy)


@lru_cache(maxsize=4)
def _environment(templates: Path) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates), autoescape=True, undefined=StrictUndefined,
        finalize=_without_hostile_characters, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["data_uri"] = data_uri
    return environment


def _without_hostile_characters(value: Any) -> Any:
    """Every text that a template prints passes here, so that none can be forgotten."""
    return clean(value) if type(value) is str else value


def _write_pdf(html: str, path: Path) -> None:
    document = HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=("data",)))
    document.write_pdf(path, font_config=FontConfiguration(), pdf_variant="pdf/ua-1")


@contextmanager
def _collector_paused() -> Iterator[None]:
    """A document's boxes live until its end: looking for garbage among them takes a third of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.collect()
