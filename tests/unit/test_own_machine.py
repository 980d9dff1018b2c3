"""A student's code on the student's machine: a process of its own, which ends, and whose result comes back."""

import time

import pytest

from netgrade.extract.sandbox import View, backend_of
from netgrade.extract.sandbox.own import OWN_MACHINE
from netgrade.objects.assignment import ExtractLimits

PROGRAM = """
import os, sys, time
print("said", sys.stdin.read(), sys.argv)
os.write(3, b"result")
{more}
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run a program with a request; `more` is what it does after its result."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=":")

    def of(more="", **limits):
        (tmp_path / "program.py").write_text(PROGRAM.format(more=more))
        limits = ExtractLimits.model_construct(**(ExtractLimits().model_dump() | limits))
        return backend_of(OWN_MACHINE).run(["python", "-m", "program"], b"request", View(tmp_path), limits)

    return of


def test_the_result_comes_back(run):
    ended = run()

    assert ended.result == b"result"
    assert "said request" in ended.output
    assert (ended.exit_code, ended.timed_out, ended.too_much_output) == (0, False, False)


def test_what_never_ends_is_ended_with_all_it_started(run, tmp_path):
    mark = tmp_path / "alive"
    child = f"import time, pathlib\nwhile True:\n    pathlib.Path({str(mark)!r}).touch()\n    time.sleep(0.05)"
    more = f"import subprocess\nsubprocess.Popen([sys.executable, '-c', {child!r}])\ntime.sleep(60)"
    ended = run(more, wall_seconds=2)

    assert ended.timed_out and mark.exists()
    mark.unlink(missing_ok=True)
    time.sleep(0.3)
    assert not mark.exists()


def test_a_flood_is_told(run):
    assert run("print('x' * 2**20)", output_mb=0).too_much_output
