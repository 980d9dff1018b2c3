"""A class through a batch system by Snakemake's cluster-generic: jobs queued, one refused, one killed."""

import os
import signal
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest
from classes import assert_graded, lay_out_class, restarts

pytestmark = pytest.mark.skipif(
    not find_spec("snakemake_executor_plugin_cluster_generic"),
    reason="snakemake-executor-plugin-cluster-generic not installed",
)


def test_a_class_is_graded_through_a_queue(tmp_path):
    """A refused job and a killed one are tried again, and code that fails takes no neighbour with it."""
    course, queue = lay_out_class(tmp_path / "course"), tmp_path / "queue"
    course.submit("Ada", units=64, epochs=30)
    queue.mkdir()
    (queue / "refuse").touch()
    command = f"{sys.executable} {Path(__file__).with_name('local_queue.py')} {queue}"

    process = course.start(
        "--executor", "cluster-generic", "--jobs", "4", "--retries", "2", "--latency-wait", "15",
        "--cluster-generic-submit-cmd", f"{command} submit",
        "--cluster-generic-status-cmd", f"{command} status",
        "--seconds-between-status-checks", "1",
    )  # fmt: skip
    kill_the_training(queue, course.folder, process)
    output, _ = process.communicate()

    assert process.returncode == 0, output
    assert not (queue / "refuse").exists()
    assert len(restarts(output)) == 2
    assert_graded(course.grades())


def kill_the_training(queue, folder, process):
    """Kill the job that trains Ada's network, once it has trained for an epoch."""
    while not list(folder.glob("results/store/records/**/checkpoint.npz")):
        assert process.poll() is None, process.stdout.read()
        time.sleep(0.1)
    [job] = [path.stem for path in queue.glob("*.script")
             if "train/tiny/c00" in path.read_text() and not path.with_suffix(".status").exists()]  # fmt: skip
    os.killpg(int((queue / f"{job}.session").read_text()), signal.SIGKILL)
