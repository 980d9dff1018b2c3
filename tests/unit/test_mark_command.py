"""`netgrade mark` as a person starts it: from a course without a file of marks to a mark that grading takes."""

import http.client
import json
import re
import signal
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
import yaml
from click.testing import CliRunner
from factories import a_grade, an_assignment

from netgrade.cli import main
from netgrade.collect import ROSTER
from netgrade.objects.grade import Grades
from netgrade.objects.submission import Roster
from netgrade.spec import load_course, load_overrides
from netgrade.store import save, write_text

SLUG = a_grade().slug
NETGRADE = [sys.executable, "-c", "from netgrade.cli import main; main(prog_name='netgrade')"]


@pytest.fixture
def course(tmp_path, monkeypatch):
    """One student who was graded, Ada, with a borderline model and a free text."""
    monkeypatch.chdir(tmp_path)
    rules = an_assignment().model_dump(mode="json", exclude_none=True)
    write_text(tmp_path / "assignments/quickstart/assignment.yaml", yaml.safe_dump(rules))
    write_text(
        tmp_path / "config.yaml", "title: T\nassignments:\n  - id: quickstart  # the first\n    submissions: s\n"
    )
    save(ROSTER, Roster(students={"quickstart": {SLUG: "Ada"}}))
    grades = Grades(assignment="quickstart", chunk="c00", round=1, grades=[a_grade()], undecided=[])
    save(tmp_path / "results/settle/quickstart/c00.json", grades)
    return tmp_path


def mark(*arguments):
    """Start it; the process, and a function that asks it."""
    process = subprocess.Popen([*NETGRADE, "mark", "quickstart", *arguments], stdout=subprocess.PIPE, text=True)
    first, address = process.stdout.readline(), urlsplit(process.stdout.readline().strip())

    def ask(method, place, content=None):
        connection = http.client.HTTPConnection(address.netloc, timeout=10)
        body = json.dumps(content) if content is not None else None
        connection.request(method, address.path + place, body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    return process, first, ask


def test_a_mark_is_saved_where_grading_looks_for_it(course):
    process, first, ask = mark("--blind")
    status, page = ask("GET", "")
    nothing = {"points": "", "comment": ""}
    saved = ask(
        "POST", "marks", {"student": SLUG, "task": "batch_size", "points": "1", "comment": "", "before": nothing}
    )
    again = ask("GET", "")[1]
    process.send_signal(signal.SIGINT)
    last = process.communicate(timeout=60)[0]

    assert first == "2 tasks to mark; marks go into marks-quickstart.csv. Open in a browser on this machine:\n"
    assert status == 200 and SLUG in page and "Ada" not in page and "report.html" not in page
    assert saved[0] == 200 and 'size="6" value="1"' in again
    assert process.returncode == 0 and "netgrade preview quickstart" in last
    [entry] = load_course(course / "config.yaml").assignments
    [known] = load_overrides(course / entry.overrides)
    assert (known.student, known.task, known.points) == (SLUG, "batch_size", 1)


def test_every_task_of_one_student_can_be_given_other_points(course):
    process, first, ask = mark("Ada")
    page = ask("GET", "")[1]
    process.terminate()
    process.communicate(timeout=60)

    assert first.startswith(f"{len(a_grade().tasks)} tasks to mark")
    assert set(re.findall(r'data-task="(\w+)"', page)) == {task.task for task in a_grade().tasks}
    assert "Ada" in page


def test_a_student_who_is_not_there_is_answered_with_the_nearest(course):
    result = CliRunner().invoke(main, ["mark", "quickstart", "Adda"])

    assert result.exit_code == 1 and "No student is called `Adda`; did you mean `Ada`?" in result.output
    assert not list(course.glob("marks*"))
