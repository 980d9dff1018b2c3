"""No attack gains a point, hurts a neighbour, or leaves anything behind."""

from pathlib import Path

import pytest
from processes import abandoned
from suite import EXPECTED, HERE, NEIGHBOURS, graded_course, student_of, wrong_with


@pytest.fixture(scope="session")
def alone(tmp_path_factory):
    return graded_course(tmp_path_factory.mktemp("alone") / "course", attacks=False)


@pytest.fixture(scope="session")
def attacked(tmp_path_factory):
    return graded_course(tmp_path_factory.mktemp("attacked") / "course", attacks=True)


@pytest.mark.parametrize("attack", EXPECTED)
def test_an_attack_gains_nothing_and_is_told_plainly(attacked, attack):
    assert not wrong_with(attack, attacked.grades()[student_of(attack)])


@pytest.mark.parametrize("neighbour", NEIGHBOURS)
def test_a_neighbours_grade_is_the_same_as_without_attacks(alone, attacked, neighbour):
    """Byte by byte, though the two courses have different pseudonyms."""
    grade, other = attacked.grades()[neighbour], alone.grades()[neighbour]

    assert grade.points == 3
    assert grade.model_dump_json() == other.model_copy(update={"slug": grade.slug}).model_dump_json()


def test_nothing_is_left_behind(attacked):
    """No process, and no file that an attack would have made; sandboxes of tests at its side have a supervisor."""
    places = [attacked.folder, Path("/tmp"), Path.home()]

    assert not [*abandoned("netgrade.extract.child"), *abandoned("netgrade.extract.zygote")]
    assert not [path for place in places for path in place.glob("pwned*")]
    assert not (attacked.folder / "results/grade.json").exists()


@pytest.mark.parametrize("attack", [name for name in EXPECTED if name.startswith("12-")])
def test_no_report_carries_what_a_student_wrote_as_code(attacked, attack):
    grade = attacked.grades()[student_of(attack)]
    page = (attacked.folder / "reports/attacked" / grade.slug / "report.html").read_text(encoding="utf-8")

    assert "<script" not in page
    assert "<iframe" not in page
    assert "onerror=alert" not in page.replace("&lt;img src=x onerror=alert", "")
    assert "root:x:0" not in page
    assert "\x1b" not in page and "\u202e" not in page


def test_every_attack_is_expected():
    assert {path.name for path in (HERE / "submissions").iterdir()} == set(EXPECTED)
