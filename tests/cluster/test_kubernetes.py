"""The words between Snakemake and kubectl; a program that stands in for kubectl shows them, and no cluster is there."""

import os
import subprocess
from pathlib import Path

import pytest
import yaml

SCRIPT = Path(__file__).parents[2] / "profiles/kubernetes/kubernetes.sh"

KUBECTL = """\
#!/bin/sh
[ "$1" = create ] && cat > made.yaml && echo job.batch/netgrade-abc
[ "$1" = get ] && printf %s "$FOUND" && exit "$STATUS"
echo "$@" >> calls
"""


@pytest.fixture
def said(tmp_path):
    """What the script prints, with kubectl's answer to `get` and its exit status."""
    (tmp_path / "kubectl").write_text(KUBECTL)
    (tmp_path / "kubectl").chmod(0o755)

    def run(*words: str, found: str = "", status: int = 0) -> str:
        environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "FOUND": found, "STATUS": str(status)}
        return subprocess.run(["sh", SCRIPT, *words], cwd=tmp_path, env=environment, text=True, check=True,
                              capture_output=True).stdout.strip()  # fmt: skip

    return run


def test_a_job_asks_for_what_its_rule_asks_for(said, tmp_path):
    """Cores, memory in MB, minutes and GPUs, in the order of the profile's command; never tried again by Kubernetes."""
    assert said("submit", "2", "4000", "60", "1", "/netgrade/.snakemake/job.sh") == "job.batch/netgrade-abc"

    job = yaml.safe_load((tmp_path / "made.yaml").read_text())["spec"]
    [container] = job["template"]["spec"]["containers"]
    assert container["command"] == ["sh", "/netgrade/.snakemake/job.sh"]
    assert container["resources"]["requests"] == {"cpu": "2", "memory": "4000M"}
    assert container["resources"]["limits"] == {"memory": "4000M", "nvidia.com/gpu": "1"}
    assert (job["activeDeadlineSeconds"], job["backoffLimit"]) == (3600, 0)


@pytest.mark.parametrize(
    ("found", "status", "word"),
    [("state:1:", 0, "success"), ("state::", 0, "running"), ("state::1", 0, "failed"), ("", 0, "failed"),
     ("", 1, "running")],
)  # fmt: skip
def test_a_job_that_is_gone_has_failed_and_one_that_cannot_be_asked_goes_on(said, found, status, word):
    assert said("status", "job.batch/netgrade-abc", found=found, status=status) == word


def test_jobs_are_cancelled_together(said, tmp_path):
    said("job.batch/a", "job.batch/b")

    assert (tmp_path / "calls").read_text() == "delete --wait=false job.batch/a job.batch/b\n"
