"""A class of three for the clusters: one that is killed, one whose code fails, and a neighbour."""

import re
import subprocess
import time
from pathlib import Path

from course import Tiny, lay_out_tiny

from netgrade.objects.grade import Grade, Verdict

BROKEN = 'raise RuntimeError("this submission does not even start")\n'


def lay_out_class(folder: Path) -> Tiny:
    """Ada and Bo hand in networks, Cleo a file that raises; one training a plan, and nothing too close to call."""
    course = lay_out_tiny(folder)
    course.edit("assignments/tiny/assignment.yaml", "most: 2", "most: 1")
    course.edit("assignments/tiny/assignment.yaml", "accuracy > 12 %", "accuracy > 2 %")
    course.submit("Ada", units=64, epochs=30)
    course.submit("Bo", units=16)
    course.submit("Cleo", units=8)
    (folder / "submissions/Cleo/model.py").write_text(BROKEN)
    return course


def wait_for_training(folder: Path, workflow: subprocess.Popen[str]) -> None:
    """Until a student's network has trained for an epoch."""
    log = folder / "results/logs/train/tiny/c00.r1.log"
    while not (log.is_file() and "epoch" in log.read_text()):
        assert workflow.poll() is None, workflow.communicate()[0]
        time.sleep(0.1)


def assert_graded(grades: dict[str, Grade]) -> None:
    """Those whose code runs passed, and the one whose code fails did not take them with it."""
    verdicts = {name: [task.verdict for task in grade.tasks] for name, grade in grades.items()}
    assert verdicts == {"Ada": [Verdict.PASS], "Bo": [Verdict.PASS], "Cleo": [Verdict.NOTHING]}


def restarts(output: str) -> list[str]:
    """What Snakemake says of jobs that it tried again."""
    return re.findall(r"Trying to restart job \d+\.", output)
