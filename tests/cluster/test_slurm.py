"""A class through a real SLURM with `profiles/slurm`: graded, with one job killed and one submission that fails."""

import subprocess
from importlib.util import find_spec

import pytest
import slurm
from classes import assert_graded, lay_out_class, restarts, wait_for_training

_PLUGIN = "snakemake_executor_plugin_slurm"

pytestmark = [
    pytest.mark.skipif(bool(slurm.missing()), reason=slurm.missing()),
    pytest.mark.skipif(not find_spec(_PLUGIN), reason=f"{_PLUGIN.replace('_', '-')} not installed"),
]

AS_HERE = (
    "--workflow-profile", "profiles/slurm", "--jobs", "4", "--latency-wait", "15",
    "--slurm-status-command", "squeue", "--slurm-init-seconds-before-status-checks", "2",
    "--slurm-keep-successful-logs",
)  # fmt: skip


def test_a_class_is_graded_through_slurm(tmp_path):
    course = lay_out_class(tmp_path / "course")
    with slurm.small_slurm(tmp_path / "slurm"):
        process = course.start(*AS_HERE)
        wait_for_training(course.folder, process)
        [job] = slurm.jobs("rule_train_wildcards_tiny_c00")
        asked = subprocess.run(["scontrol", "show", "job", job], text=True, capture_output=True, check=True).stdout
        subprocess.run(["scancel", job], check=True)
        output, _ = process.communicate()

    assert process.returncode == 0, output
    assert "gres/gpu=1" in asked or "gres:gpu:1" in asked
    assert restarts(output)
    assert_graded(course.grades())
