"""Podman: a container without an image, for hosts whose ordinary users may not make namespaces."""

import errno
import json
import os
import subprocess
import tempfile
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from netgrade.extract.sandbox.supervise import END_SECONDS, Run, end, watch
from netgrade.extract.sandbox.view import (
    ENVIRONMENT,
    LINKS,
    NOBODY,
    SCRATCH,
    SHARED_MEMORY,
    View,
    binds,
    kernel_limits,
    parents,
    scratch_bytes,
)
from netgrade.objects.assignment import ExtractLimits

RESULT_BY_OUTPUT = 'exec 3>&1 1>&2; exec "$@"'
"""A container has no further descriptors: the result leaves by its standard output, and what it prints by the other."""

NOT_RAISED = ("--ulimit=nofile=1024:1024", "--ulimit=nproc=4096:4096")
"""By itself podman asks for more than many accounts have. The control group counts the processes that matter."""

NEW_NAMESPACES = 0x7E020000
"""Flags of clone(2) that would make a namespace."""

PLACES = (SCRATCH, "/dev", "/proc", "/sys", "/run", "/etc")

KILLED = 137


def run(command: Sequence[str], request: bytes, view: View, limits: ExtractLimits) -> Run:
    """Run `command` in a container of its own; `request` is its standard input."""
    start, name = time.monotonic(), f"netgrade-{uuid.uuid4().hex}"
    with tempfile.TemporaryDirectory(prefix="netgrade-root-") as folder:
        root, calls = Path(folder, "root"), Path(folder, "seccomp.json")
        calls.write_text(json.dumps(_allowed_calls()))
        _lay_out(root, view)
        options = [*_options(name, view, limits), f"--security-opt=seccomp={calls}", "--rootfs", str(root)]
        process = subprocess.Popen(
            ["podman", "run", *options, "/usr/bin/sh", "-c", RESULT_BY_OUTPUT, "sh", *kernel_limits(limits), *command],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        assert process.stdin and process.stdout and process.stderr
        with process.stdout as results, process.stderr as output:
            seen = watch(process.stdin, results, output, request, limits)
            ended = _end(process, name, stopped=seen.timed_out or seen.too_much)
    killed = process.returncode == KILLED and not (seen.timed_out or seen.too_much)
    return seen.run(process.returncode, start, ended, out_of_memory=killed)


def version() -> str:
    """As podman says it, e.g. `podman version 4.3.1`."""
    return subprocess.run(["podman", "--version"], capture_output=True, text=True, check=True).stdout.strip()


def _options(name: str, view: View, limits: ExtractLimits) -> list[str]:
    """Nothing of the host's but what is shown; the control group counts processes and memory.

    A container outlives a supervisor that was killed, but not the time given here.
    """
    memory = limits.memory_mb * 2**20 + scratch_bytes(limits) + SHARED_MEMORY
    as_whom = ["--user", f"{NOBODY}:{NOBODY}"] if os.geteuid() == 0 else ["--userns", "keep-id"]
    shown = [f"--volume={outside}:{inside}:ro" for inside, outside in sorted(binds(view).items())]
    environment = [f"--env={key}={value}" for key, value in ENVIRONMENT.items()]
    return [
        "--rm", "--interactive", "--name", name, "--network", "none", "--read-only", "--read-only-tmpfs=false",
        "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--no-hosts", "--log-driver", "none",
        "--env-host=false", "--workdir", SCRATCH, f"--memory={memory}", f"--pids-limit={limits.processes}",
        f"--timeout={int(limits.wall_seconds + END_SECONDS)}",
        f"--tmpfs={SCRATCH}:rw,nosuid,nodev,mode=1777,size={scratch_bytes(limits)}",
        f"--tmpfs=/dev/shm:rw,nosuid,nodev,mode=1777,size={SHARED_MEMORY}",
        *NOT_RAISED, *as_whom, *environment, *shown,
    ]  # fmt: skip


def _allowed_calls() -> dict[str, Any]:
    """Podman's own list of system calls without those that make namespaces, in which a program could become root."""
    asked = subprocess.run(
        ["podman", "info", "--format", "{{.Host.Security.SECCOMPProfilePath}}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    profile = json.loads(Path(asked.stdout.strip()).read_bytes())
    for rule in profile["syscalls"]:
        rule["names"] = [name for name in rule["names"] if name not in ("unshare", "setns", "clone", "clone3")]
    no_namespace = {"index": 0, "value": NEW_NAMESPACES, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}
    profile["syscalls"] = [rule for rule in profile["syscalls"] if rule["names"]] + [
        {"names": ["clone"], "action": "SCMP_ACT_ALLOW", "args": [no_namespace]},
        # Its flags lie in memory, where no filter can read them: "not implemented" makes the C library use clone.
        {"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": errno.ENOSYS},
    ]
    return profile  # type: ignore[no-any-return]


def _lay_out(root: Path, view: View) -> None:
    """An empty root folder with every place where something will be shown: what podman makes, others cannot remove."""
    root.mkdir()
    for link in LINKS:
        if Path("/", link).is_symlink():
            (root / link).symlink_to(Path("/", link).readlink())
    shown = binds(view)
    files = [place for place, outside in shown.items() if Path(outside).is_file()]
    for folder in [*parents(shown), *(set(shown) - set(files)), *PLACES]:
        (root / folder.lstrip("/")).mkdir(parents=True, exist_ok=True)
    for file in [*files, "/run/.containerenv"]:
        (root / file.lstrip("/")).touch()
    # The mounted memory takes the folder's mode.
    (root / SCRATCH.lstrip("/")).chmod(0o1777)


def _end(process: "subprocess.Popen[bytes]", name: str, stopped: bool) -> bool:
    """Remove the container with all of its processes; whether it is gone."""
    if not stopped:
        process.wait()
    removed = subprocess.run(
        ["podman", "rm", "--force", "--ignore", "--time", "0", name], capture_output=True, check=False
    )
    end(process)
    return removed.returncode == 0
