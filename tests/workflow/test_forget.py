"""One student is forgotten, and everyone else's work stays as it was."""

import pytest
from test_audit import netgrade


def traces(course, *words):
    """Files of the course in which a word stands, in content or name."""
    wanted = [word.encode() for word in words]
    files = [path for path in course.folder.rglob("*") if path.suffix not in (".npy", ".npz")]
    return [p for p in files if any(w in str(p).encode() or (p.is_file() and w in p.read_bytes()) for w in wanted)]


def test_a_student_is_forgotten_without_a_trace(course):
    (course.folder / "marks.csv").write_text("student,task,points,comment\nBo; touch pwned,dense,1,\nAda,dense,2,\n")
    course.edit("config.yaml", "submissions: submissions", "submissions: submissions\n    overrides: marks.csv")
    course.run()
    slug = course.grades()["Bo; touch pwned"].slug
    before = {name: grade.model_dump_json() for name, grade in course.grades().items()}
    records = course.records()
    status, output = netgrade(course, "forget", "Bo; touch pwned", "--yes")

    assert status == 0, output
    assert not traces(course, slug, "Bo; touch pwned")
    course.run()
    assert not traces(course, slug, "Bo; touch pwned")
    assert {name: grade.model_dump_json() for name, grade in course.grades().items()} == {
        name: grade for name, grade in before.items() if not name.startswith("Bo")
    }
    assert len({p.parent.parent for p in records} - {p.parent.parent for p in course.records()}) == 1
    assert (course.folder / "marks.csv").read_text() == "student,task,points,comment\nAda,dense,2,\n"


def test_a_design_that_others_handed_in_too_stays_trained(course):
    """Ada and Cleo sent the same."""
    before = course.records()
    status, output = netgrade(course, "forget", course.grades()["Ada"].slug, "--yes")

    assert status == 0, output
    assert course.records() == before


@pytest.mark.parametrize(("arguments", "told"), [(["Adda"], "did you mean `Ada`?"), (["Ada"], "Aborted")])
def test_nobody_is_forgotten_by_mistake(course, arguments, told):
    status, output = netgrade(course, "forget", *arguments)

    assert (status, told in output) == (1, True), output
    assert "Ada" in course.grades()
