"""Cell: the check as students call it from a notebook. TensorFlow is imported in other processes alone."""

import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path

from netgrade.errors import NetgradeError
from netgrade.objects.selfcheck import Selfcheck
from netgrade.selfcheck.data import training_images
from netgrade.selfcheck.show import as_html, as_text
from netgrade.selfcheck.work import find_rules, laid_out, run_code

SESSION = "JPY_SESSION_NAME"
"""Where Jupyter says which notebook it runs."""

_COMMAND = "from netgrade.cli import main; main()"


@dataclass(frozen=True)
class Shown:
    """What a cell ends with: a table in a notebook, text elsewhere."""

    result: Selfcheck | None
    said: str
    """When what was checked was saved, or why nothing was."""

    def _repr_html_(self) -> str | None:
        """For Jupyter; None has it take the text."""
        return f"<p>{escape(self.said)}</p>{as_html(self.result)}" if self.result else None

    def __repr__(self) -> str:
        return f"{self.said}\n{as_text(self.result)}" if self.result else self.said


def check_in_cell(path: str, train: bool) -> Shown:
    """Check the work at `path`; the notebook itself, where that is the folder and Jupyter names it."""
    place = place_of(path)
    try:
        result = _trained(place) if train else _checked(place)
    except NetgradeError as error:
        return Shown(None, f"netgrade check: {error}")
    newest = max(file.stat().st_mtime for file in ([place] if place.is_file() else place.iterdir()))
    return Shown(result, f"{place.resolve().name}, as it was saved at {datetime.fromtimestamp(newest):%H:%M:%S}.")


def place_of(path: str) -> Path:
    """What is checked: `path`, or the notebook itself where that is the folder and Jupyter names it."""
    own = Path(os.environ.get(SESSION, ""))
    return own if path == "." and own.suffix == ".ipynb" and own.is_file() else Path(path)


def _checked(place: Path) -> Selfcheck:
    with laid_out(place, find_rules(place, None)) as work:
        return run_code(work, training_images(work.assignment, print)).result


def _trained(place: Path) -> Selfcheck:
    """As the command does it, in a process of its own: trainings belong into no notebook's process."""
    words = [sys.executable, "-c", _COMMAND, "check", str(place), "--train", "--json"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if not done.stdout.startswith("{"):
        raise NetgradeError(done.stderr.strip()[-2000:] or "The training ended without a result.")
    return Selfcheck.model_validate_json(done.stdout)
