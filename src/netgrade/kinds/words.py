"""Words: choices by letter, things in order, and short answers in any of the forms that the instructor listed."""

import re
from collections.abc import Mapping, Sequence

CHECKED = re.compile(r"^\s*[-*+]?\s*\[[xX✓]\]\s*(.*)$", re.MULTILINE)
OPEN_BOX = re.compile(r"^\s*[-*+]?\s*\[\s?\]", re.MULTILINE)
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_FILLERS = {"the", "a", "an", "of", "and", "is", "are", "then", "next", "finally", "last", "number", "dimension", "dim",
            "axis", "size", "stands", "for", "means", "in", "each", "it", "its", "with"}  # fmt: skip
_WORD = re.compile(r"\w+(?:-\w+)*")

Spellings = Mapping[str, str | Sequence[str]]


def read_choice(text: str, choices: Spellings) -> list[str] | None:
    """The keys that were chosen, or None where something else stands there as well.

    `b`, `(b)`, `b and d`, `b) the whole text`, the text of an option, or ticked boxes: `- [x] b`.
    """
    ticked = CHECKED.findall(text)
    lines = ticked if ticked or OPEN_BOX.search(text) else [text]
    found: list[str] = []
    for line in lines:
        keys = _keys(line, choices)
        if keys is None:
            return None
        found += keys
    return found if found and len(found) == len(set(found)) else None


def read_order(text: str, choices: Spellings) -> list[str] | None:
    """The keys in the order in which they, or their spellings, are named; None unless each is there exactly once.

    Words that say nothing about the order may stand between; `first`, `second` and numbers must count upwards.
    """
    spellings = _spellings(choices)
    words = _normal(text)
    found: list[str] = []
    counted: list[int] = []
    while words:
        key, rest = _first_named(words, spellings)
        word = words.split(" ", 1)[0]
        if key is not None:
            found.append(key)
        elif word in ORDINALS or re.fullmatch(r"\d{1,2}(st|nd|rd|th)?", word):
            counted.append(ORDINALS.index(word) + 1 if word in ORDINALS else int(re.sub(r"\D", "", word)))
            rest = words[len(word) :].strip()
        elif word in _FILLERS:
            rest = words[len(word) :].strip()
        else:
            return None
        words = rest
    upwards = counted in (list(range(1, len(counted) + 1)), list(range(len(counted))))
    return found if upwards and sorted(found) == sorted(choices) else None


def is_listed(text: str, forms: Sequence[str]) -> bool:
    """Whether a short answer is one of the forms; case, punctuation at the ends and markup do not matter."""
    given = _plain(text)
    return any(_fits(given, _plain(form)) for form in forms)


def _keys(line: str, choices: Spellings) -> list[str] | None:
    line = re.sub(r"[*_`]", "", line).strip()
    labelled = re.match(r"\(?(\w+)[).:]\s+(.+)$", line, re.DOTALL)
    letters = {key.lower(): key for key in choices}
    if labelled and (key := letters.get(labelled[1].lower())):
        # A letter with the text of another option is not clear.
        return [key] if _normal(labelled[2]) in _texts(choices, key) else None
    whole = [key for key in choices if _normal(line) in _texts(choices, key)]
    if whole:
        return whole if len(whole) == 1 else None
    words = [word for word in _normal(line).split(" ") if word not in ("and", "option", "options", "answer", "")]
    found = [letters.get(word, "") for word in words]
    return found if all(found) else None


def _texts(choices: Spellings, key: str) -> set[str]:
    given = choices[key]
    return {_normal(text) for text in ([given] if isinstance(given, str) else given)}


def _spellings(choices: Spellings) -> list[tuple[str, str]]:
    """All spellings with their keys, the longest first."""
    pairs = [(text, key) for key in choices for text in _texts(choices, key) | {_normal(key)}]
    return sorted(pairs, key=lambda pair: -len(pair[0]))


def _first_named(words: str, spellings: Sequence[tuple[str, str]]) -> tuple[str | None, str]:
    for text, key in spellings:
        if f"{words} ".startswith(f"{text} "):
            return key, words[len(text) :].strip()
    return None, words


def _normal(text: str) -> str:
    """Words in small letters, with single blanks between them."""
    return " ".join(_WORD.findall(text.lower()))


def _plain(text: str) -> str:
    text = " ".join(re.sub(r"[`$]|\*\*|__", "", text).casefold().split())
    return text.strip(" .,;:!\"'“”‘’()")


def _fits(given: str, form: str) -> bool:
    """Pieces between stars are looked for one after the other, so that no text takes long."""
    pieces = [re.escape(piece).replace(r"\#", r"v?\d[\d.]*") for piece in form.split("*")]
    if len(pieces) == 1:
        return re.fullmatch(pieces[0], given) is not None
    start, *middle, end = pieces
    match = re.match(start, given)
    at = match.end() if match else -1
    for piece in middle:
        match = re.compile(piece).search(given, at) if at >= 0 else None
        at = match.end() if match else -1
    return at >= 0 and re.compile(rf"(?:{end})$").search(given, at) is not None
