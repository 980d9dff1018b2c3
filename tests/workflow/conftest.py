"""A tiny course that the real workflow grades once; every test starts from a copy of the finished result."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from netgrade.objects.grade import Grade, Grades
from netgrade.store import load

ROOT = Path(__file__).parents[2]

ASSIGNMENT = """\
id: tiny
title: Tiny
dataset: shapes10
seeds: {first: 1, step: 1, most: 2}
tasks:
  - id: dense
    title: Fully connected
    kind: classifier
    points: 4
    threshold: accuracy > 12 %
"""

MODEL = """\
import keras

TRAINING = {{"dense": {{"batch_size": 128, "epochs": {epochs}}}}}


def build_dense():
    model = keras.Sequential([keras.Input((32, 32, 3)), keras.layers.Flatten(),
                              keras.layers.Dense({units}, activation="relu"),
                              keras.layers.Dense(10, activation="softmax")])
    model.compile(optimizer=keras.optimizers.SGD(0.01), loss="categorical_crossentropy", metrics=["accuracy"])
    return model
"""

COURSE = """\
title: Tiny course
assignments:
  - id: tiny
    submissions: submissions
"""


class Course:
    """A course in a folder of its own, graded by the real workflow."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.output = ""
        """What the first run printed."""

    def start(self, *options: str) -> subprocess.Popen[str]:
        """Start the workflow in a process group of its own."""
        environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        return subprocess.Popen(
            [sys.executable, "-m", "snakemake", "--cores", "2", *options], cwd=self.folder, env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip

    def snakemake(self, *options: str) -> tuple[int, str]:
        """Run the workflow to its end: exit status and output."""
        process = self.start(*options)
        output, _ = process.communicate(timeout=900)
        return process.returncode, output

    def run(self, *options: str) -> str:
        """Run the workflow, which has to succeed."""
        status, output = self.snakemake(*options)
        assert status == 0, output
        return output

    def planned(self) -> Counter[str]:
        """How many jobs of each rule a dry run lists."""
        text = self.run("--dry-run")
        stats = re.findall(r"^(\w+)\s+(\d+)$", text, flags=re.MULTILINE)
        return Counter({rule: int(count) for rule, count in stats if rule not in ("total", "all")})

    def records(self) -> dict[Path, int]:
        """Every finished training, and when it was written."""
        return {p: p.stat().st_mtime_ns for p in (self.folder / "results/store/records").rglob("record.json")}

    def grades(self) -> dict[str, Grade]:
        """The last grade of every student, by name."""
        rounds = sorted((self.folder / "results/grade").glob("*/c*.json"))
        chunks = [load(path, Grades) for path in rounds]
        return {grade.student: grade for chunk in chunks if not chunk.undecided for grade in chunk.grades}

    def submit(self, student: str, units: int, epochs: int = 1) -> None:
        """Write one student's submission."""
        place = self.folder / "submissions" / student
        place.mkdir(parents=True, exist_ok=True)
        (place / "model.py").write_text(MODEL.format(units=units, epochs=epochs))

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace a piece of a file, which has to be there."""
        path = self.folder / name
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))


def lay_out(folder: Path) -> Course:
    """The workflow and its templates in `folder`, as a clone has them."""
    for name in ("workflow", "profiles", "templates"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "Snakefile", folder)
    return Course(folder)


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
def graded(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The tiny course after its first run."""
    course = lay_out(tmp_path_factory.mktemp("course"))
    folder = course.folder
    (folder / "assignments/tiny").mkdir(parents=True)
    (folder / "assignments/tiny/assignment.yaml").write_text(ASSIGNMENT)
    (folder / "reference_models/tiny").mkdir(parents=True)
    (folder / "reference_models/tiny/dense.py").write_text(MODEL.format(units=32, epochs=2))
    (folder / "config.yaml").write_text(COURSE)
    for student, units in (("Ada", 8), ("Bo; touch pwned", 16), ("Cleo {x}", 8), ("Dan", 24)):
        course.submit(student, units)
    course.output = course.run()
    return course


@pytest.fixture
def course(graded: Course, tmp_path: Path) -> Course:
    """A copy of the finished course, modification times and Snakemake's own notes included."""
    folder = tmp_path / "course"
    shutil.copytree(graded.folder, folder, symlinks=True)
    return Course(folder)
