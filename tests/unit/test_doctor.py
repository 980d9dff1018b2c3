"""What the doctor finds on the machine of the test, which can run the tests."""

from netgrade.doctor import examine


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
