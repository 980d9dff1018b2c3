"""The sandbox's promises on this machine: they hold, and each trial notices when its promise is broken."""

import ast
import contextlib
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from netgrade.errors import SandboxError
from netgrade.extract.child import promises
from netgrade.extract.sandbox import (
    View,
    backend_of,
    bubblewrap,
    cgroup,
    forked,
    piped,
    prove,
    proven,
    run_unprotected,
    supervise,
)
from netgrade.extract.sandbox.forked import Zygote
from netgrade.extract.sandbox.preloaded import forking
from netgrade.extract.sandbox.selftest import ENDING, LIMITS, STAYS

EVERY = {*promises.TRIALS, ENDING}


def test_bubblewrap_keeps_every_promise(tmp_path):
    labels = tmp_path / "labels.npz"
    labels.write_text("secret")
    test = prove(backend_of("bubblewrap"), [labels])

    assert set(test.held) == EVERY
    assert test.backend.startswith("bubblewrap ")


@pytest.fixture(scope="module")
def zygote():
    """One that has loaded Keras, for all tests that leave it whole."""
    with contextlib.closing(Zygote({})) as one:
        yield one


@pytest.fixture
def forks(zygote):
    """Bubblewrap, with nothing to fall back to."""
    return replace(backend_of("bubblewrap"), run=zygote.run)


def test_forks_keep_every_promise(forks, tmp_path):
    """They are tried in forks of the very process that submissions are forks of."""
    labels = tmp_path / "labels.npz"
    labels.write_text("secret")

    assert set(prove(forks, [labels]).held) == EVERY


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
        # Where root lays the view out, processes have a namespace there already.
        outer = [[word for word in layer if word != "--unshare-pid"] for layer in others]
        return command, [[*hidden[:start], *new, *hidden[start + len(old) :]], *outer]

    monkeypatch.setattr(bubblewrap, "_prefix", wrong)
    with pytest.raises(SandboxError, match=promise):
        prove(backend_of("bubblewrap"))


@pytest.mark.parametrize(
    ("promise", "old", "new"),
    [
        (
            "nothing of an earlier run",
            ["--perms", "1777", "--size", str(2**28 + 8 * 2**20), "--tmpfs", "/tmp"],
            ["--bind", "/tmp", "/tmp"],
        ),
        ("no further namespaces", ["--disable-userns"], []),
        ("nothing writable", ["--remount-ro", "/"], ["--tmpfs", "/etc"]),
        ("shared memory is limited", ["--size", str(2**26)], []),
    ],
)
def test_a_broken_promise_of_a_forks_own_sandbox_is_noticed(monkeypatch, forks, promise, old, new):
    """The zygote's sandbox, which is around it, does not keep it instead."""
    right = bubblewrap.within_zygote

    def wrong(view, limits):
        words = right(view, limits)
        start = next(i for i in range(len(words)) if words[i : i + len(old)] == old)
        return [*words[:start], *new, *words[start + len(old) :]]

    monkeypatch.setattr(bubblewrap, "within_zygote", wrong)
    with pytest.raises(SandboxError, match=promise):
        prove(forks)


@pytest.mark.parametrize("missing", ["cpu", "data"])
def test_a_missing_limit_of_a_fork_is_noticed(monkeypatch, forks, missing):
    right = forked.limits_of_a_process
    monkeypatch.setattr(forked, "limits_of_a_process", lambda limits: right(limits) | {missing: 2**40})

    with pytest.raises(SandboxError, match="limit"):
        prove(forks)


def test_a_missing_limit_on_processes_of_a_fork_is_noticed(monkeypatch, forks):
    monkeypatch.setattr(forked, "OWN_PROCESSES", 1000)
    monkeypatch.setattr(piped, "control_group", lambda *_: contextlib.nullcontext(cgroup.Group()))

    with pytest.raises(SandboxError, match="processes are limited"):
        prove(forks)


LOOK_AROUND = """
import os
from pathlib import Path

def shown(path):
    try:
        return os.readlink(path)
    except OSError:
        return ""

own = [os.readlink(f"/proc/self/fd/{number}") for number in range(4)]
others = {shown(path) for path in Path("/proc").glob("[0-9]*/fd/*")} - {*own, "", "/dev/null"}
os.write(3, repr((os.getppid(), sorted(one for one in others if one.startswith(("socket", "/memfd"))))).encode())
"""


def run_code(backend, code, folder=None, limits=LIMITS, request=b""):
    return backend.run([sys.executable, "-c", code], request, View(folder), limits)


