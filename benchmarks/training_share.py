"""How much of the grading of a class is training: the real workflow, from an empty store to the last report.

    python benchmarks/training_share.py [--students 200] [--epochs 2] [--json FILE]

Each student hands in a file with three small networks for shapes10, of widths that nobody else has, so that nothing is
shared; the threshold is out of reach, so that nothing is trained twice. As training count the seconds that the trainer
spent in training steps, as its records have them: no validation, no compiling, no loading of the engine, no measuring.
The reference models' trainings and the control are among them. Of the wall time, they are that sum over the number of
cores; all the rest is everything else. What a student costs beside training hardly depends on how long a training is,
so the last line says how long it would have to be for everything else to be 10 %: a calculation, not a run. `--epochs`
runs it.

The last table is where the processor's time of a training goes: a few plans of that class are trained once more, one
after the other on one thread, each with two seeds. The second seed finds the functions that the first had to compile.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd
from made_up_class import copy_workflow
from overhead import Course, table

from netgrade.machine import cpu_name
from netgrade.objects.record import Record
from netgrade.store import load

TASKS = ("dense", "cnn", "deeper")
TARGET = 0.1

RULES = """\
id: made-up
title: Three small networks
dataset: shapes10
tasks:
"""
TASK = "  - {{id: {0}, title: Network {0}, kind: classifier, points: 4, threshold: accuracy > 99.9 %}}\n"
COURSE = """\
title: A class that nobody handed in
assignments:
  - id: made-up
    submissions: submissions
"""
HEAD = """\
import keras
from keras import layers

TRAINING = dict.fromkeys({tasks}, {{"batch_size": 64, "epochs": {epochs}}})


def compiled(*inner):
    chain = [keras.Input((32, 32, 3)), layers.Rescaling(1 / 255), *inner, layers.Dense(10, activation="softmax")]
    model = keras.Sequential(chain)
    model.compile(optimizer=keras.optimizers.Adam(0.001), loss="categorical_crossentropy", metrics=["accuracy"])
    return model


def build_dense():
    return compiled(layers.Flatten(), layers.Dense({units}, activation="relu"))


def build_cnn():
    return compiled(layers.Conv2D(8, 3, activation="relu"), layers.MaxPooling2D(4), layers.Flatten(),
                    layers.Dense({units}, activation="relu"))


def build_deeper():
    return compiled(layers.Conv2D(8, 3, strides=2, activation="relu"), layers.Conv2D(16, 3, activation="relu"),
                    layers.MaxPooling2D(4), layers.Flatten(), layers.Dense({units}, activation="relu"))
"""


def lay_out(folder: Path, students: int, epochs: int) -> Course:
    """A course with so many submissions, and with reference models, none of which was graded."""
    copy_workflow(folder)
    (folder / "config.yaml").write_text(COURSE)
    (folder / "assignments/made-up").mkdir(parents=True)
    (folder / "assignments/made-up/assignment.yaml").write_text(RULES + "".join(TASK.format(task) for task in TASKS))
    for number in range(students + 1):
        place = folder / (f"submissions/student-{number:04d}" if number else "reference_models/made-up")
        place.mkdir(parents=True)
        (place / "model.py").write_text(HEAD.format(tasks=TASKS, epochs=epochs, units=8 + number))
    return Course(folder)


def measured(students: int, epochs: int, folder: Path) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """What the run took, and what each stage did."""
    course = lay_out(folder, students, epochs)
    wall = course.run()["seconds"]
    loops = [load(path, Record).train_seconds for path in folder.glob("results/store/records/*/*/*/record.json")]
    cores = os.cpu_count() or 1
    others = wall - sum(loops) / cores
    found = {
        "seconds": wall,
        "trainings": len(loops),
        "seconds of training steps": sum(loops),
        "seconds, a training": sum(loops) / len(loops),
        "everything else, % of wall time": 100 * others / wall,
        "everything else, core seconds a student": others * cores / students,
        f"seconds a training, for {TARGET:.0%}": others * cores * (1 / TARGET - 1) / len(loops),
    }
    return found, course.stages()


def by_part(folder: Path) -> dict[str, dict[str, float]]:
    """CPU seconds of a training by part, of a plan's first and second seed."""
    command = [sys.executable, str(Path(__file__).with_name("trainer_side.py")), "parts", str(folder)]
    return json.loads(subprocess.check_output(command, env=os.environ | {"NETGRADE_THREADS": "1"}))


def main() -> None:
    """Run the workflow, and print what it came to."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--students", type=int, default=200)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--json", type=Path, help="Write the figures there as well.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="netgrade-share-") as folder:
        found, stages = measured(given.students, given.epochs, Path(folder))
        parts = by_part(Path(folder))
    machine = f"{os.cpu_count()} cores of {cpu_name()}, load {os.getloadavg()[0]:.1f} at the end"
    print(f"{given.students} students with {len(TASKS)} networks each, {given.epochs} epochs; {machine}.\n")
    print(pd.Series(found, name="found").to_markdown(floatfmt=",.1f"), table(stages), sep="\n\n")
    print("", pd.DataFrame(parts).to_markdown(floatfmt=".3f"), sep="\n")
    if given.json:
        given.json.write_text(json.dumps({"found": found, "stages": stages, "parts": parts}, indent=1))


if __name__ == "__main__":
    main()
