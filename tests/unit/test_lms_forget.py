"""A student who came out of a system's download is forgotten; what a system wrote of everyone is told."""

import pytest
from lms_course import Course

from netgrade.collect import PSEUDONYMS, ROSTER, partition, pseudonym_key, roster_of
from netgrade.forget import forget, traces_of
from netgrade.objects.assignment import Lms
from netgrade.spec import load_course
from netgrade.store import save


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    course = Course(tmp_path)
    chunks = partition(tmp_path / "in", pseudonym_key(PSEUDONYMS), Lms(system="moodle"))
    save(ROSTER, roster_of({"tiny": chunks}, pseudonym_key(PSEUDONYMS)))
    course.export("--to", "csv")
    return course


def forgotten(course, name):
    """Forget a student; the files that still name them."""
    traces = traces_of(name, load_course(course.folder / "config.yaml"), course.folder, pseudonym_key(PSEUDONYMS))
    return forget(traces, course.folder)


def test_every_file_of_a_download_and_every_export_goes(course):
    assert not forgotten(course, "Zoë O'Neill")
    assert sorted(path.name for path in (course.folder / "in").iterdir()) == [
        "=1+1_3_assignsubmission_file_",
        "Ada_1_assignsubmission_file_",
    ]
    assert not (course.folder / "reports/tiny/upload").exists()


def test_a_list_of_everyone_beside_the_download_is_told(course):
    (course.folder / "sheet.csv").rename(course.folder / "in/sheet.csv")

    assert forgotten(course, "Ada") == [course.folder / "in/sheet.csv"]
