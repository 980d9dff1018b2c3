"""Phrases: sentences of a record that is kept in English, with what a page needs to say them in another language.

`told` makes the English sentence; `phrases_of` gives what a record keeps beside it; `retold` says it again.
"""

from collections.abc import Iterable, Mapping
from string import Formatter
from typing import Any

from netgrade.language import localised, say
from netgrade.objects.base import Cause, Phrase


class Told(str):
    """An English sentence that knows how it is made up."""

    phrase: Phrase


def told(template: str, /, **fields: str | int | float) -> Told:
    """The template filled in; a field may be such a sentence itself. Named for the catalogs where it stands."""
    made = Told(template.format(**fields))
    kept = {name: field.phrase if isinstance(field, Told) else field for name, field in fields.items()}
    made.phrase = Phrase(template=template, fields=kept)
    return made


def joined(texts: Iterable[str], sign: str) -> str:
    """The texts in one, with a sign between them; each is said again by itself."""
    first, *more = texts
    for text in more:
        first = told(f"{{first}}{sign}{{next}}", first=first, next=text)
    return first


def either(names: Iterable[str]) -> str:
    """`a` or `b` or `c`, in backticks."""
    first, *more = [f"`{name}`" for name in names] or [""]
    for name in more:
        first = told("{first} or {next}", first=first, next=name)
    return first


def caused(what: str, remedy: str) -> Cause:
    """What a record says of a failure."""
    return Cause(what=what, remedy=remedy, phrases=phrases_of([what, remedy]))


def phrases_of(texts: Iterable[str]) -> dict[str, Phrase]:
    """How those of the sentences are made up that know it, by the sentence."""
    return {str(text): text.phrase for text in texts if isinstance(text, Told)}


def retold(text: str, phrases: Mapping[str, Phrase]) -> str:
    """The sentence in the language that is spoken, numbers too; as it is where no catalog has it."""
    return _said(phrases[text]) if text in phrases else say(text)


def retold_cause(cause: Cause | None) -> Cause | None:
    """The cause in the language that is spoken."""
    if cause is None:
        return None
    return Cause(what=retold(cause.what, cause.phrases), remedy=retold(cause.remedy, cause.phrases))


def _said(phrase: Phrase) -> str:
    fields = {name: _said(field) if isinstance(field, Phrase) else field for name, field in phrase.fields.items()}
    return _LOCAL.vformat(say(phrase.template), (), fields)


class _Localised(Formatter):
    """Fills in numbers in the way of the language."""

    def format_field(self, value: Any, format_spec: str) -> str:
        text = format(value, format_spec)
        return text if isinstance(value, str) else localised(text)


_LOCAL = _Localised()
