"""One workflow at a time; what a killed one leaves is forgotten; jobs end with those who started them."""

import fcntl
import os
import select
import subprocess
import sys
import threading

import pytest

from netgrade import running
from netgrade.errors import NetgradeError
from netgrade.running import WORKFLOW, begin_workflow, is_dry_run

JOB = (
    "import os, time; from netgrade.running import end_with_workflow; end_with_workflow(); "
    "print(os.getpid(), flush=True); time.sleep(60)"
)


@pytest.fixture(autouse=True)
def held(monkeypatch):
    """Locks that end with the test."""
    files = []
    monkeypatch.setattr(running, "_held", files)
    yield files
    for file in files:
        file.close()


def test_the_second_workflow_is_told_of_the_first(tmp_path, held):
    begin_workflow(tmp_path)
    with pytest.raises(NetgradeError, match=rf"Another run is at work in {tmp_path} \(process {os.getpid()} on "):
        begin_workflow(tmp_path)
    begin_workflow(tmp_path, only_looks=True)

    held.pop().close()
    begin_workflow(tmp_path)


def test_whoever_looks_for_a_moment_refuses_no_run(tmp_path):
    (tmp_path / ".snakemake").mkdir()
    glance = (tmp_path / ".snakemake/alive").open("a")
    fcntl.flock(glance, fcntl.LOCK_SH)
    threading.Timer(0.1, glance.close).start()

    begin_workflow(tmp_path)


def test_a_dry_run_keeps_no_lock(tmp_path, held):
    begin_workflow(tmp_path, only_looks=True)
    assert not held


def test_what_a_killed_run_left_is_removed(tmp_path):
    kept = [tmp_path / "results/grade/c00.json", tmp_path / "results/collect/unpacked/s1/model.py"]
    left = [tmp_path / ".snakemake/locks/0.input.lock", tmp_path / "results/grade/.part-1.json",
            tmp_path / "results/datasets/.part-x-1/hidden/x.npz", tmp_path / "reports/tiny/.part-2.pdf"]  # fmt: skip
    for path in kept + left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    begin_workflow(tmp_path)

    assert all(path.exists() for path in kept)
    assert not any(path.exists() for path in left)
    assert not (tmp_path / "results/datasets/.part-x-1").exists()


def test_jobs_whose_results_cannot_be_trusted_run_again(tmp_path):
    """Their notes were lost with the power, or what they were made from is gone since a job before them failed."""
    notes, marks = tmp_path / ".snakemake/metadata", tmp_path / ".snakemake/incomplete"
    (notes / "@long").mkdir(parents=True)
    (tmp_path / "there.json").touch()
    for name, content in (("good", '{"input": ["there.json"]}'), ("first", '{"input": null}'), ("empty", ""),
                          ("@long/half", '{"input": ["th'), ("orphan", '{"input": ["gone.json"]}')):  # fmt: skip
        (notes / name).write_text(content)
    begin_workflow(tmp_path)

    marked = {str(path.relative_to(marks)) for path in marks.rglob("*") if path.is_file()}
    assert marked == {"empty", "@long/half", "orphan"}


@pytest.mark.parametrize(
    ("words", "dry"), [("-n", True), ("-c 2 -np", True), ("--dry-run", True), ("--cores all", False), ("-c 2", False)]
)
def test_a_dry_run_is_known_by_its_option(words, dry):
    assert is_dry_run(["snakemake", *words.split()]) is dry


def test_a_job_ends_with_its_shell(tmp_path):
    """The workflow goes on, here the test, and takes the job for failed: nothing may write in its name any more."""
    shell = subprocess.Popen(
        ["sh", "-c", f'"{sys.executable}" -c "{JOB}"; true'], stdout=subprocess.PIPE, text=True, cwd=tmp_path,
        env=os.environ | {WORKFLOW: str(os.getpid())},
    )  # fmt: skip
    job = os.pidfd_open(int(shell.stdout.readline()))
    shell.kill()
    shell.wait()

    assert select.select([job], [], [], 10)[0], "it is still at work"


def test_a_job_without_its_workflow_ends_at_once(tmp_path):
    """Killed before the job could look: neither an ancestor, nor there."""
    other = subprocess.Popen(["sleep", "60"])
    for workflow in (other.pid, 2**22 - 1):
        job = subprocess.run(
            [sys.executable, "-c", JOB], env=os.environ | {WORKFLOW: str(workflow)}, cwd=tmp_path, timeout=30,
            capture_output=True, check=False,
        )  # fmt: skip
        assert (job.returncode, job.stdout) == (1, b"")
    other.kill()
    other.wait()
