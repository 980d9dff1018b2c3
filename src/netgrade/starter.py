"""Starter: the notebook that students begin with, with the cell in place that checks their work."""

import json
from pathlib import Path
from typing import Any

from netgrade.errors import SpecError, UnreadableError
from netgrade.store import write_text
from netgrade.untrusted import read_json

STARTER = "starter.ipynb"
CALL = "from netgrade import check"
"""What tells the cell from others."""

_EXPLAINED = """\
## Check your own work

Save this notebook, then run the cell below: it says what the grader will find. `rules.yaml` has to lie beside the
notebook. `check(train=True)` also trains for a short time; `netgrade submit` in a terminal makes the zip to hand in."""
_CELL = f"{CALL}\n\ncheck()"


def add_check(path: Path) -> bool:
    """Put the cell that checks at the end of a starter notebook; False where it has one. Raises SpecError."""
    try:
        notebook = read_json(path.read_bytes())
        cells = notebook["cells"]
        known = any(CALL in "".join(cell["source"]) for cell in cells)
    except (UnreadableError, KeyError, TypeError) as error:
        raise SpecError(
            f"{path} is no notebook that can be read: {error}", "Open it in Jupyter and save it."
        ) from error
    if known:
        return False
    cells.append(_cell("markdown", "check-what", _EXPLAINED))
    cells.append(_cell("code", "check", _CELL) | {"execution_count": None, "outputs": []})
    write_text(path, json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")
    return True


def _cell(kind: str, name: str, text: str) -> dict[str, Any]:
    return {"cell_type": kind, "id": name, "metadata": {}, "source": text.splitlines(keepends=True)}
