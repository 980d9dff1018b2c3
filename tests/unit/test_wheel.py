"""What `pip install` gives a student: all that the check needs, and nothing of a course."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = """
from pathlib import Path
import netgrade
from netgrade.resources import templates_folder
from netgrade.selfcheck.work import laid_out, look_at_files
with laid_out(Path("work"), Path("work/rules.yaml")) as work:
    look_at_files(work)
print(netgrade.__file__, (templates_folder() / "report.html").resolve())
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The package as a wheel has it, in a folder far from the checkout."""
    target = tmp_path_factory.mktemp("site")
    words = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(target), str(ROOT)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode and "hatchling" in done.stderr:
        pytest.skip("no package index to build the wheel with can be reached")
    assert done.returncode == 0, done.stderr
    return target


def test_the_check_works_far_from_a_checkout(installed, tmp_path):
    (tmp_path / "work").mkdir()
    (tmp_path / "work/rules.yaml").write_text((ROOT / "assignments/quickstart/rules.yaml").read_text())
    (tmp_path / "work/net.py").write_text("def build_net():\n    pass\n")
    environment = os.environ | {"PYTHONPATH": str(installed)}
    done = subprocess.run(
        [sys.executable, "-c", CODE], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )

    package, template = map(Path, done.stdout.split())
    assert package.is_relative_to(installed)
    assert template.is_relative_to(installed)


def test_catalogs_are_installed_and_nothing_of_a_course(installed):
    names = [path.name for path in installed.rglob("*") if path.is_file()]

    assert names.count("netgrade.po") == 3
    assert "assignment.yaml" not in names
    assert not [name for name in names if name.endswith((".ipynb", ".keras", ".npy", ".npz", ".csv"))]
