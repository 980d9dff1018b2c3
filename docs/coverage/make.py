"""Grade the reference models of every real assignment, and write docs/coverage.md.

    python docs/coverage/make.py WORK [ASSIGNMENT ...] [--data FOLDER] [--cores N] [--scale lab]

WORK is a folder for the course that is graded; what was trained there is not trained again. Without names, all
assignments of rows.yaml are graded. Rows of assignments that were never graded in WORK say so. What was trained at lab
scale says so too; at smoke scale the page goes to WORK/coverage.md, for its figures mean nothing.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from netgrade.errors import NetgradeError
from netgrade.kinds.sweep import label
from netgrade.machine import cpu_name, memory_bytes
from netgrade.objects.grade import Grades, TaskGrade
from netgrade.spec import load_assignment
from netgrade.store import load

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SHARED = ("Snakefile", "workflow", "profiles", "templates", "reference_models")

HEAD = """\
# Coverage of the five real assignments

Every task of five assignments that real courses gave out, what students reported for it, and what the reference models
reach when netgrade grades them. The claimed figures are one student's single run. What was trained at lab scale saw at
most 10,000 images for at most 10 epochs. No threshold is judged then: it "needs a person" for that reason alone.

This page was written by `python docs/coverage/make.py WORK`, on {machine}.
"""


def main() -> int:
    """Grade, then write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("assignments", nargs="*")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--cores", default="all")
    parser.add_argument("--scale", choices=["full", "lab", "smoke"], default="full")
    parser.add_argument("--only-write", action="store_true", help="Write the page from what was graded before.")
    given = parser.parse_args()
    real = yaml.safe_load((HERE / "rows.yaml").read_text())
    names = given.assignments or list(dict.fromkeys(row["assignment"] for part in real for row in part["rows"]))
    if not given.only_write:
        _lay_out(given.work, names, given.data, given.scale)
        command = [sys.executable, "-m", "snakemake", "--cores", given.cores, *_targets(names)]
        environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        if status := subprocess.run(command, cwd=given.work, check=False, env=environment).returncode:
            return status
    machine = f"{os.cpu_count()} cores of {cpu_name()} with {memory_bytes() >> 30} GB of memory"
    page = HEAD.format(machine=machine) + "".join(_part(part, given.work) for part in real)
    (given.work / "coverage.md" if given.scale == "smoke" else ROOT / "docs/coverage.md").write_text(page)
    return 0


def _lay_out(work: Path, names: list[str], data: Path | None, scale: str) -> None:
    """A course without students, for the reference models are graded like anyone's."""
    (work / "submissions").mkdir(parents=True, exist_ok=True)
    for name in SHARED:
        (work / name).unlink(missing_ok=True)  # another checkout's, of an earlier run
        (work / name).symlink_to(ROOT / name)
    if (work / "assignments").is_symlink():
        (work / "assignments").unlink()
    shutil.copytree(ROOT / "assignments", work / "assignments", dirs_exist_ok=True)
    for name in names if scale != "full" else ():
        with (work / "assignments" / name / "assignment.yaml").open("a") as definition:
            definition.write(f"\nscale: {scale}\n")
    course = {
        "title": "Coverage", "data": str(data.absolute()) if data else None,
        "assignments": [{"id": name, "submissions": "submissions"} for name in names],
    }  # fmt: skip
    (work / "config.yaml").write_text(yaml.safe_dump(course))


def _targets(names: list[str]) -> list[str]:
    return [f"results/report/{name}/class.json" for name in names]


def _part(part: dict, work: Path) -> str:
    """One assignment's heading and table."""
    lines = [f"\n## {part['title']}\n", "| task | graded as | threshold | claimed | reference result here |",
             "|---|---|---|---|---|"]  # fmt: skip
    for row in part["rows"]:
        threshold = row.get("threshold", "")
        result = _result(work, row["assignment"], row["task"])
        kind = f"{row['kind']} `{row['assignment']}/{row['task']}`"
        cells = (row["row"], kind, threshold, row.get("claimed", ""), result)
        lines.append(f"| {' | '.join(str(cell).replace('|', '/') for cell in cells)} |")
    return "\n".join(lines) + "\n"


def _result(work: Path, assignment: str, task: str) -> str:
    """What the reference came to in the last round, or that it was not graded."""
    known = {one.id for one in load_assignment(ROOT / "assignments" / assignment / "assignment.yaml").tasks}
    if task not in known:
        raise SystemExit(f"rows.yaml: {assignment} has no task `{task}`")
    try:
        grades = load(work / f"results/settle/{assignment}/reference.json", Grades).grades[0]
    except NetgradeError:
        return "not graded here"
    return _told(next(graded for graded in grades.tasks if graded.task == task), grades.scale)


def _told(graded: TaskGrade, scale: str) -> str:
    judged = f"{graded.verdict}" if scale == "full" else f"{scale} scale"
    if graded.variants:
        shown = [f"{label(v) if v.factors else v.name}: {_figure(v)}" for v in graded.variants if v.measurement][:12]
        return f"{judged}; " + "<br>".join(shown)
    measured = graded.measurement
    if scale == "full" or measured is None or measured.accuracy is None or measured.interval is None:
        return f"{graded.verdict}: {graded.reason}"
    low, high = measured.interval.low, measured.interval.high
    return f"{judged}: test accuracy {measured.accuracy:.1%} (95% interval {low:.1%} to {high:.1%})"


def _figure(variant) -> str:
    """Test accuracy with the data set, and the validation accuracy by which variants are ranked."""
    accuracy = variant.measurement.accuracy
    if accuracy is None:
        return f"{variant.dataset} diverged"
    ranked_by = "" if variant.validation is None else f" (validation {variant.validation:.1%})"
    return f"{variant.dataset} {accuracy:.1%}{ranked_by}"


if __name__ == "__main__":
    sys.exit(main())
