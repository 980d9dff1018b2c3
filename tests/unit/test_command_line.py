"""The command line as a whole: what every command has, and how slips of the pen are answered."""

import contextlib
import json
import os
import pty
import re
import subprocess
import sys
from collections import Counter

import click
import pytest
from click.testing import CliRunner
from course import ROOT, Course, lay_out_tiny

from netgrade.cli import main


def run(*arguments):
    return CliRunner().invoke(main, arguments)


def commands():
    """Every command for people, by name."""
    context = click.Context(main)
    found = {name: main.get_command(context, name) for name in main.list_commands(context)}
    return {name: command for name, command in found.items() if not command.hidden}


@pytest.mark.parametrize("name", commands())
def test_every_command_has_help_that_begins_with_a_sentence(name):
    result = run(name, "--help")

    assert result.exit_code == 0
    assert commands()[name].get_short_help_str(400).endswith(".")


def test_the_help_has_every_command_in_one_section():
    listed = re.findall(r"^  ([a-z-]+)  ", run("--help").output.partition("\n\nYour own work:")[2], re.MULTILINE)

    assert sorted(listed) == sorted(commands())


def test_the_help_tells_the_exit_status():
    assert "Exit status: 0 all is well, 1 something is wrong and is told, 2 wrong usage." in run("--help").output


@pytest.mark.parametrize(("arguments", "status", "told"), [
    (["grad"], 2, "There is no command `grad`; did you mean `grade`?"),
    (["xyzzy"], 2, "There is no command `xyzzy`"),
    (["status", "--jsn"], 2, "--json"),
    (["grade", "tinny"], 1, "`tinny` is not in config.yaml; did you mean `tiny`?"),
    (["preview", "tinny"], 1, "`tinny` is not in config.yaml; did you mean `tiny`?"),
    (["mark", "tinny"], 1, "`tinny` is not in config.yaml; did you mean `tiny`?"),
    (["references", "tinny"], 1, "`tinny` is not in assignments/; did you mean `tiny`?"),
    (["preview"], 1, "Nobody was graded in tiny yet"),
    (["mark", "tiny"], 1, "Nobody was graded in tiny yet"),
    (["history"], 1, "Nobody was graded here yet"),
])  # fmt: skip
def test_a_slip_is_answered_with_the_nearest_right_one(tmp_path, monkeypatch, arguments, status, told):
    lay_out_tiny(tmp_path)
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    result = run(*arguments)

    assert (result.exit_code, told in result.output) == (status, True), result.output
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("command", ["grade", "status", "preview", "history"])
def test_a_folder_without_a_course_is_told(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    result = run(command)

    assert result.exit_code == 1 and "There is no course in this folder: no config.yaml" in result.output


def test_grade_is_a_door_to_snakemake(tmp_path):
    """What stands behind `--` goes through; a run of one assignment leaves the grade book alone."""
    course = lay_out_tiny(tmp_path)
    course.submit("Ada", 8)

    def planned(*words):
        command = [sys.executable, "-c", "from netgrade.cli import main; main()", "grade", *words, "--", "--dry-run"]
        done = subprocess.run(command, cwd=tmp_path, env=os.environ, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    status, everything = planned()
    assert status == 0 and "This was a dry-run" in everything and "export " in everything
    status, one = planned("tiny", "--cores", "1")
    assert status == 0 and "report_class " in one and "export " not in one
    status, told = course.snakemake("--dry-run", "--config", "only=tinny")
    assert status == 1 and "`tinny` is not in config.yaml; did you mean `tiny`?" in told


def test_in_a_terminal_the_end_says_what_to_do(tmp_path):
    """Snakemake's own words stand there only where nothing else says what is wrong."""
    course = lay_out_tiny(tmp_path)
    course.submit("Ada", 8)
    course.edit("assignments/tiny/assignment.yaml", "kind: classifier", "kind: clasifier")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", "from netgrade.cli import main; main()", "grade"]
    child = subprocess.Popen(command, cwd=tmp_path, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # as Linux ends a terminal
        while piece := os.read(ours, 4096):
            shown += piece
    text = shown.decode()

    assert child.wait(60) == 1
    assert "Looking at what there is to do." in text and "did you mean `classifier`?" in text
    assert "Not everything was done. `netgrade grade` goes on from here." in text


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script(shell):
    result = run("completion", shell)

    assert result.exit_code == 0 and "_NETGRADE_COMPLETE" in result.output


def test_the_assignments_of_the_course_are_completed(tmp_path):
    lay_out_tiny(tmp_path)
    asked = {"_NETGRADE_COMPLETE": "bash_complete", "COMP_WORDS": "netgrade grade t", "COMP_CWORD": "2"}
    command = [sys.executable, "-c", "from netgrade.cli import main; main(prog_name='netgrade')"]
    done = subprocess.run(command, cwd=tmp_path, env=os.environ | asked, capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["plain,tiny"]


def test_doctor_prints_json(monkeypatch):
    monkeypatch.chdir(ROOT)
    found = {one["name"]: one for one in json.loads(run("doctor", "--json").output)}

    assert found["Python"]["ok"] is True
    assert set(found["machine"]) == {"name", "ok", "what", "remedy"}


def test_a_new_course_is_whole_and_the_workflow_takes_it(tmp_path, monkeypatch):
    """Everything is there for every stage; that it grades, tests/workflow shows."""
    monkeypatch.chdir(tmp_path)
    result = run("new-course", "Übung 1")
    course = Course(tmp_path / "Übung 1")

    assert result.exit_code == 0 and "cd 'Übung 1' && netgrade grade" in result.output
    assert course.planned() >= Counter(
        ["datasets", "collect", "extract", "check", "train", "grade", "report", "export"]
    )
    again = run("new-course", "Übung 1")
    assert again.exit_code == 1 and "exists already" in again.output
