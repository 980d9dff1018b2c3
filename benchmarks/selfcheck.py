"""How long a student waits for the first part of `netgrade check`, which reads the files and runs nothing.

    python benchmarks/selfcheck.py [NOTEBOOK]

In new processes, one after the other: the whole first part from starting Python to the finished table; the modules that
it needs, imported and nothing else; Keras with TensorFlow, imported and nothing else; and the whole check, which runs
the code as well. The median of repeats, in seconds, and as a ratio to the first part. The notebook is a sample of the
quickstart's unless another one is named, with its rules.yaml beside it. Prints a Markdown table.

Then how long `netgrade check` says that a training takes, against the short trainings of `--train` stretched to the
same length: the quickstart's dense, convolutional and batch-normalised networks, in seconds, and as a ratio.
"""

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from netgrade.machine import cpu_name
from netgrade.selfcheck.data import training_images
from netgrade.selfcheck.work import laid_out

QUICKSTART = Path(__file__).parents[1] / "assignments/quickstart"
REFERENCES = QUICKSTART.parents[1] / "reference_models/quickstart"
NOTEBOOK = QUICKSTART / "submissions/Berg, Nils/lab.ipynb"
REPEATS, WHOLE_REPEATS = 7, 3

FIRST = """
import sys
from pathlib import Path
from rich.console import Console
import netgrade.cli.commands
from netgrade.selfcheck.show import first_shown
from netgrade.selfcheck.work import laid_out, look_at_files
place = Path(sys.argv[1])
with laid_out(place, place.parent / "rules.yaml") as work:
    first = look_at_files(work)
Console().print(*first_shown(first))
"""
MODULES = "\nimport atexit\natexit.register(lambda: print('MODULES', *sys.modules))\n"
IMPORTS = "import netgrade.cli.commands, netgrade.selfcheck.show, netgrade.selfcheck.work"
ENGINE = "import keras"
ESTIMATED = ("dense", "cnn", "batchnorm")
WHOLE = "from netgrade.cli import main; main(['check', *__import__('sys').argv[1:]])"


def seconds_of(code: str, notebook: Path, repeats: int) -> list[tuple[float, float]]:
    """Wall and CPU time of a new Python that runs `code`, so many times."""
    found = []
    for _ in range(repeats):
        start, used = time.perf_counter(), _cpu_seconds()
        subprocess.run([sys.executable, "-c", code, str(notebook)], capture_output=True, check=False)
        found.append((time.perf_counter() - start, _cpu_seconds() - used))
    return found


def _cpu_seconds() -> float:
    """Of all processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def packages_of(notebook: Path) -> list[str]:
    """The top-level packages that the first part imports, without Python's own and netgrade."""
    words = [sys.executable, "-c", MODULES + FIRST, str(notebook)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    names = {name.partition(".")[0] for name in done.stdout.rpartition("MODULES ")[2].split()}
    return sorted(name for name in names - {*sys.stdlib_module_names, "netgrade", "__main__"} if name[:1] != "_")


def estimates(place: Path) -> None:
    """Print what is estimated and what comes of training, one row a network; `place` is an empty folder."""
    shutil.copy(QUICKSTART / "rules.yaml", place)
    for name in ESTIMATED:
        shutil.copy(REFERENCES / f"{name}.py", place)
    words = [sys.executable, "-c", WHOLE, str(place), "--train", "--json"]
    tasks = json.loads(subprocess.run(words, capture_output=True, check=False).stdout)["tasks"]
    print("\n| one training of | estimated, s | by a short training, s | middle of the estimate to that |")
    print("|---|---:|---:|---:|")
    for name, look in ((name, look) for task in tasks for name, look in task["models"].items()):
        (low, high), trained = look["seconds"], look["expected_seconds"]
        print(f"| {name} | {low:.1f} to {high:.1f} | {trained:.1f} | {(low * high) ** 0.5 / trained:.2f} |")


def main() -> None:
    """Measure and print."""
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else NOTEBOOK
    rules = source.parent / "rules.yaml" if len(sys.argv) > 1 else QUICKSTART / "rules.yaml"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = folder
        notebook = Path(folder, "work", source.name)
        shutil.copytree(source.parent, notebook.parent)
        shutil.copy(rules, notebook.parent / "rules.yaml")
        with laid_out(notebook, notebook.parent / "rules.yaml") as work:
            training_images(work.assignment, print)
        rows = {
            "first part: files, tasks, answers": seconds_of(FIRST, notebook, REPEATS),
            "its imports alone": seconds_of(IMPORTS, notebook, REPEATS),
            "importing Keras with TensorFlow": seconds_of(ENGINE, notebook, WHOLE_REPEATS),
            "the whole check, with the code run": seconds_of(WHOLE, notebook, WHOLE_REPEATS),
        }
        packages = packages_of(notebook)
        place = Path(folder, "estimates")
        place.mkdir()
        estimates(place)
    first = statistics.median(wall for wall, _ in next(iter(rows.values())))
    print("| what | median seconds | lowest and highest | CPU seconds | to the first part |")
    print("|---|---:|---:|---:|---:|")
    for what, taken in rows.items():
        walls = [wall for wall, _ in taken]
        middle, cpu = statistics.median(walls), statistics.median(cpu for _, cpu in taken)
        span = f"{min(walls):.2f} to {max(walls):.2f}"
        print(f"| {what} | {middle:.2f} | {span} | {cpu:.2f} | {middle / first:.1f} |")
    cores = f"{os.cpu_count()} cores of {cpu_name()}, busy {os.getloadavg()[0]:.1f} times at the end"
    print(f"\n{REPEATS} and {WHOLE_REPEATS} repeats, {cores}.")
    print(f"The first part imports {', '.join(packages)}.")


if __name__ == "__main__":
    main()
