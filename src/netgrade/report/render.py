"""Rendering: a view model and the templates become one self-contained HTML page and a tagged PDF."""

import base64
import gc
import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from netgrade.report import (  # noqa: F401 - they register their drawings
    drawing_inside,
    drawing_planes,
    drawing_probabilities,
    drawing_variants,
)
from netgrade.report.drawing import data_uri
from netgrade.report.text import clean
from netgrade.store import replacing, write_text

logging.getLogger("weasyprint").setLevel(logging.ERROR)  # it warns of screen-only CSS
logging.getLogger("fontTools").setLevel(logging.ERROR)


class Page(Protocol):
    """What a template is given."""

    @property
    def title(self) -> str:
        """Of the window, and of the PDF."""


def render(page: Page, template: str, templates: Path, folder: Path, stem: str) -> None:
    """Write `folder/<stem>.html` and `.pdf`; each appears only when it is complete."""
    with _collector_paused():
        html = page_html(page, template, templates)
        with replacing(folder / f"{stem}.pdf") as part:
            _write_pdf(html, part)
    write_text(folder / f"{stem}.html", html)


def page_html(page: Page, template: str, templates: Path, script: str = "") -> str:
    """The whole page as one file: styles, figures and a script of ours are inside; its policy lets nothing else in."""
    style = (templates / "style.css").read_text(encoding="utf-8")
    # The policy holds the digest of the one stylesheet, so that no other style or script would be obeyed.
    policy = f"default-src 'none'; img-src data:; style-src {_source(style)}; base-uri 'none'; form-action 'none'"
    policy += f"; script-src {_source(script)}" if script else ""
    environment = _environment(templates)
    return environment.get_template(template).render(
        page=page, style=Markup(style), script=Markup(script), policy=policy
    )


def _source(content: str) -> str:
    """How a policy names the one piece of content that it lets in."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


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
