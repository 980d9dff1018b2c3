"""What everything but training costs: a made-up class of which every declaration and every record is there already.

    python benchmarks/overhead.py [--keep FOLDER] [--json FILE] 100 1000 5000

For each number of students, five models each, the real workflow runs in a folder of its own: the whole class graded
and rendered, a dry run, a run with nothing to do, a moved threshold, one teacher's mark. Nothing is extracted, and only
the control is trained. Classes above 1,000 are graded, but not rendered. Prints a Markdown table, with the peak memory
of each stage's processes.
"""

import argparse
import csv
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from made_up_class import ASSIGNMENT, make_course, make_results

from netgrade.machine import cpu_name

MOST_RENDERED = 1000
REPEATS = 3
GRADED = ("reports/gradebook.csv", "results/export/summary.txt")

STOPWATCH = """#!{python}
import csv, os, sys, time
begun = time.time()
child = os.fork()
if not child:
    os.execv({netgrade!r}, ["netgrade", *sys.argv[1:]])
_, status, used = os.wait4(child, 0)
with open({log!r}, "a") as file:
    csv.writer(file).writerow(
        [sys.argv[2], time.time() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]
    )
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""Stands in for `netgrade` in the jobs of the workflow, and notes what each of them used."""


class Course:
    """A course in a folder; `jobs` are those of all runs since someone emptied it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log = folder, folder / "stopwatch.csv"
        self.jobs: list[list[str]] = []
        place = folder / "bin/netgrade"
        place.parent.mkdir()
        netgrade = str(Path(sys.executable).parent / "netgrade")
        place.write_text(STOPWATCH.format(python=sys.executable, netgrade=netgrade, log=str(self.log)))
        place.chmod(0o755)

    def run(self, *options: str) -> dict[str, float]:
        """Run the workflow; wall and CPU seconds of all."""
        self.log.unlink(missing_ok=True)
        path = f"{self.folder / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}"
        command = [sys.executable, "-m", "snakemake", "--cores", str(os.cpu_count()), *options]
        begun = time.perf_counter()
        with (self.folder / "output.txt").open("w") as output:
            workflow = subprocess.Popen(
                command, cwd=self.folder, env=os.environ | {"PATH": path}, stdout=output, stderr=output
            )
            _, status, used = os.wait4(workflow.pid, 0)
        if status:
            sys.exit(f"The workflow failed; {self.folder / 'output.txt'} says why.")
        self.jobs += csv.reader(self.log.open()) if self.log.is_file() else []
        return {"seconds": time.perf_counter() - begun, "CPU s": used.ru_utime + used.ru_stime}

    def stages(self) -> dict[str, dict[str, float]]:
        """Jobs, CPU seconds and the largest memory, in MB, of each stage in `jobs`, which is emptied."""
        rows = defaultdict(list)
        for stage, *used in self.jobs:
            rows[stage].append([float(figure) for figure in used])
        self.jobs = []
        return {
            stage: {"jobs": len(jobs), "CPU s": sum(cpu for _, cpu, _ in jobs), "MB": max(size for *_, size in jobs)}
            for stage, jobs in rows.items()
        }

    def repeated(self, *options: str) -> dict[str, float]:
        """The median of several runs, of each figure for itself."""
        runs = [self.run(*options) for _ in range(REPEATS)]
        return {name: statistics.median(run[name] for run in runs) for name in runs[0]}

    def rendered(self) -> dict[str, int]:
        """When each report was written."""
        return {str(p): p.stat().st_mtime_ns for p in (self.folder / "reports").glob("*/*/report.pdf")}


def measure(students: int, folder: Path) -> dict[str, dict]:
    """All figures of one class, by what was done."""
    course = Course(folder)
    bundles = make_course(folder, students)
    done = {"collect": course.run("results/datasets/shapes10.json", *bundles["collect"])}
    make_results(folder)
    everything = GRADED if students > MOST_RENDERED else ("all",)
    done["grade the class"] = course.run(*GRADED)
    done["bundles of all grades"] = course.run(*bundles["audit"])
    if students <= MOST_RENDERED:
        done["reports and class page"] = course.run()
    stages = course.stages()
    done["dry run"] = course.repeated("--dry-run", *everything)
    done["nothing to do"] = course.repeated(*everything)
    rules = folder / ASSIGNMENT
    rules.write_text(rules.read_text().replace("> 52 %", "> 53 %"))
    done["moved threshold: grades"] = course.run(*GRADED)
    if students <= MOST_RENDERED:
        before = course.rendered()
        done["moved threshold: reports"] = course.run()
        report = course.stages()["report"]
        done["moved threshold: reports"] |= _each(report, before, course.rendered())
        marks = "student,task,points,comment\nstudent-0001,dense,3.5,seen\n"
        (folder / "marks.csv").write_text(marks)
        settings = folder / "config.yaml"
        settings.write_text(settings.read_text() + "    overrides: marks.csv\n")
        before = course.rendered()
        done["one teacher's mark"] = course.run()
        done["one teacher's mark"] |= _each(course.stages()["report"], before, course.rendered())
    return {"done": done, "stages": stages}


def _each(report: dict[str, float], before: dict[str, int], after: dict[str, int]) -> dict[str, float]:
    count = sum(after[name] != before.get(name) for name in after)
    return {"reports": count, "CPU s a report": report["CPU s"] / max(1, count)}


def table(found: dict[str, dict]) -> str:
    """Rows of figures as Markdown."""
    columns = list(dict.fromkeys(name for row in found.values() for name in row))
    lines = [["", *columns], ["---", *["---:"] * len(columns)]]
    lines += [[name, *(f"{row[c]:,.1f}" if c in row else "" for c in columns)] for name, row in found.items()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    """Measure every class and print what it cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("students", type=int, nargs="+")
    parser.add_argument("--keep", type=Path, help="Leave the courses below this folder.")
    parser.add_argument("--json", type=Path, help="Write the figures there as well.")
    options = parser.parse_args()
    machine = f"{os.cpu_count()} cores of {cpu_name()}"
    result: dict[str, object] = {"machine": machine}
    for students in options.students:
        place = Path(tempfile.mkdtemp(prefix=f"class-{students}-", dir=options.keep))
        result[str(students)] = found = measure(students, place)
        print(f"\n## {students:,} students, 5 models each; {machine}\n")
        print(table(found["done"]), table(found["stages"]), sep="\n\n", flush=True)
        if not options.keep:
            shutil.rmtree(place)
    if options.json:
        options.json.write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