def test_a_fork_sees_nothing_of_its_keeper(forks):
    """No parent that it could stop, and no channel that it could speak on."""
    assert run_code(forks, LOOK_AROUND).result == b"(0, [])"


def test_forks_have_keras_and_their_own_submission(forks, tmp_path):
    (tmp_path / "lab.py").write_text("x = 1")
    code = "import sys, os; os.write(3, repr(('keras' in sys.modules, os.listdir('submission'))).encode())"

    assert run_code(forks, code, tmp_path).result == b"(True, ['lab.py'])"


def test_forks_at_the_same_time_do_not_meet(forks):
    """The first waits for the second in every way in which it could be seen."""
    first = "import os, time; open('/tmp/here', 'w'); os.write(3, b'x'); time.sleep(3)"
    second = "import os; os.write(3, repr((os.listdir('/tmp'), os.listdir('/proc'))).encode())"
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(run_code, forks, first)
        time.sleep(1)
        files, processes = ast.literal_eval(run_code(forks, second).result.decode())
        assert not waiting.done()

    assert "here" not in files
    assert max(int(name) for name in processes if name.isdigit()) < 10


@pytest.mark.parametrize("code, status", [("import os; os.kill(os.getpid(), 9)", -9), ("exit(7)", 7), ("1 / 0", 1)])
def test_how_a_fork_ended_is_told(forks, code, status):
    assert run_code(forks, code).exit_code == status


def whose_parent_is(process):
    """Its children, by their numbers."""
    listed = subprocess.run(["pgrep", "-P", str(process)], capture_output=True, text=True, check=False)
    return [int(number) for number in listed.stdout.split()]


def all_below(process):
    """Each before those that it started: numbers begin again where a machine has run out of them."""
    return [number for child in whose_parent_is(process) for number in (child, *all_below(child))]


def test_a_lost_keeper_costs_a_submission_nothing(zygote):
    """Killed from outside while the program runs, as by a kernel short of memory: it starts afresh."""
    told, before = [], set(all_below(zygote._process.pid))
    backend = forking(backend_of("bubblewrap"), zygote, told.append)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(run_code, backend, "import os, time; time.sleep(2); os.write(3, b'whole')")
        while not set(all_below(zygote._process.pid)) - before:
            time.sleep(0.05)
        time.sleep(0.5)
        keeper = next(number for number in all_below(zygote._process.pid) if number not in before)
        os.kill(keeper, signal.SIGKILL)
        assert waiting.result().result == b"whole"
    assert len(told) == 1
    assert told[0].startswith("This submission starts a Python of its own: ")

    assert run_code(backend, "import os, sys; os.write(3, repr('keras' in sys.modules).encode())").result == b"True"
    assert len(told) == 1


def test_a_lost_zygote_costs_a_submission_nothing():
    told = []
    with contextlib.closing(Zygote({})) as zygote:
        backend = forking(backend_of("bubblewrap"), zygote, told.append)
        os.kill(all_below(zygote._process.pid)[-1], signal.SIGKILL)
        time.sleep(0.5)
        runs = [run_code(backend, "import os; os.write(3, b'whole')") for _ in range(2)]

    assert [run.result for run in runs] == [b"whole", b"whole"]
    assert len(told) == 2


def test_without_a_zygote_programs_start_afresh(monkeypatch):
    """Say the kernel allows no sandbox from which others can be made: the plain form was proven before."""
    told, plain = [], backend_of("bubblewrap")
    monkeypatch.setattr(bubblewrap, "around_zygote", lambda _: (["false"], []))
    with proven(plain, {}, [], told.append) as (backend, test):
        assert backend is plain

    assert set(test.held) == EVERY
    assert told == ["Every submission starts a Python of its own: it did not become ready"]


FORKS_ALONE = f"""
import sys
from netgrade.extract.sandbox import View
from netgrade.extract.sandbox.forked import Zygote
from netgrade.extract.sandbox.selftest import LIMITS
zygote = Zygote({{}})
print("ready", flush=True)
zygote.run([sys.executable, "-c", {STAYS!r}], b"", View(None), LIMITS)
"""


def test_forks_end_with_their_supervisor():
    with subprocess.Popen([sys.executable, "-c", FORKS_ALONE], stdout=subprocess.PIPE) as supervisor:
        assert supervisor.stdout.readline() == b"ready\n"
        time.sleep(2)
        running = all_below(supervisor.pid)
        supervisor.kill()
    time.sleep(0.5)

    assert len(running) > 5
    assert not [number for number in running if Path(f"/proc/{number}/exe").exists()]


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
