"""Images through the real workflow: files, code and hostile files, and what reruns after a change."""

import io

import numpy as np
import pytest
from course import Course, lay_out
from PIL import Image

from netgrade.objects.grade import Grade, Verdict

ASSIGNMENT = """\
id: pictures
title: Pictures
dataset: shapes10
tasks:
  - id: art
    title: Art
    kind: style
    points: 3
    given: {content: content.png, style: style.png}
    hand_in: [once, again]
    checks:
      - {measure: identical, of: [once, again], points: 1}
      - {measure: style_distance, of: [once, style], relative_to: content, below: 0.6, points: 2}
"""

MIXES = """\
def stylize_art(content, style):
    return 0.1 * content + 0.9 * style
"""

DRAWS_LOTS = """\
import numpy as np


def stylize_art(content, style):
    return np.random.random(content.shape)
"""


def png(seed: int, step: int) -> bytes:
    """Noise in squares of some pixels."""
    small = np.random.default_rng(seed).integers(0, 256, (48 // step, 48 // step, 3)).astype("uint8")
    content = io.BytesIO()
    Image.fromarray(small.repeat(step, 0).repeat(step, 1)).save(content, "PNG")
    return content.getvalue()


def hand_in(course: Course, student: str, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        path = course.folder / "submissions" / student / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Course:
    course = lay_out(tmp_path_factory.mktemp("pictures"))
    for name in ("assignments/pictures", "reference_models/pictures", "submissions"):
        (course.folder / name).mkdir(parents=True)
    (course.folder / "assignments/pictures/assignment.yaml").write_text(ASSIGNMENT)
    (course.folder / "assignments/pictures/content.png").write_bytes(png(1, 24))
    (course.folder / "assignments/pictures/style.png").write_bytes(png(2, 2))
    (course.folder / "reference_models/pictures/art.py").write_text(MIXES)
    (course.folder / "config.yaml").write_text("title: P\nassignments:\n  - {id: pictures, submissions: submissions}\n")
    hand_in(course, "Ada", {"code.py": MIXES.encode()})
    hand_in(course, "Bo", {"art/once.png": png(3, 24), "art/again.png": png(3, 24)})
    hand_in(course, "Cy", {"art/once.png": b"\x89PNG\r\n\x1a\n" + b"x" * 99, "art/again.jpg": b"<script>"})
    hand_in(course, "Di", {"code.py": DRAWS_LOTS.encode()})
    course.output = course.run()
    return course


def of(grade: Grade) -> tuple[Verdict, float | None]:
    return grade.tasks[0].verdict, grade.tasks[0].points


def test_images_are_graded_whether_files_or_code_make_them(pictures):
    grades = pictures.grades()

    assert of(grades["Ada"]) == (Verdict.PASS, 3)
    assert of(grades["Bo"]) == (Verdict.FAIL, 1)
    assert of(grades["Cy"]) == (Verdict.FAIL, 0)
    assert "no PNG or JPEG" in grades["Cy"].tasks[0].reason
    assert grades["Di"].tasks[0].style.checks[0].value > 0.9
    assert len(list((pictures.folder / "reports").rglob("report.pdf"))) == 4


def test_a_page_shows_images_that_netgrade_wrote(pictures):
    grades = pictures.grades()
    pages = pictures.folder / "reports/pictures"
    bo, cy = ((pages / grades[name].slug / "report.html").read_text() for name in ("Bo", "Cy"))

    assert 'alt="Your image “once”, 48 by 48 pixels, from art/once.png"' in bo
    assert bo.count("data:image/png") == 5, "content, style, once, again, and once of the reference"
    assert "<script" not in cy


def test_a_changed_bound_runs_no_code_again(pictures):
    before = pictures.grades()["Bo"]
    pictures.edit("assignments/pictures/assignment.yaml", "below: 0.6", "below: 2.5")

    planned = pictures.planned()
    pictures.grade("pictures")

    assert not {"extract", "check", "train", "style_network"} & set(planned)
    assert of(pictures.grades()["Bo"]) == (Verdict.PASS, 3)
    assert pictures.grades()["Bo"].tasks[0].style.checks == before.tasks[0].style.checks


def test_an_image_that_the_instructor_changed_is_measured_anew(pictures):
    (pictures.folder / "assignments/pictures/style.png").write_bytes(png(9, 3))

    pictures.grade("pictures")

    assert of(pictures.grades()["Ada"]) == (Verdict.PASS, 3), "its code was called with the new image"
