"""Cell: the check as students call it from a notebook. TensorFlow is imported in other processes alone."""

import os
import subprocess
import sys
from dataclasses import dataclass
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
    trouble: str = ""

    def _repr_html_(self) -> str | None:
        """For Jupyter; None has it take the text."""
        return as_html(self.result) if self.result else None

    def __repr__(self) -> str:
        return as_text(self.result) if self.result else self.trouble


def check_in_cell(path: str, train: bool) -> Shown:
    """Check the work at `path`; the notebook itself, where that is the folder and Jupyter names it."""
    place = Path(path)
    own = Path(os.environ.get(SESSION, ""))
    if path == "." and own.suffix == ".ipynb" and own.is_file():
        place = own
    try:
        return Shown(_trained(place) if train else _checked(place))
    except NetgradeError as error:
        return Shown(None, f"netgrade check: {error}")


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
