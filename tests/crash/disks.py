"""File systems for one test: a small one, or a closed one, in a view of their own that ends with the test."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from course import Course

SMALL = "mount -t tmpfs -o size=64m none results"
CLOSED = "mount --bind results results && mount -o remount,bind,ro results"


@contextmanager
def mounted(course: Course, command: str) -> Iterator[Path]:
    """Run `command` in the course's folder, and let the workflow see what it mounts. Yields the folder as it sees it.

    Works as root, and as an ordinary user where user namespaces are allowed; skips the test elsewhere.
    """
    root = os.geteuid() == 0
    holder = subprocess.Popen(
        ["unshare", "-m" if root else "-rm", "sh", "-c", f"{command} && echo ready && exec sleep 900"],
        cwd=course.folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert holder.stdout
    try:
        if (said := holder.stdout.readline()) != "ready\n":
            pytest.skip(f"nothing can be mounted here: {said}")
        user = [] if root else ["--user", "--preserve-credentials"]
        course.prefix = ["nsenter", "--target", str(holder.pid), "--mount", *user, f"--wdns={course.folder}"]
        yield Path(f"/proc/{holder.pid}/root{course.folder}")
    finally:
        course.prefix = []
        holder.kill()
        holder.wait()
