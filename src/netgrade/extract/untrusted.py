"""JSON that student code may have written: read as plain data that netgrade's own files can hold."""

import json
import math
from typing import Any

from netgrade.documents import printable

MOST_DEPTH = 100
"""A model nested in models takes four for each; what is written again has to stay below the limit of readers."""
TOO_DEEP = f"nested more than {MOST_DEPTH} deep"


def read_json(content: bytes) -> Any:
    """Read JSON; what no file of ours can hold becomes text that says so. Raises ValueError."""
    try:
        return _plain(json.loads(content), 0)
    except RecursionError as error:
        raise ValueError(TOO_DEEP) from error


def _plain(value: Any, depth: int) -> Any:
    if depth > MOST_DEPTH:
        return TOO_DEEP
    if isinstance(value, dict):
        return {printable(key): _plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return printable(value) if isinstance(value, str) else value
