"""Text as people read it: hostile characters out, lengths capped, numbers written one way everywhere."""

import re
import unicodedata
from collections.abc import Sequence

from netgrade.language import localised, say, say_of

MISSING = "–"
"""Stands where a figure is not known."""

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])")
_MARKS = "[\u0300-\u036f\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
_PILED_MARKS = re.compile(f"({_MARKS}{{3}}){_MARKS}+")
_COMPARISON = re.compile("([<>≤≥]=?) (?=[0-9])")
_JOINERS = "\u200c\u200d"  # words of Persian and Indic scripts need these two
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}


def clean(text: str) -> str:
    """Take out what could deceive or break a page: ANSI escapes, control and bidi characters, surrogates.

    Line feeds and tabs stay; a line that a progress bar overwrote keeps its last state; at most three
    combining marks stay on a letter.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _ESCAPES.sub("", text).replace("\u2028", "\n").replace("\u2029", "\n")
    text = "\n".join(row.rstrip("\r").rpartition("\r")[2] for row in text.split("\n"))
    return _PILED_MARKS.sub(r"\1", "".join(c for c in text if c in "\n\t" + _JOINERS or _seen(c)))


def _seen(character: str) -> bool:
    return unicodedata.category(character) not in _UNSEEN


def line(text: str, limit: int) -> str:
    """One clean line of at most `limit` characters and an ellipsis."""
    flat = " ".join(clean(text[: 4 * limit]).split())
    return flat if len(flat) <= limit else flat[:limit].rstrip() + "…"


def unbroken(text: str) -> str:
    """The text with comparisons such as `> 45%` kept on one line."""
    return _COMPARISON.sub("\\1\u00a0", text)


def block(text: str, limit: int) -> str:
    """Clean text with its lines, cut after `limit` characters with a note of what was left out."""
    kept = clean(text[:limit]).strip("\n")
    if len(text) <= limit:
        return kept
    left_out = plural(
        len(text) - limit, "{number} further character is not shown", "{number} further characters are not shown"
    )
    return f"{kept}\n… ({left_out})"


def ending(text: str, limit: int) -> str:
    """The last `limit` characters, clean, with a note of what stood before."""
    kept = clean(text[-limit:]).strip("\n")
    if len(text) <= limit:
        return kept
    left_out = plural(
        len(text) - limit,
        "{number} character before this is not shown",
        "{number} characters before this are not shown",
    )
    return f"({left_out}) …\n{kept}"


def percent(fraction: float | None, digits: int = 1) -> str:
    """`0.6431` as `64.3%`."""
    return MISSING if fraction is None else localised(f"{fraction:.{digits}%}").replace("-", "−")


def minutes(value: float | None) -> str:
    """`7.72` as `7.7 min`."""
    return MISSING if value is None else localised(f"{value:.1f} min")


def points(value: float | None) -> str:
    """`3.50` as `3.5`."""
    return MISSING if value is None else localised(f"{value:.2f}".rstrip("0").rstrip("."))


def count(value: float | None) -> str:
    """`12523266` as `12,523,266`."""
    return MISSING if value is None else localised(f"{value:,.0f}")


def scaled(value: float, unit: str) -> str:
    """`4200000` FLOP as `4.20 MFLOP`."""
    for factor, prefix in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= factor:
            return localised(f"{value / factor:.3g} {prefix}{unit}")
    return localised(f"{value:.0f} {unit}")


def duration(seconds: float) -> str:
    """`75.2` as `1 min 15 s`."""
    if seconds < 10:
        return localised(f"{seconds:.1f} s")
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def clock_time(seconds: float) -> str:
    """`3723` as `1 h 02 min`: for what may take hours."""
    hours, rest = divmod(round(seconds), 3600)
    return f"{count(hours)} h {rest // 60:02d} min" if hours else duration(seconds)


def plural(number: int, one: str, many: str, **fields: str) -> str:
    """A sentence about a number of things, which names it `{number}`: `3 trainings`, `1 training`."""
    return say_of(one, many, number).format(number=count(number), **fields)


def points_of(given: float | None, most: float) -> str:
    """`3.5 of 4`."""
    return say("{given} of {most}").format(given=points(given), most=points(most))


def listed(words: Sequence[str]) -> str:
    """`one and two`: as sentences name what is counted up."""
    return say("{first} and {last}").format(first=", ".join(words[:-1]), last=words[-1])
