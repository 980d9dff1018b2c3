"""Killed, without space, without the right to write, not alone: no grade is lost, and the next run goes on.

`python tests/crash/kills.py` kills more often.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
import uuid

import pytest
from course import lay_out_tiny
from disks import CLOSED, SMALL, mounted
from kills import ANYWHERE, LAST_BREATH, WRONG, Campaign
from leftovers import damage, parts
from processes import below, processes, survivors

from netgrade.extract.sandbox.selftest import STAYS

DATA_SET = 37_200_000
"""Bytes that shapes10 takes."""


@pytest.fixture
def course(tmp_path):
    """One student, whose model's checkpoint has 1.6 MB, nothing too close to call, and nothing graded yet."""
    course = lay_out_tiny(tmp_path)
    course.edit("assignments/tiny/assignment.yaml", "accuracy > 12 %", "accuracy > 2 %")
    course.submit("Ada", units=128, epochs=10)
    return course


def test_kills_lose_nothing(tmp_path):
    campaign = Campaign(tmp_path, ["train", ANYWHERE, "grade"], seed=3)
    campaign.carry_out()

    assert not campaign.faults
    assert len(campaign.hits) == 3


ALONE = f"""
import sys
from pathlib import Path

from netgrade.extract.sandbox import View, backend_of
from netgrade.extract.sandbox.selftest import LIMITS

backend_of(sys.argv[1]).run([sys.executable, "-I", "-c", {STAYS!r} + "# " + sys.argv[2]], b"", View(Path()), LIMITS)
"""
"""A supervisor whose program, marked with the second argument, would stay for ten minutes."""


@pytest.mark.parametrize("moment", [0.0, 0.005, 0.01, 0.02, 0.03, 0.05, 1.0])
def test_a_program_in_the_sandbox_dies_with_its_supervisor(tmp_path, moment):
    mark = uuid.uuid4().hex
    supervisor = subprocess.Popen([sys.executable, "-c", ALONE, "bubblewrap", mark], cwd=tmp_path)
    while not below(supervisor.pid):
        time.sleep(0.001)
    time.sleep(moment)
    supervisor.kill()
    supervisor.wait()

    time.sleep(0.3)  # what was about to start would have started
    assert not survivors([p for p in processes() if p.words and mark in p.words[-1]], LAST_BREATH)


def test_a_full_disk_is_named_and_nothing_is_half_written(course):
    """Full before the data set, then in the middle of a training; then there is space again."""
    (course.folder / "results").mkdir()
    if os.geteuid() != 0:  # the sandbox's own namespaces do not work inside another user's
        course.edit("config.yaml", "title:", "isolation: none\ntitle:")
    with mounted(course, SMALL) as seen:
        for left in (DATA_SET // 2, DATA_SET + 1_300_000):
            leave(seen, left)
            status, output = course.snakemake()
            assert status == 1
            assert f"The disk at {course.folder}/results has" in output
            assert "it goes on where it stopped" in output
            assert not any(word in output for word in WRONG), output
            assert not [*damage(seen), *parts(seen)]
        assert list(seen.glob("results/store/records/*/*/*")), "it should have come to the trainings"
        assert not list(seen.glob("results/grade/tiny/c00.*"))

        (seen / "results/ballast").unlink()
        course.run()
        assert not list(damage(seen))
        course.folder = seen
        assert course.grades()["Ada"].tasks[0].measurement


def test_a_closed_results_folder_is_named(course):
    (course.folder / "results").mkdir()
    with mounted(course, CLOSED):
        status, output = course.snakemake()

    assert status == 1
    assert output.endswith(
        "\nresults could not be written: Read-only file system\n"
        f"  {course.folder}/results is read-only, or belongs to somebody else: make it writable, then run "
        "`snakemake --cores all` again: it goes on where it stopped.\n"
    )
    assert "Traceback" not in output
    assert 'File "' not in output


def test_of_two_runs_at_once_one_works_and_the_other_says_so(course):
    both = [course.start(), course.start()]
    loser = wait_for(lambda: next((run for run in both if run.poll() is not None), None))
    [winner] = [run for run in both if run is not loser]
    told = loser.stdout.read()
    assert loser.returncode == 1
    assert f"Another run is at work in {course.folder} (process {winner.pid} on " in told
    assert not any(word in told for word in (*WRONG, "Job stats")), told

    wait_for(lambda: list(course.folder.glob("results/collect/tiny/c00.json")))
    status, told = course.snakemake("--dry-run")
    assert status == 0, "looking on is allowed"
    assert winner.poll() is None
    os.killpg(winner.pid, signal.SIGKILL)
    assert "Error" not in winner.communicate()[0]


def test_after_a_restart_of_the_machine_the_next_run_goes_on(course):
    """Everything ended at once in the middle of a training; locks and temporary files are left."""
    run = course.start()
    wait_for(lambda: list(course.folder.glob("results/store/records/**/checkpoint.npz")))
    family = below(run.pid)
    for process in family:
        process.kill()
    os.killpg(run.pid, signal.SIGKILL)
    run.communicate()
    assert not survivors(family, LAST_BREATH)
    assert list(course.folder.glob(".snakemake/locks/*.lock"))
    (course.folder / "results/datasets/.part-shapes10-abc").mkdir()
    for name in ("results/datasets/.part-shapes10-abc/train_images.npy", "results/train/.part-abc.json",
                 "reports/.part-abc.pdf"):  # fmt: skip
        (course.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (course.folder / name).write_bytes(b"half")

    output = course.run()
    assert not [*damage(course.folder), *parts(course.folder)]
    assert not any(word in output for word in WRONG), output
    assert course.grades()["Ada"].tasks[0].measurement


def leave(folder, size):
    """Fill the disk of the results until so many bytes are free."""
    ballast = folder / "results/ballast"
    ballast.unlink(missing_ok=True)
    shutil.rmtree(folder / "results/datasets", ignore_errors=True)
    ballast.write_bytes(bytes(shutil.disk_usage(folder / "results").free - size))


def wait_for(condition, seconds=300):
    until = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < until, "it never came"
        time.sleep(0.05)
    return found
