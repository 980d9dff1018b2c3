"""SLURM on this machine alone: a controller and one node on the loopback, with one GPU that is none."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from netgrade.machine import memory_bytes

SETTINGS = Path("/etc/slurm")
"""Jobs look for the settings here, whatever their environment says."""

_CONF = """\
ClusterName=netgrade
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/none
CredType=cred/none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
MinJobAge=300
ReturnToService=2
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
GresTypes=gpu
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory={memory} Gres=gpu:1 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def missing() -> str:
    """Why SLURM cannot be started here; nothing where it can."""
    if os.geteuid() != 0:
        return "only root can start SLURM"
    absent = [name for name in ("slurmctld", "slurmd", "sbatch", "squeue", "scancel") if not shutil.which(name)]
    if absent:
        return f"{', '.join(absent)} not installed: `make test-slurm` installs Debian's"
    if (SETTINGS / "slurm.conf").exists():
        return f"{SETTINGS}/slurm.conf exists: this machine has a SLURM of its own"
    return ""


@contextmanager
def small_slurm(folder: Path) -> Iterator[None]:
    """Run SLURM with its state in `folder`; leave no process and no setting behind."""
    for name in ("state", "spool"):
        (folder / name).mkdir(parents=True)
    settings = _CONF.format(host=socket.gethostname().split(".")[0], folder=folder, cpus=os.cpu_count(),
                            memory=memory_bytes() // 2**20)  # fmt: skip
    written = {SETTINGS / "slurm.conf": settings, SETTINGS / "gres.conf": "Name=gpu File=/dev/zero\n"}
    running: list[subprocess.Popen[bytes]] = []
    try:
        for path, text in written.items():
            path.write_text(text)
        running = [subprocess.Popen([name, "-D"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                   for name in ("slurmctld", "slurmd")]  # fmt: skip
        _wait_until_idle(folder)
        yield
        subprocess.run(["scancel", "--user", "root"], check=False)
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait(timeout=60)
        for path in written:
            path.unlink(missing_ok=True)


def jobs(comment: str) -> list[str]:
    """Running jobs whose comment, which names rule and wildcards, holds these words."""
    listed = subprocess.run(["squeue", "--noheader", "--states=RUNNING", "--format=%i %k"], text=True, check=True,
                            capture_output=True).stdout  # fmt: skip
    return [line.split()[0] for line in listed.splitlines() if comment in line]


def _wait_until_idle(folder: Path) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        state = subprocess.run(["sinfo", "--noheader", "--format=%T"], text=True, check=False, capture_output=True)
        if state.stdout.strip() == "idle":
            return
        time.sleep(0.5)
    logs = "\n".join(path.read_text()[-2000:] for path in folder.glob("*.log"))
    raise AssertionError(f"SLURM did not come up:\n{state.stdout}{state.stderr}\n{logs}")
