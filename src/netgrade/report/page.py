"""Pages: a view model and the templates become one self-contained HTML page."""

import base64
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from netgrade.language import in_force, say, say_of
from netgrade.report.figures import AnyFigure
from netgrade.report.figures.tables import table_of
from netgrade.report.text import clean


class Page(Protocol):
    """What a template is given."""

    @property
    def title(self) -> str:
        """Of the window, and of the PDF."""


def page_html(page: Page, template: str, templates: Path, script: str = "", asks: bool = False) -> str:
    """The whole page as one file: styles, figures and a script of ours are inside; its policy lets nothing else in.

    Where it `asks`, its script may ask the server that it came from, and nobody else.
    """
    style = (templates / "style.css").read_text(encoding="utf-8")
    # The policy holds the digest of the one stylesheet, so that no other style or script would be obeyed.
    policy = f"default-src 'none'; img-src data:; style-src {_source(style)}; base-uri 'none'; form-action 'none'"
    policy += f"; script-src {_source(script)}" if script else ""
    policy += "; connect-src 'self'" if asks else ""
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
    environment.globals |= {"_": _sentence, "ngettext": _sentence_of, "language": in_force}
    environment.filters["data_uri"] = _drawn
    environment.filters["data_table"] = table_of
    return environment


def _without_hostile_characters(value: Any) -> Any:
    """Every text that a template prints passes here, so that none can be forgotten."""
    return clean(value) if type(value) is str else value


def _sentence(message: str, **fields: Any) -> Markup:
    """Our own sentence, as it is in the language of the page; what it is about is escaped, as everywhere."""
    return Markup(say(message)) % {name: _without_hostile_characters(value) for name, value in fields.items()}


def _sentence_of(one: str, many: str, num: int, **fields: Any) -> Markup:
    """The same with a number of things, which it may name `num`."""
    shown = {name: _without_hostile_characters(value) for name, value in fields.items()}
    return Markup(say_of(one, many, num)) % {"num": num, **shown}


def _drawn(figure: AnyFigure) -> str:
    """Pages without figures, such as the marking sheet, do not wait for matplotlib."""
    from netgrade.report.drawing import data_uri

    return data_uri(figure)
