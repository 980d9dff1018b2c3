"""The commands beside a real run: grade, status while it trains, preview before it and history after it."""

import json
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from zipfile import ZipFile

from course import Course

from netgrade.collect import ROSTER
from netgrade.objects.grade import Verdict
from netgrade.objects.submission import Roster
from netgrade.spec import load_course
from netgrade.status import status_of
from netgrade.store import load

NETGRADE = [sys.executable, "-c", "from netgrade.cli import main; main(prog_name='netgrade')"]


def told(course, *arguments):
    """What a command prints as JSON."""
    done = subprocess.run(
        [*NETGRADE, *arguments, "--json"], cwd=course.folder, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def written(course):
    """Every file of the course and when it was written."""
    return {path: path.stat().st_mtime_ns for path in course.folder.rglob("*") if path.is_file()}


def test_a_new_course_grades_at_once_and_status_sees_it(tmp_path):
    """From nothing to reports; while it trains, somebody looks on."""
    subprocess.run([*NETGRADE, "new-course", "spring"], cwd=tmp_path, check=True)
    course = Course(tmp_path / "spring")
    course.edit("submissions/example/Example, Eva/model.py", '"epochs": 5', '"epochs": 10')
    entries = load_course(course.folder / "config.yaml")
    before = asdict(status_of(entries, course.folder))
    run = subprocess.Popen([*NETGRADE, "grade", "--cores", "2"], cwd=course.folder, text=True,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip
    looks = []
    while run.poll() is None:
        looks.append(asdict(status_of(entries, course.folder)))
        time.sleep(0.2)
    output = run.communicate()[0]
    after = told(course, "status")
    seen = [one for look in looks for one in look["unfinished"] if one["running"]]

    assert run.returncode == 0, output
    assert (before["at_work"], before["run"], before["parts"][0]["read"]) == ("", None, 0)
    assert any(look["at_work"].startswith("process ") for look in looks)
    assert {(one["students"], one["epochs"]) for one in seen} == {
        (("Example, Eva",), 10), (("reference models",), 5),
    }  # fmt: skip
    assert any(one["epoch"] and one["seconds_left"] is not None and one["score"] for one in seen)
    assert (after["unfinished"], after["at_work"], after["run"]["failures"]) == ([], "", [])
    assert after["run"]["done"] == after["run"]["steps"] > 0
    [part] = after["parts"]
    assert [part[name] for name in ("submissions", "read", "graded", "reported")] == [1, 1, 1, 1]
    assert [(one["student"], one["task"]) for one in part["waits"]] == [("Example, Eva", "overfitting")]
    assert (course.folder / "reports/example/class.html").is_file()
    assert course.grades()["Example, Eva"].tasks[0].verdict is Verdict.PASS


def test_a_preview_says_what_a_run_then_does(course):
    """A threshold, points and a mark are changed; the preview writes nothing, and the run comes to the same."""
    course.edit("assignments/tiny/assignment.yaml", "> 12 %", "> 90 %")
    course.edit("assignments/tiny/assignment.yaml", "points: 4", "points: 6")
    course.edit("config.yaml", "submissions: submissions", "submissions: submissions\n    overrides: marks.csv")
    (course.folder / "marks.csv").write_text("student,task,points,comment\nDan,dense,5.5,talked it through\n")
    then, files = course.grades(), written(course)
    [preview] = told(course, "preview")
    assert written(course) == files
    course.run()
    now, changes = course.grades(), {one["student"]: one for one in preview["changes"]}

    assert {rule["field"] for rule in preview["rules"]} == {"tasks.dense.threshold", "tasks.dense.points"}
    students = set(now) - {"tiny"}
    assert set(changes) == {
        name for name in students if [(t.points, t.verdict) for t in then[name].tasks]
        != [(t.points, t.verdict) for t in now[name].tasks]
    }  # fmt: skip
    for name, change in changes.items():
        [task], [graded] = change["tasks"], now[name].tasks
        assert (change["before"], change["after"]) == (then[name].points, now[name].points)
        assert (task["after"], task["verdict_after"]) == (graded.points, graded.verdict)
    assert changes["Dan"]["after"] == 5.5 and "talked it through" in changes["Dan"]["tasks"][0]["why"]

    steps = told(course, "history", "--last-run")
    slug = {name: slug for slug, name in load(course.folder / ROSTER, Roster).names("tiny").items()}["Dan"]
    [dan] = [step for step in steps if step["slug"] == slug]
    assert {step["student"] for step in steps} == set(changes)
    assert (dan["before"], dan["after"]) == (then["Dan"].points, 5.5)
    assert "the assignment's rules changed" in dan["why"] and "talked it through" in dan["why"]


def test_snakemakes_report_shows_class_page_and_grade_book(course):
    course.run("--report", "page.zip")
    with ZipFile(course.folder / "page.zip") as page:
        [text] = [page.read(name).decode() for name in page.namelist() if name.endswith("report.html")]
        shown = {Path(name).name: page.read(name) for name in page.namelist() if "/data/raw/" in f"/{name}"}

    assert all(category in text for category in ("Class pages", "Grade book", "Every student and assignment"))
    assert shown["class.html"] == (course.folder / "reports/tiny/class.html").read_bytes()
    assert shown["gradebook.csv"] == (course.folder / "reports/gradebook.csv").read_bytes()
    assert "summary.txt" in shown
