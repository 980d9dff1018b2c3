"""What several tests need of the machine."""

import shutil
import sys

import pytest

from netgrade.extract.sandbox import View, backend_of
from netgrade.extract.sandbox.selftest import LIMITS


@pytest.fixture
def podman(monkeypatch, tmp_path):
    """Podman, with the runtime that also knows older control groups."""
    if not shutil.which("podman"):
        pytest.skip("podman is not installed (Debian packages podman and runc)")
    if shutil.which("runc"):
        (tmp_path / "containers.conf").write_text('[engine]\nruntime = "runc"\n')
        monkeypatch.setenv("CONTAINERS_CONF", str(tmp_path / "containers.conf"))
    backend = backend_of("podman")
    works = backend.run([sys.executable, "-I", "-c", "import os; os.write(3, b'works')"], b"", View(tmp_path), LIMITS)
    if works.result != b"works":
        pytest.skip(f"podman can start no container on this machine: {works.output.strip()[-200:]}")
    return backend
