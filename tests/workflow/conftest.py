"""A tiny course that the real workflow grades once; every test starts from a copy of the finished result."""

import os
import shutil
from pathlib import Path

import pytest
from course import ROOT, Course, Tiny, lay_out, lay_out_tiny
from filelock import FileLock


@pytest.fixture(scope="session")
def quickstart(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The sample course, graded as a newcomer grades it."""
    course = lay_out(tmp_path_factory.mktemp("quickstart"))
    shutil.copy(ROOT / "config.yaml", course.folder)
    for name in ("assignments", "reference_models"):
        shutil.copytree(ROOT / name / "quickstart", course.folder / name / "quickstart")
    course.output = course.run()
    return course


@pytest.fixture(scope="session")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Tiny:
    """The tiny course after its first run, which the processes of `pytest -n` share."""
    shared = "PYTEST_XDIST_WORKER" in os.environ
    place = tmp_path_factory.getbasetemp().parent / "graded" if shared else tmp_path_factory.mktemp("graded")
    course, printed = Tiny(place / "course"), place / "output.txt"
    with FileLock(place.with_suffix(".lock")):
        if not printed.exists():
            lay_out_tiny(course.folder)
            for student, units in (("Ada", 8), ("Bo; touch pwned", 16), ("Cleo {x}", 8), ("Dan", 24)):
                course.submit(student, units)
            printed.write_text(course.run())
    course.output = printed.read_text()
    return course


@pytest.fixture
def course(graded: Tiny, tmp_path: Path) -> Tiny:
    """A copy of the finished course, modification times and Snakemake's own notes included."""
    folder = tmp_path / "course"
    shutil.copytree(graded.folder, folder, symlinks=True)
    return Tiny(folder)
