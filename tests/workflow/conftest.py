"""A tiny course that the real workflow grades once; every test starts from a copy of the finished result."""

import shutil
from pathlib import Path

import pytest
from course import ROOT, Course, lay_out

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


class Tiny(Course):
    """The tiny course, to which students can be added."""

    def submit(self, student: str, units: int, epochs: int = 1) -> None:
        """Write one student's submission."""
        place = self.folder / "submissions" / student
        place.mkdir(parents=True, exist_ok=True)
        (place / "model.py").write_text(MODEL.format(units=units, epochs=epochs))


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
    """The tiny course after its first run."""
    course = Tiny(lay_out(tmp_path_factory.mktemp("course")).folder)
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
def course(graded: Tiny, tmp_path: Path) -> Tiny:
    """A copy of the finished course, modification times and Snakemake's own notes included."""
    folder = tmp_path / "course"
    shutil.copytree(graded.folder, folder, symlinks=True)
    return Tiny(folder)
