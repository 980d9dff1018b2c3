"""The same notebooks through netgrade, nbgrader, nbconvert and their bare training loops: seconds of wall time.

    pip install nbgrader nbconvert ipykernel
    python benchmarks/classroom.py [--students 4] [--json FILE]

Each student hands in the starter notebook of the quickstart with five networks of their own, which differ from those of
everyone else. `bare` runs each notebook's cells that prepare, compile and fit, a process a student, and counts nothing
but the seconds inside `fit`: what nobody can avoid who trains as notebooks do. `nbconvert` is a loop of `jupyter
nbconvert --execute`, `nbgrader` its autograde, with one graded cell a network. netgrade starts with an empty store, and
does more: it trains the reference models and the control too, trains again what is close to a threshold, and writes
the reports. What one training takes, it therefore states beside the whole.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import pandas as pd
from made_up_class import copy_workflow

from netgrade.machine import cpu_name

ROOT = Path(__file__).parents[1]
QUICKSTART = Path("assignments/quickstart")
BLANK = "x = x_in\n"
COMMON = "x = Conv2D({n}, 3, padding='same', activation='relu')(x_in)\nx = MaxPooling2D()(x)\n"
HEAD = "x = Flatten()(x)\nx = Dense({n}, activation='relu')(x)\nx = Dense(10, activation='softmax')(x)\n"
NETWORKS = (
    HEAD.replace("(x)\n", "(x_in)\n", 1),
    COMMON + HEAD,
    COMMON + "x = Dropout(0.2)(x)\n" + HEAD,
    COMMON + "x = BatchNormalization()(x)\n" + HEAD,
    COMMON + COMMON.replace("x_in", "x") + HEAD,
)
"""What stands between the bars of each section, of width `n`."""

GRADED = "assert history.history['val_accuracy'][-1] > 0.3"
BARE = """
import sys, time
import keras, nbformat
sys.path.insert(0, {place!r})
seconds, fit = [], keras.Model.fit
def timed(*given, **named):
    start = time.perf_counter()
    try:
        return fit(*given, **named)
    finally:
        seconds.append(time.perf_counter() - start)
keras.Model.fit = timed
cells = [cell.source for cell in nbformat.read({notebook!r}, as_version=4).cells if cell.cell_type == "code"]
for source in cells:
    if "import" in source or not any(word in source for word in ("plot_", "score", "predict", "assert")):
        exec(source, globals())
print(*seconds, file=sys.stderr)
"""


def notebook(number: int, graded: bool) -> nbformat.NotebookNode:
    """The notebook of one student; where it is `graded`, with a cell for nbgrader after each of five networks."""
    found = nbformat.read(ROOT / QUICKSTART / "starter.ipynb", as_version=4)
    networks, cells = iter(NETWORKS), []
    for cell in found.cells:
        if cell.cell_type == "code" and BLANK in cell.source:
            cell.source = cell.source.replace(BLANK, next(networks).format(n=8 + number))
        cells.append(cell)
        if graded and cell.cell_type == "code" and ".fit(" in cell.source:
            check = nbformat.v4.new_code_cell(GRADED)
            name = f"network-{len(cells)}"
            check.metadata["nbgrader"] = {"grade": True, "solution": False, "locked": True, "schema_version": 3,
                                           "grade_id": name, "points": 1, "task": False}  # fmt: skip
            cells.append(check)
    found.cells = cells
    return found


def hand_in(folder: Path, students: int, graded: bool = False) -> list[Path]:
    """Every student's notebook, with the module that it imports beside it."""
    places = []
    for number in range(1, students + 1):
        place = folder / f"student-{number:03d}"
        place.mkdir(parents=True)
        nbformat.write(notebook(number, graded), place / "lab.ipynb")
        shutil.copy(ROOT / QUICKSTART / "lab_plots.py", place)
        places.append(place)
    return places


