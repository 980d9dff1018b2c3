"""A course in a folder of its own, graded by the real workflow."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

from netgrade.collect import partition, pseudonym_key
from netgrade.objects.grade import Grade, Grades
from netgrade.objects.submission import Roster
from netgrade.store import load

ROOT = Path(__file__).parents[1]

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
        self.prefix: list[str] = []
        """Words before the workflow's own, such as those that enter another view of the file system."""

    def start(self, *options: str) -> subprocess.Popen[str]:
        """Start the workflow in a process group of its own."""
        environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        return subprocess.Popen(
            [*self.prefix, sys.executable, "-m", "snakemake", "--cores", "2", *options], cwd=self.folder, text=True,
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip

    def snakemake(self, *options: str) -> tuple[int, str]:
        """Run the workflow to its end: exit status and output."""
        process = self.start(*options)
        output, _ = process.communicate(timeout=1800)  # it shares the processors with other tests
        return process.returncode, output

    def run(self, *options: str) -> str:
        """Run the workflow, which has to succeed."""
        status, output = self.snakemake(*options)
        assert status == 0, output
        return output

    def grade(self, assignment: str) -> None:
        """Run the workflow until everyone's grades are there; pages, bundles and the reference are not asked for."""
        chunks = partition(self.folder / "submissions", pseudonym_key(self.folder / "results/pseudonyms"))
        self.run(*(f"results/settle/{assignment}/{chunk}.json" for chunk in chunks))

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
        found = [load(path, Grades) for path in sorted((self.folder / "results/settle").glob("*/c??.json"))]
        roster = load(self.folder / "results/pseudonyms/roster.json", Roster)
        return {roster.names(grades.assignment)[grade.slug]: grade for grades in found for grade in grades.grades}

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace a piece of a file, which has to be there."""
        path = self.folder / name
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))


class Tiny(Course):
    """The tiny course, to which students can be added."""

    def submit(self, student: str, units: int, epochs: int = 1) -> None:
        """Write one student's submission."""
        place = self.folder / "submissions" / student
        place.mkdir(parents=True, exist_ok=True)
        (place / "model.py").write_text(MODEL.format(units=units, epochs=epochs))


def lay_out(folder: Path) -> Course:
    """The workflow and its templates in `folder`, as a clone has them."""
    for name in ("workflow", "profiles", "templates"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "Snakefile", folder)
    return Course(folder)


def lay_out_tiny(folder: Path) -> Tiny:
    """The tiny course with its reference model, and no student yet."""
    lay_out(folder)
    for name in ("assignments/tiny", "reference_models/tiny", "submissions"):
        (folder / name).mkdir(parents=True)
    (folder / "assignments/tiny/assignment.yaml").write_text(ASSIGNMENT)
    (folder / "reference_models/tiny/dense.py").write_text(MODEL.format(units=32, epochs=2))
    (folder / "config.yaml").write_text(COURSE)
    return Tiny(folder)
