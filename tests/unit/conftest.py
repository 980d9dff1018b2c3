"""What several tests need of the machine."""

import shutil

import pytest

from netgrade.extract.sandbox import backend_of


@pytest.fixture
def podman(monkeypatch, tmp_path):
    """Podman, with the runtime that also knows older control groups."""
    if not shutil.which("podman"):
        pytest.skip("podman is not installed (Debian packages podman and runc)")
    if shutil.which("runc"):
        (tmp_path / "containers.conf").write_text('[engine]\nruntime = "runc"\n')
        monkeypatch.setenv("CONTAINERS_CONF", str(tmp_path / "containers.conf"))
    return backend_of("podman")
