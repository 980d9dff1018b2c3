"""A batch system of two places in a folder, with the three commands that every one has: submit, status, cancel.

usage: local_queue.py FOLDER submit SCRIPT | FOLDER status JOB | FOLDER cancel JOB...

A job runs in a session of its own, knows nothing of the shell that submitted it but the path to its programs, and
leaves its exit status in a file. As in every batch system, a job that was killed leaves none.
"""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

PLACES = 2
_KEPT = ("PATH", "PYTHONPATH", "HOME")


def submit(queue: Path, script: str) -> str:
    """Queue a job script; returns the job's name. Refuses the next one where a file `refuse` says so."""
    queue.mkdir(parents=True, exist_ok=True)
    if (queue / "refuse").exists():
        (queue / "refuse").unlink()
        sys.exit("This queue takes no job at the moment.")
    job = uuid.uuid4().hex[:8]
    (queue / f"{job}.script").write_text(Path(script).read_text())
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    keeper = subprocess.Popen([sys.executable, __file__, str(queue), "run", job], env=environment, cwd="/",
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              start_new_session=True)  # fmt: skip
    (queue / f"{job}.session").write_text(str(keeper.pid))
    return job


def run(queue: Path, job: str) -> None:
    """Wait for a place, and run a job in it."""
    places = [(queue / f"place-{number}").open("a") for number in range(PLACES)]
    while not any(_taken(place) for place in places):
        time.sleep(0.1)
    with (queue / f"{job}.out").open("w") as out:
        ended = subprocess.run(["sh", str(queue / f"{job}.script")], stdout=out, stderr=out, check=False)
    (queue / f"{job}.part").write_text(str(ended.returncode))
    (queue / f"{job}.part").rename(queue / f"{job}.status")


def status(queue: Path, job: str) -> str:
    """`running`, `success` or `failed`, in the words of Snakemake's cluster-generic."""
    alive = _lives(int((queue / f"{job}.session").read_text()))
    if (queue / f"{job}.status").is_file():
        return "success" if (queue / f"{job}.status").read_text() == "0" else "failed"
    return "running" if alive else "failed"


def cancel(queue: Path, job: str) -> None:
    """Kill a job with all its processes."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(int((queue / f"{job}.session").read_text()), signal.SIGKILL)


def _taken(place) -> bool:
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _lives(process: int) -> bool:
    """Whether a process runs; one that has ended and waits for nobody to ask is dead."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


if __name__ == "__main__":
    folder, command, *jobs = sys.argv[1:]
    for name in jobs:
        if said := {"submit": submit, "run": run, "status": status, "cancel": cancel}[command](Path(folder), name):
            print(said)