def bare(folder: Path, students: int) -> tuple[float, int]:
    """Seconds inside `fit`, and the number of calls."""
    seconds: list[float] = []
    for place in hand_in(folder / "bare", students):
        program = BARE.format(place=str(place), notebook=str(place / "lab.ipynb"))
        done = subprocess.run([sys.executable, "-c", program], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              text=True, check=True, env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"})  # fmt: skip
        seconds += map(float, done.stderr.splitlines()[-1].split())
    return sum(seconds), len(seconds)


def nbconvert(folder: Path, students: int) -> tuple[float, int]:
    """Seconds of a loop of `jupyter nbconvert --execute`."""
    places = hand_in(folder / "nbconvert", students)
    start = time.perf_counter()
    for place in places:
        _call(
            [
                sys.executable,
                "-m",
                "jupyter",
                "nbconvert",
                "--to",
                "notebook",
                "--execute",
                "--output",
                "done",
                "lab.ipynb",
            ],
            place,
        )
    return time.perf_counter() - start, students * len(NETWORKS)


def nbgrader(folder: Path, students: int) -> tuple[float, int]:
    """Seconds of `nbgrader autograde`, once the assignment was generated."""
    course = folder / "nbgrader"
    source = course / "source/lab"
    source.mkdir(parents=True)
    nbformat.write(notebook(0, graded=True), source / "lab.ipynb")
    shutil.copy(ROOT / QUICKSTART / "lab_plots.py", source)
    (course / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'lab'\nc.ExecutePreprocessor.timeout = 3600\n"
    )
    _call([sys.executable, "-m", "nbgrader", "generate_assignment", "lab", "--create", "--force"], course)
    for place in hand_in(course / "handed-in", students, graded=True):
        shutil.copytree(place, course / "submitted" / place.name / "lab")
    start = time.perf_counter()
    _call([sys.executable, "-m", "nbgrader", "autograde", "lab", "--create"], course)
    seconds = time.perf_counter() - start
    graded = len(list((course / "autograded").glob("*/lab/lab.ipynb")))
    if graded != students:
        sys.exit(f"nbgrader graded {graded} of {students} notebooks; look into {course}.")
    return seconds, students * len(NETWORKS)


def netgrade(folder: Path, students: int) -> tuple[float, int]:
    """Seconds of `snakemake --cores all` from an empty store to the last report."""
    course = folder / "netgrade"
    course.mkdir()
    copy_workflow(course)
    for name in ("assignments", "reference_models"):
        shutil.copytree(ROOT / name / "quickstart", course / name / "quickstart")
    hand_in(course / "submissions", students)
    (course / "config.yaml").write_text(
        "title: Notebooks\nassignments:\n  - {id: quickstart, submissions: submissions}\n"
    )
    start = time.perf_counter()
    _call([sys.executable, "-m", "snakemake", "--cores", "all"], course)
    seconds = time.perf_counter() - start
    return seconds, len(list((course / "results/store/records").rglob("record.json")))


WAYS: tuple[Callable[[Path, int], tuple[float, int]], ...] = (bare, nbconvert, nbgrader, netgrade)


def _call(command: list[str], folder: Path) -> None:
    """Run a command to its end; its output stays in `output.txt`, and is shown where it fails."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    with (folder / "output.txt").open("w") as output:
        done = subprocess.run(command, cwd=folder, stdout=output, stderr=output, env=os.environ | {"PATH": path})
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{(folder / 'output.txt').read_text()[-3000:]}")


def main() -> None:
    """Measure each way, and print what it came to."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--students", type=int, default=4)
    parser.add_argument("--json", type=Path, help="Write the figures there as well.")
    given = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory(prefix="netgrade-classroom-") as folder:
        for way in WAYS:
            seconds, trainings = way(Path(folder), given.students)
            rows.append({"way": way.__name__, "seconds": seconds, "trainings": trainings})
            print(f"{way.__name__}: {seconds:.0f} s", file=sys.stderr, flush=True)
    table = pd.DataFrame(rows)
    table["a training, s"] = table.seconds / table.trainings
    table["of bare, a training"] = table["a training, s"] / table["a training, s"][0]
    print(f"{given.students} notebooks with {len(NETWORKS)} networks each; {os.cpu_count()} cores of {cpu_name()}, "
          f"load {os.getloadavg()[0]:.1f} at the end.\n")  # fmt: skip
    print(table.to_markdown(index=False, floatfmt=".2f"))
    if given.json:
        given.json.write_text(table.to_json(orient="records", indent=1))


if __name__ == "__main__":
    main()
