"""What a network sees, through the real workflow: drawings earn points, reports show them, and an appeal agrees."""

import numpy as np
import pytest
from click.testing import CliRunner
from course import ASSIGNMENT, Tiny, lay_out_tiny
from PIL import Image

from netgrade.cli import main
from netgrade.objects.dataset import Dataset
from netgrade.store import load

TASKS = """\
    sees: true
  - id: confuse
    title: Drawings that confuse it
    kind: sees
    points: 2
    model_of: dense
    drawings: 1
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Tiny:
    """Ada hands in a drawing without saying what it is taken for, Bo none."""
    course = lay_out_tiny(tmp_path_factory.mktemp("sees"))
    # One training: of two, each might take the drawing for something else, which a person would have to settle.
    once = ASSIGNMENT.replace("seeds: {first: 1, step: 1, most: 2}", "seeds: {first: 1, most: 1}")
    (course.folder / "assignments/tiny/assignment.yaml").write_text(once + TASKS)
    for student in ("Ada", "Bo"):
        course.submit(student, 8)
    folder = course.folder / "submissions/Ada/confuse"
    folder.mkdir()
    Image.fromarray(np.full((32, 32, 3), (250, 120, 30), np.uint8)).save(folder / "drawing-1.png")
    course.run()
    return course


def _page(course: Tiny) -> str:
    return (course.folder / "reports/tiny" / course.grades()["Ada"].slug / "report.html").read_text()


def _result(course: Tiny, student: str) -> tuple[str, float | None]:
    task = next(task for task in course.grades()[student].tasks if task.task == "confuse")
    return task.verdict.value, task.points


def test_a_drawing_earns_points_once_it_is_said_what_it_is_taken_for(course, monkeypatch):
    """The answer alone is new: no training is repeated. A bundle that rests on the drawing can be verified."""
    before = _result(course, "Ada"), _result(course, "Bo")
    taken_for = _page(course).partition("Drawing-1: taken for ")[2].partition(" (")[0]
    classes = load(course.folder / "results/datasets/shapes10.json", Dataset).classes
    drawn = next(name for name in classes if name != taken_for)
    records = course.records()
    answers = f"confuse: {{drawing-1: {{drawn: {drawn}, taken_for: {taken_for}}}}}\n"
    (course.folder / "submissions/Ada/answers.yaml").write_text(answers)
    course.run()

    assert before == (("fail", 0), ("not handed in", 0))
    assert _result(course, "Ada") == ("pass", 2)
    assert course.records() == records
    assert course.planned() == {}
    monkeypatch.chdir(course.folder)
    bundle = f"results/store/bundles/tiny/{course.grades()['Ada'].slug}.json"
    verified = CliRunner().invoke(main, ["verify", bundle])
    assert verified.exit_code == 0, verified.output


def test_a_classifier_shows_the_image_it_is_least_sure_about(course):
    assert "Test image " in _page(course) and "From the input to the class probabilities" in _page(course)
