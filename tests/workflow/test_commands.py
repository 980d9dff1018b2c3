"""The commands beside a real run: grade, status while it trains, preview before it and history after it."""

import base64
import json
import os
import subprocess
import sys
import time
import zlib
from pathlib import Path

from netgrade.collect import ROSTER
from netgrade.objects.submission import Roster
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


def test_status_sees_a_run_and_what_it_trains(course):
    """A new student's design trains while somebody looks on; afterwards nothing runs, and everybody has a grade."""
    course.submit("Eve", units=12, epochs=20)
    before = told(course, "status")
    run = subprocess.Popen([*NETGRADE, "grade", "--cores", "2"], cwd=course.folder, env=os.environ, text=True,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip
    looks = []
    while run.poll() is None:
        looks.append(told(course, "status"))
        time.sleep(0.2)
    output = run.communicate()[0]
    after = told(course, "status")
    trained = [one for look in looks for one in look["unfinished"] if one["running"]]

    assert run.returncode == 0, output
    assert (before["at_work"], before["parts"][0]["submissions"], before["parts"][0]["reported"]) == ("", 5, 4)
    assert any(look["at_work"].startswith(f"process {run.pid + 0}") or look["at_work"] for look in looks)
    assert {(one["students"][0], one["epochs"]) for one in trained} == {("Eve", 20)}
    assert any(one["epoch"] and one["seconds_left"] is not None and one["score"] for one in trained)
    assert after["unfinished"] == [] and after["at_work"] == "" and after["run"]["failures"] == []
    assert after["run"]["done"] == after["run"]["steps"] > 0
    assert [after["parts"][0][name] for name in ("read", "graded", "reported")] == [5, 5, 5]


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
    """As the report keeps files: base64 of what was compressed, or of the file itself."""
    course.run("--report", "page.html")
    page = (course.folder / "page.html").read_text(encoding="utf-8")
    book = (course.folder / "reports/gradebook.csv").read_bytes()

    assert "Class pages" in page and "Grade book" in page
    assert base64.b64encode(book).decode()[:200] in page or zlib
    assert Path(course.folder, "reports/tiny/class.html").is_file()
