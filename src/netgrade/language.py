"""Language: which one pages are written in just now, its sentences, and how it writes numbers and dates.

The sentences in code and templates are English, and are the names of their translations in
`locale/<language>/LC_MESSAGES/netgrade.po`. English itself needs no catalog, and does not wait for Babel.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import lru_cache
from gettext import GNUTranslations
from pathlib import Path
from typing import Literal

Language = Literal["en", "sv", "nl", "de"]
"""ISO 639-1 codes of the languages that a report can be written in."""

CATALOGS = Path(__file__).parent / "locale"

_IN_FORCE: ContextVar[Language] = ContextVar("language", default="en")
_NUMBER = re.compile(r"((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)(%?)")


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Everything that is said meanwhile is said in this language."""
    before = _IN_FORCE.set(language)
    try:
        yield
    finally:
        _IN_FORCE.reset(before)


def in_force() -> Language:
    """The language that is spoken now."""
    return _IN_FORCE.get()


def say(message: str) -> str:
    """A sentence in the language that is spoken; its fields are filled in afterwards."""
    language = _IN_FORCE.get()
    # The translation of nothing would be the head of the catalog.
    return message if language == "en" or not message else _catalog(language).gettext(message)


def say_of(one: str, many: str, number: int) -> str:
    """The form of a sentence that goes with a number of things, by the plural rule of the language."""
    language = _IN_FORCE.get()
    if language == "en":
        return one if number == 1 else many
    return _catalog(language).ngettext(one, many, number)


def later(message: str) -> str:
    """Names a sentence for the catalogs where it stands; it is translated where it is shown."""
    return message


def localised(number: str) -> str:
    """Numbers as Python writes them, `12,345.6%`, in the way of the language: `12 345,6 %` in Swedish."""
    language = _IN_FORCE.get()
    return number if language == "en" else _NUMBER.sub(lambda found: _rewritten(found, language), number)


def moment(time: datetime) -> str:
    """`14 March 2026, 23:59`, with the month's name."""
    language = _IN_FORCE.get()
    if language == "en":
        return f"{time:%-d %B %Y, %H:%M}"
    from babel.dates import format_date

    return f"{format_date(time, 'long', locale=language)}, {time:%H:%M}"


def _rewritten(found: re.Match[str], language: Language) -> str:
    decimal, group, percent = _signs(language)
    figures = "".join({".": decimal, ",": group}.get(sign, sign) for sign in found[1])
    return figures + percent if found[2] else figures


@lru_cache
def _signs(language: Language) -> tuple[str, str, str]:
    """Decimal sign, sign between thousands, and what stands behind a percentage, as the CLDR has them."""
    from babel import Locale

    locale = Locale.parse(language)
    symbols = locale.number_symbols["latn"]
    return symbols["decimal"], symbols["group"], locale.percent_formats[None].pattern.removeprefix("#,##0")


@lru_cache
def _catalog(language: Language) -> GNUTranslations:
    """Compiled in memory, so that the text that maintainers edit is the only form there is."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with (CATALOGS / language / "LC_MESSAGES" / "netgrade.po").open("rb") as file, io.BytesIO() as compiled:
        write_mo(compiled, read_po(file, locale=language))
        compiled.seek(0)
        return GNUTranslations(compiled)
