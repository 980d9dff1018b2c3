"""A class through a batch system by Snakemake's cluster-generic: jobs queued, one refused, one killed."""

import os
import signal
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from classes import assert_graded, lay_out_class, restarts, wait_for_training

pytestmark = pytest.mark.skipif(
    not find_spec("snakemake_executor_plugin_cluster_generic"),
    reason="snakemake-executor-plugin-cluster-generic not installed",
)


def test_a_class_is_graded_through_a_queue(tmp_path):
    """A refused job and a killed one are tried again, and code that fails takes no neighbour with it."""
    course, queue = lay_out_class(tmp_path / "course"), tmp_path / "queue"
    queue.mkdir()
    (queue / "refuse").touch()
    command = f"{sys.executable} {Path(__file__).with_name('local_queue.py')} {queue}"

    # Until the grades are there: reports and the reference go to a queue in the same way, as `make test-slurm` shows.
    process = course.start(
        "results/settle/tiny/c00.json",
        "--executor", "cluster-generic", "--jobs", "4", "--retries", "2", "--latency-wait", "15",
        "--cluster-generic-submit-cmd", f"{command} submit",
        "--cluster-generic-status-cmd", f"{command} status",
        "--seconds-between-status-checks", "1",
    )  # fmt: skip
    wait_for_training(course.folder, process)
    kill(queue, "train:", "chunk=c00")
    output, _ = process.communicate()

    assert process.returncode == 0, output
    assert not (queue / "refuse").exists()
    assert len(restarts(output)) == 2
    assert_graded(course.grades())


def kill(queue, *words):
    """Kill the job that has these words in its script, with all its processes."""
    [job] = [path.stem for path in queue.glob("*.script") if all(word in path.read_text() for word in words)]
    os.killpg(int((queue / f"{job}.session").read_text()), signal.SIGKILL)
