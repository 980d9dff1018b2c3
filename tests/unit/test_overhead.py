"""What keeps everything but training cheap: no command waits for a library that it does not need."""

import subprocess
import sys

import pytest
from factories import a_grade

from netgrade.errors import NetgradeError
from netgrade.objects.grade import Grades, Undecided
from netgrade.store import load, save

HEAVY = ("keras", "tensorflow", "sympy", "weasyprint", "matplotlib", "scipy.stats", "IPython", "sklearn")


@pytest.mark.parametrize(
    "stage", ["cli", "collect", "checking", "train", "measure", "grade", "audit", "export", "report.publish",
              "report.marking", "extract.submission"],
)  # fmt: skip
def test_a_job_with_little_to_do_imports_little(stage):
    """Its process would spend more time on them than on all its work."""
    code = f"import sys, netgrade.{stage}; print(*(name for name in {HEAVY} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == ""


def test_what_is_undecided_is_read_past_the_grades(tmp_path):
    """And a file that was edited is refused all the same."""
    path, plans = tmp_path / "c00.r1.json", ["ab" * 32, "cd" * 32]
    save(path, Grades(assignment="tiny", chunk="c00", round=1, grades=[a_grade()], undecided=plans))

    assert load(path, Undecided).undecided == plans
    path.write_text(path.read_text().replace('"round": 1', '"round": 2'))
    with pytest.raises(NetgradeError, match="edited or damaged"):
        load(path, Undecided)
