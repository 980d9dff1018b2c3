"""What goes wrong stays where it is: missing data, a killed job, a wrong file."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest


def test_missing_data_leaves_the_other_assignments_graded(course):
    """The tasks without data wait for a person, and the run says what to do."""
    other = course.folder / "assignments/other"
    other.mkdir()
    text = (course.folder / "assignments/tiny/assignment.yaml").read_text()
    (other / "assignment.yaml").write_text(text.replace("id: tiny", "id: other").replace("shapes10", "cifar10"))
    (course.folder / "reference_models/other").mkdir()
    (course.folder / "config.yaml").write_text(
        "title: Two\ndownload: false\nassignments:\n"
        "  - {id: tiny, submissions: submissions}\n  - {id: other, submissions: submissions}\n"
    )
    output = course.run()

    assert "The data set CIFAR-10 was not found" in output
    assert "  other/dense: The data set CIFAR-10 was not found" in output
    assert "tiny/dense: The data set" not in output
    assert (course.folder / "reports/other/class.html").is_file()


def test_a_job_that_failed_runs_again(course):
    """Killed alone, as by a kernel short of memory: what an earlier run made of the old files must not stay."""
    course.submit("Ada", units=12)
    process = course.start()
    for pid in wait_for(lambda: jobs_in(course.folder, "extract"), process):
        os.kill(int(pid), signal.SIGKILL)
    output, _ = process.communicate()
    assert process.returncode == 1
    assert "goes on from here" in output

    course.grade("tiny")
    assert course.grades()["Ada"].tasks[0].model.parameters == (3072 * 12 + 12) + (12 * 10 + 10)


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("config.yaml", "submissions: submissions", "submision: submissions", "did you mean `submissions`?"),
        ("config.yaml", "submissions: submissions", "submissions: nowhere", "nowhere is no folder"),
        ("assignments/tiny/assignment.yaml", "points: 4", "points: four", "assignment.yaml:9: tasks[0].points"),
    ],
)
def test_a_mistake_of_the_instructor_is_told_without_a_traceback(course, file, old, new, told):
    course.edit(file, old, new)
    status, output = course.snakemake()

    assert status == 1
    assert told in output
    assert "File " not in output, "a traceback helps nobody here"


def wait_for(condition, process=None, seconds=300):
    """Until it holds; fails when the time is over, or when `process` ended before."""
    until = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < until, "it never came"
        assert process is None or process.poll() is None, "the run ended before"
        time.sleep(0.1)
    return found


def jobs_in(folder, stage):
    """Processes of that stage that are at work there."""
    command = ["pgrep", "-f", f"bin/netgrade stage {stage} tiny"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False)
    return [pid for pid in listed.stdout.split() if _works_in(folder, pid)]


def _works_in(folder, pid):
    try:
        return Path("/proc", pid, "cwd").readlink() == folder
    except OSError:  # it has ended by now
        return False
