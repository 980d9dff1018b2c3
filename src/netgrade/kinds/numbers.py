"""Numbers and shapes: the one that stands in an answer, or None where two people could read it differently."""

import math
import re

_NUMBER = re.compile(r"[-+−]?(?:\d[\d\s_'’,.]*|[.,]\d+)(?:[eE][-+−]?\d{1,3})?")
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:[\s_'’]\d{3})+(?:[.,]\d*)?(?:[eE].*)?")
"""Digits in threes: `12 523 266`. Anything else with blanks inside is more than one number."""

SAMPLES = {"none", "n", "batch", "samples", "?", "*"}
_SIZE = r"\d+|\?|\*|\b(?:none|n|batch|samples)\b"
_SHAPE = re.compile(r"[(\[][^()\[\]]*,[^()\[\]]*[)\]]|\d+(?:\s*(?:[x×]|\\times)\s*\d+)+")
"""Sizes in brackets, or with crosses between them."""
_BARE = re.compile(rf"\s*(?:{_SIZE})(?:[\s,;]+(?:{_SIZE}))*\s*\.?\s*")
"""Nothing but sizes."""

MARKUP = re.compile(r"[*`$]|\\[,;!]")
"""What stands around an answer in Markdown."""


def read_number(text: str) -> float | None:
    """The one number in `text`, or None where there is none, or several that differ, or one that is not clear."""
    values = {plain_number(match) for match in _NUMBER.findall(text)}
    value = values.pop() if len(values) == 1 else None
    return value if value is not None and math.isfinite(value) else None


def read_quantity(text: str, unit: str, units: dict[str, float]) -> float | None:
    """The number in `text` in `unit`, where nothing but a number and a known unit stand there."""
    text = MARKUP.sub("", text).strip().rstrip(".")
    factors = {unit: 1.0} | units
    for name in sorted(factors, key=len, reverse=True):
        if text.endswith(name):
            number = text.removesuffix(name).strip()
            value = read_number(number) if _NUMBER.fullmatch(number) else None
            return None if value is None else value * factors[name]
    return None


def plain_number(text: str) -> float | None:
    """Read `12,523,266`, `12 523 266`, `0.5` and `0,5`; None for what two countries read differently."""
    text = re.sub(r"[\s_'’.,]+$", "", text.replace("−", "-"))
    compact = re.sub(r"[\s_'’]", "", text)
    if compact != text and not _GROUPED.fullmatch(text):
        return None
    if re.fullmatch(r"[-+]?\d{1,3}((,\d{3}){2,}(\.\d+)?|,\d{3}\.\d+)", compact):
        compact = compact.replace(",", "")
    elif re.fullmatch(r"[-+]?\d{1,3}((\.\d{3}){2,}(,\d+)?|\.\d{3},\d+)", compact):
        compact = compact.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"[-+]?[1-9]\d{0,2},\d{3}", compact):
        return None
    else:
        compact = compact.replace(",", ".") if compact.count(",") == 1 and "." not in compact else compact
    try:
        return float(compact)
    except ValueError:
        return None


def read_cell(text: str) -> float | None:
    """One cell of a matrix: a number, or a fraction such as `1/4`."""
    above, stroke, below = text.partition("/")
    values = [plain_number(part.strip()) if _NUMBER.fullmatch(part.strip()) else None for part in (above, below or "1")]
    if values[0] is None or not values[1] or (stroke and not below):
        return None
    value = values[0] / values[1]
    return value if math.isfinite(value) else None


def read_shape(text: str) -> list[str] | None:
    """The sizes of the one shape in `text`, such as `(None, 32, 32, 3)` or `32x32x3`; None where it is not clear."""
    text = MARKUP.sub("", text).lower()
    written = [_sizes(match) for match in _SHAPE.findall(text)] or [_sizes(text) if _BARE.fullmatch(text) else []]
    shapes = {tuple(sizes) for sizes in written if any(size.isdigit() for size in sizes)}
    return list(shapes.pop()) if len(shapes) == 1 else None


def shapes_agree(found: list[str], answer: list[int | str]) -> bool:
    """Compare size by size; a leading word for the number of images may be given or left out."""
    wanted = [str(size).lower() for size in answer]
    if len(found) == len(wanted) + 1 and found[0] in SAMPLES:
        found = found[1:]
    pairs = zip(found, wanted, strict=False)
    return len(found) == len(wanted) and all(w == f or not w.isdigit() for f, w in pairs)


def _sizes(text: str) -> list[str]:
    return re.findall(_SIZE, text)
