"""Grades attacking submissions with the real workflow, beside two neighbours, and says what was seen.

    python tests/attacks/suite.py

prints a table of all attacks; `test_attacks.py` holds the same against expected.yaml. Every attack is a folder below
`submissions/`; those that are about a student's name get it only in the course, because few file systems like them.
"""

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from course import Course, lay_out  # noqa: E402 - this file is also run by itself

from netgrade.objects.grade import Grade  # noqa: E402

EXPECTED: dict[str, dict[str, Any]] = yaml.safe_load((HERE / "expected.yaml").read_text(encoding="utf-8"))
NEIGHBOURS = ("Neighbour, Ada", "Neighbour, Bo")
HARMLESS = ("fail", "needs a person", "not handed in")

MODEL = """\
import keras

TRAINING = {{"easy": {{"batch_size": 128, "epochs": 1}}}}
ANSWERS = {{"number": 608}}


def build_easy():
    model = keras.Sequential([keras.Input((32, 32, 3)), keras.layers.Flatten(),
                              keras.layers.Dense({units}, activation="relu"),
                              keras.layers.Dense(10, activation="softmax")])
    model.compile(optimizer=keras.optimizers.SGD(0.01), loss="categorical_crossentropy", metrics=["accuracy"])
    return model
"""


def student_of(attack: str) -> str:
    """The name under which an attack is handed in."""
    return str(EXPECTED[attack].get("student", attack))


def graded_course(folder: Path, attacks: bool) -> Course:
    """A course of two neighbours: with the attacks to the last report, or alone until their grades are there."""
    course = lay_out(folder)
    (folder / "assignments/attacked").mkdir(parents=True)
    shutil.copy(HERE / "assignment.yaml", folder / "assignments/attacked")
    (folder / "reference_models/attacked").mkdir(parents=True)
    (folder / "reference_models/attacked/easy.py").write_text(MODEL.format(units=8))
    (folder / "config.yaml").write_text("title: T\nassignments:\n  - {id: attacked, submissions: submissions}\n")
    for units, student in enumerate(NEIGHBOURS, start=16):
        (folder / "submissions" / student).mkdir(parents=True)
        (folder / "submissions" / student / "model.py").write_text(MODEL.format(units=units))
    for attack in EXPECTED if attacks else ():
        shutil.copytree(HERE / "submissions" / attack, folder / "submissions" / student_of(attack), symlinks=True)
    if attacks:
        course.run()
    else:
        course.grade("attacked")
    return course


def seen(grade: Grade) -> str:
    """What the report says about the attacked task."""
    task = next(task for task in grade.tasks if task.task == "dense")
    remarks = task.model.findings if task.model else []
    return " ".join([f"{task.verdict.value}: {task.reason}", *remarks, *grade.findings])


def wrong_with(attack: str, grade: Grade) -> list[str]:
    """Everything in which a grade is not what is expected; empty where the attack failed as it should."""
    expected = EXPECTED[attack]
    tasks = {task.task: task for task in grade.tasks}
    dense, number = tasks["dense"], tasks["number"]
    found = [f"{t.task} gained {t.points}" for t in grade.tasks if t.points]
    if dense.verdict.value not in ([expected["verdict"]] if "verdict" in expected else HARMLESS):
        found.append(f"verdict {dense.verdict.value}: {dense.reason}")
    said = seen(grade)
    found += [f"not said: {text}" for key in ("because", "notes") if (text := expected.get(key, "")) not in said]
    if "answer" in expected and number.answer != expected["answer"]:
        found.append(f"answered {number.answer}")
    if "claim" in expected and not any(c.value == expected["claim"] for c in dense.model.claims if dense.model):
        found.append("the claim was not noticed")
    return found


def main() -> None:
    """Print the table; exit 1 where an attack got through."""
    with tempfile.TemporaryDirectory(prefix="attacked-") as folder:
        grades = graded_course(Path(folder) / "course", attacks=True).grades()
    rows = [
        {"attack": f"{attack}: {expected['attack']}", "seen": seen(grades[student_of(attack)])[:90],
         "as expected": "; ".join(wrong_with(attack, grades[student_of(attack)])) or "yes"}
        for attack, expected in EXPECTED.items()
    ]  # fmt: skip
    print(pd.DataFrame(rows).to_markdown(index=False))
    sys.exit(any(row["as expected"] != "yes" for row in rows))


if __name__ == "__main__":
    main()
