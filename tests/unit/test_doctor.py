"""What the doctor finds on the machine of the test, which can run the tests."""

import pytest

from netgrade.doctor import examine
from netgrade.errors import SandboxError
from netgrade.extract import sandbox


def by_name(root):
    return {finding.name: finding for finding in examine(None, root)}


def test_it_looks_at_everything_that_grading_needs(tmp_path):
    found = by_name(tmp_path)

    assert {"Python", "engine", "GPU", "sandbox", "PDF", "fonts", "data: cifar10", "free disk"} <= set(found)
    assert found["engine"].what.startswith("tensorflow")
    assert found["sandbox"].ok


def test_what_is_missing_comes_with_a_remedy(tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda _: None)
    found = by_name(tmp_path)["sandbox"]

    assert found.ok is False
    assert found.remedy == "sudo apt-get install -y bubblewrap util-linux"


def test_without_a_usable_sandbox_nothing_is_run(monkeypatch):
    """As where the kernel forbids user namespaces: the refusal names both ways out."""
    monkeypatch.setattr(sandbox, "_prefix", lambda view, limits: ["false"])

    with pytest.raises(SandboxError, match="isolation: none"):
        sandbox.probe()
