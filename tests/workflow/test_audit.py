"""The bundle of a grade: complete, with each change, and good for settling an appeal."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from netgrade.objects.bundle import Bundle
from netgrade.objects.grade import TaskGrade
from netgrade.store import load, save


def bundle_of(course, student):
    """Where the bundle of a student's grade lies."""
    return course.folder / "results/store/bundles/tiny" / f"{course.grades()[student].slug}.json"


def netgrade(course, *arguments):
    """Run a command in the course's folder: exit status and output."""
    environment = os.environ | {"COLUMNS": "200"}
    run = subprocess.run(
        [Path(sys.executable).parent / "netgrade", *map(str, arguments)], cwd=course.folder, env=environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return run.returncode, run.stdout + run.stderr


def test_a_bundle_holds_what_the_grade_rests_on(course):
    bundle = load(bundle_of(course, "Ada"), Bundle)
    evidence = bundle.evidence
    [known] = evidence.plans.values()

    assert evidence.grade == course.grades()["Ada"]
    assert evidence.assignment.tasks[0].threshold == "accuracy > 12 %"
    assert evidence.sandbox.held and not evidence.sandbox.broken
    assert [r.seed for r in known.records] == [s.seed for s in evidence.grade.tasks[0].measurement.seeds]
    assert known.records[0].environment.engine.startswith("tensorflow")
    assert [change.why for change in bundle.history] == [["first graded"]]


@pytest.mark.parametrize("by", ["name", "pseudonym"])
def test_explain_says_why(course, by):
    """The verdict, the sentence behind it, every training, and where to read on."""
    grade = course.grades()["Bo; touch pwned"]
    status, output = netgrade(course, "explain", "Bo; touch pwned" if by == "name" else grade.slug, "dense")
    [graded] = grade.tasks

    assert status == 0, output
    assert f"dense: {graded.verdict}" in output and graded.reason in output
    assert output.count("Seed ") == len(graded.measurement.seeds)
    assert (course.folder / f"reports/tiny/{grade.slug}/report.html").is_file()
    assert f"reports/tiny/{grade.slug}/report.html" in output


def test_explain_prints_json_and_knows_what_is_not_there(course):
    status, output = netgrade(course, "explain", "Ada", "dense", "--json")
    assert TaskGrade.model_validate_json(output) == course.grades()["Ada"].tasks[0]

    told = "Error: No student is called `Adaa`; did you mean `Ada`?\n"
    assert netgrade(course, "explain", "Adaa", "dense")[1] == told
    status, output = netgrade(course, "explain", "Ada", "dens")
    assert status == 1 and "did you mean `dense`?" in output


def test_verify_accepts_what_was_graded(course):
    status, output = netgrade(course, "verify", bundle_of(course, "Bo; touch pwned"))

    assert status == 0, output
    assert "first graded" in output
    assert "the same figures from the stored outputs" in output


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        (lambda course, bundle: edit_points(bundle), "it was edited or damaged"),
        (lambda course, bundle: edit_points_and_digest(bundle), "edited since it was written"),
        (lambda course, bundle: next((course.folder / "results/store/records").rglob("curves.csv")).write_text("x"),
         "is not the file that the training wrote"),
        (lambda course, bundle: (course.folder / "submissions/Ada/model.py").write_text("pass"),
         "other content: model.py"),
    ],
)  # fmt: skip
def test_verify_notices_what_was_tampered_with(course, tamper, told):
    bundles = [bundle_of(course, student) for student in ("Ada", "Bo; touch pwned", "Dan")]
    tamper(course, bundles[0])
    outputs = [netgrade(course, "verify", bundle) for bundle in bundles]

    assert any(status == 1 and told in output for status, output in outputs), outputs


def edit_points(bundle):
    """Give full points by hand."""
    text = bundle.read_text()
    bundle.write_text(text.replace('"most_points": 4.0', '"most_points": 1.0'))
    assert bundle.read_text() != text


def edit_points_and_digest(bundle):
    """The same with the digest of the file made anew."""
    known = load(bundle, Bundle)
    grade = known.evidence.grade.model_copy(update={"points": 4.0})
    save(bundle, known.model_copy(update={"evidence": known.evidence.model_copy(update={"grade": grade})}))


def test_replay_comes_to_the_same_grade(course):
    """Read, checked, trained, measured and graded anew; what is stored stays as it is."""
    before = course.records()
    status, output = netgrade(course, "replay", bundle_of(course, "Dan"))

    assert status == 0, output
    assert "the same plans" in output
    assert "the same verdicts" in output
    assert course.records() == before
