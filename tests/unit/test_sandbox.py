"""The sandbox's promises on this machine: they hold, and each trial notices when its promise is broken."""

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from netgrade.errors import SandboxError
from netgrade.extract.child import promises
from netgrade.extract.sandbox import backend_of, bubblewrap, cgroup, piped, prove, run_unprotected, supervise
from netgrade.extract.sandbox.selftest import ENDING, LIMITS, STAYS

EVERY = {*promises.TRIALS, ENDING}


def test_bubblewrap_keeps_every_promise(tmp_path):
    labels = tmp_path / "labels.npz"
    labels.write_text("secret")
    test = prove(backend_of("bubblewrap"), [labels])

    assert set(test.held) == EVERY
    assert test.backend.startswith("bubblewrap ")


def test_podman_keeps_every_promise(podman, tmp_path):
    labels = tmp_path / "labels.npz"
    labels.write_text("secret")

    assert set(prove(podman, [labels]).held) == EVERY


def test_podman_leaves_nothing_behind(podman, tmp_path, monkeypatch):
    """No container, and no folder."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    prove(podman)

    assert not list(tmp_path.glob("netgrade-*"))


def test_a_container_ends_without_its_supervisor(podman, tmp_path):
    alone = f"""
from pathlib import Path
from netgrade.extract.sandbox import View, backend_of
from netgrade.extract.sandbox.selftest import LIMITS
limits = LIMITS.model_copy(update={{"wall_seconds": 1}})
backend_of("podman").run([{sys.executable!r}, "-I", "-c", {STAYS!r}], b"", View(Path()), limits)
"""

    def containers() -> set[str]:
        listed = subprocess.run(["podman", "ps", "--quiet"], capture_output=True, text=True, check=True)
        return set(listed.stdout.split())

    before, until = containers(), time.monotonic() + 20
    supervisor = subprocess.Popen([sys.executable, "-c", alone], cwd=tmp_path)
    while not containers() - before:
        assert time.monotonic() < until, "no container has started"
    supervisor.kill()
    supervisor.wait()

    while containers() - before:
        assert time.monotonic() < until, "the container lives on"


WITHOUT_NETWORK = ["--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-uts"]


@pytest.mark.parametrize(
    ("promise", "old", "new"),
    [
        ("no network", ["--unshare-all"], WITHOUT_NETWORK),
        ("no process of the host's", ["--unshare-all"], ["--unshare-user", "--unshare-net"]),
        ("no further namespaces", ["--disable-userns"], []),
        ("nothing writable", ["--remount-ro", "/"], ["--tmpfs", "/submission"]),
        ("disk is limited", ["--size", str(2**28 + 8 * 2**20)], []),
        ("shared memory is limited", ["--size", str(2**26)], []),
    ],
)
def test_a_broken_promise_of_the_view_is_noticed(monkeypatch, promise, old, new):
    """The arguments are taken out that keep it."""
    right = bubblewrap._prefix

    def wrong(view, limits):
        command, (hidden, *others) = right(view, limits)
        start = next(i for i in range(len(hidden)) if hidden[i : i + len(old)] == old)
        return command, [[*hidden[:start], *new, *hidden[start + len(old) :]], *others]

    monkeypatch.setattr(bubblewrap, "_prefix", wrong)
    with pytest.raises(SandboxError, match=promise):
        prove(backend_of("bubblewrap"))


def test_a_file_that_can_be_reached_is_noticed():
    with pytest.raises(SandboxError, match="no file of the grader's"):
        prove(backend_of("bubblewrap"), [Path("/usr/bin")])


@pytest.mark.parametrize(
    "promise",
    ["limits cannot be raised", "memory is limited", "file size is limited"],
)
def test_a_missing_limit_is_noticed(monkeypatch, promise):
    monkeypatch.setattr(bubblewrap, "kernel_limits", lambda limits: [])
    with pytest.raises(SandboxError, match=promise):
        prove(backend_of("bubblewrap"))


def test_a_process_that_lives_on_is_noticed(monkeypatch):
    processes = []
    monkeypatch.setattr(piped, "end", processes.append)
    monkeypatch.setattr(piped, "control_group", lambda *_: contextlib.nullcontext(cgroup.Group()))
    monkeypatch.setattr("netgrade.extract.sandbox.supervise.END_SECONDS", 0.5)
    try:
        with pytest.raises(SandboxError, match="a process lives on"):
            prove(backend_of("bubblewrap"))
    finally:
        for process in processes:
            supervise.end(process)


def test_a_machine_that_forbids_namespaces_is_told_all_ways_out(monkeypatch):
    monkeypatch.setattr(bubblewrap, "_prefix", lambda view, limits: (["false"], []))
    with pytest.raises(SandboxError, match=r"(?s)isolation: podman.*isolation: none"):
        prove(backend_of("bubblewrap"))


def test_a_control_group_limits_and_goes():
    """Where this account may make one; elsewhere the limits of each process hold alone."""
    with cgroup.control_group(2**28, 10) as group:
        if not group.folders:
            pytest.skip("this account may not make control groups")
        child = os.fork()
        if child == 0:
            try:
                group.join()
                _ = b"x" * 2**29
            finally:
                os._exit(0)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status)
        assert group.out_of_memory
    assert not any(folder.exists() for folder in group.folders)


def test_without_isolation_what_stays_behind_is_ended_or_told():
    """A process that left its session: a control group finds it; without one, the run says that something lives."""
    command = [sys.executable, "-I", "-c", STAYS]
    run = run_unprotected(command, b"", LIMITS.model_copy(update={"wall_seconds": 2}), {})
    with cgroup.control_group(2**28, 10) as group:
        grouped = bool(group.folders)
    if not grouped:
        subprocess.run(["pkill", "-9", "-f", "time.sleep.600"], check=False)

    assert run.timed_out
    assert run.ended is grouped
