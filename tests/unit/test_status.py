"""Status: what is done, what trains and what waits, as the files and locks of a run have it."""

import fcntl
import json
import os

import pytest
from click.testing import CliRunner
from course import ASSIGNMENT, COURSE
from test_bundles import PLAN

from netgrade import running
from netgrade.cli import main
from netgrade.collect import PSEUDONYMS, ROSTER, own_entry, partition, pseudonym_key, roster_of, slug_of
from netgrade.objects.dataset import Dataset
from netgrade.objects.grade import Grades
from netgrade.objects.plan import CheckedModel, CheckedSubmission, CheckedSubmissions
from netgrade.objects.record import Environment, Record, Trainings
from netgrade.running import begin_workflow
from netgrade.spec import load_course
from netgrade.status import status_of
from netgrade.status.trainings import RECORDS
from netgrade.store import record_folder, save, write_text
from netgrade.train.progress import Lines, title_of

DATA = Dataset(name="shapes10", digest="d" * 64, train_images=1000, test_images=100, shape=(2,))
PLANS = {name: PLAN.model_copy(update={"dataset": "shapes10", "epochs": number}) for number, name in
         enumerate(["Ada", "Bo", "Cleo"], start=8)}  # fmt: skip
LOG = """\
Job stats:
job         count
--------  -------
train           2
total          12

[Sat Nov 21 20:00:10 2026]
Finished jobid: 10 (Rule: collect)
3 of 12 steps (25%) done
RuleException:
CalledProcessError in file "/course/workflow/rules/check.smk", line 25:
Command 'set -euo pipefail;  netgrade stage check tiny results/extract/tiny/c01.json --dataset results/datasets/\
shapes10.json --output results/check/tiny/c01.json 2> >(tee results/logs/check/tiny/c01.log >&2)' returned non-zero \
exit status 1.
"""


@pytest.fixture
def course(tmp_path):
    """Three students in one chunk that was checked: Ada's design is trained, Bo's trains, Cleo's waits."""
    write_text(tmp_path / "config.yaml", COURSE)
    write_text(tmp_path / "assignments/tiny/assignment.yaml", ASSIGNMENT)
    for name in PLANS:
        write_text(tmp_path / "submissions" / name / "model.py", "")
    key = pseudonym_key(tmp_path / PSEUDONYMS)
    chunks = partition(tmp_path / "submissions", key)
    [chunk] = chunks
    save(tmp_path / ROSTER, roster_of({"tiny": chunks}, key))
    checked = [
        CheckedSubmission(slug=slug_of(name, key), submission="0" * 64, isolation="none",
                          models={"dense": CheckedModel(plan=plan.digest, flops=1000)})
        for name, plan in PLANS.items()
    ]  # fmt: skip
    save(tmp_path / f"results/check/tiny/{chunk}.json", CheckedSubmissions(
        assignment="tiny", chunk=chunk, submissions=checked, plans={plan.digest: plan for plan in PLANS.values()}
    ))  # fmt: skip
    save(tmp_path / "results/datasets/shapes10.json", DATA)
    folders = {n: record_folder(tmp_path / RECORDS, p.digest, DATA.digest, 2026) for n, p in PLANS.items()}
    made_on = Environment(engine="e", keras="3", netgrade="1", python="3", device="cpu")
    save(folders["Ada"] / "record.json", Record(
        plan=PLANS["Ada"].digest, seed=2026, dataset="shapes10", data_digest=DATA.digest, epochs_run=8, steps=8,
        train_seconds=30.0, environment=made_on,
    ))  # fmt: skip
    write_text(folders["Bo"] / ".lock", "")
    log = tmp_path / f"results/logs/train/tiny/{chunk}.r1.log"
    log.parent.mkdir(parents=True)
    with log.open("w") as stream, (folders["Bo"] / ".lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lines = Lines(stream)
        lines.begin(title_of(2, 3, 1, 1), 9)
        lines.advance(4, "accuracy 0.61", 100.0, 4200)
        yield tmp_path


def look(folder):
    return status_of(load_course(folder / "config.yaml"), folder)


def test_what_is_done_what_trains_and_what_waits(course):
    found = look(course)
    [part] = found.parts
    running, waiting = found.unfinished

    assert (part.submissions, part.read, part.graded, part.trained, part.trainings) == (3, 3, 0, 1, 3)
    assert (running.students, running.epoch, running.epochs, running.score) == (("Bo",), 4, 9, "accuracy 0.61")
    assert (waiting.students, waiting.running, waiting.tasks) == (("Cleo",), False, ("dense",))
    assert running.seconds_left == 42
    # Cleo's design has ten epochs where Ada's had eight, and most of a small training is the same for every network.
    assert 30 < waiting.seconds_left < 38
    assert found.seconds_left == running.seconds_left + waiting.seconds_left


def test_a_design_of_two_students_is_one_training(course):
    [place] = (course / "results/check/tiny").iterdir()
    text = json.loads(place.read_text())["content"]
    text["submissions"][2]["models"] = text["submissions"][1]["models"]
    save(place, CheckedSubmissions.model_validate(text))
    [running] = look(course).unfinished

    assert running.students == ("Bo", "Cleo")


def test_a_training_of_a_further_round_is_read_from_the_log_of_its_job(course):
    [place] = (course / "results/check/tiny").iterdir()
    name, plan = f"tiny/{place.stem}", PLANS["Ada"].digest
    first = {"assignment": "tiny", "chunk": place.stem, "round": 1}
    save(course / f"results/grade/{name}.r1.json", Grades(**first, grades=[], undecided=[plan]))
    trained = Trainings(**first, records={plan: [2026]}, datasets={plan: "shapes10"})
    save(course / f"results/train/{name}.r1.json", trained)
    lock = record_folder(course / RECORDS, plan, DATA.digest, 2027) / ".lock"
    log = course / f"results/logs/settle/{name}.log"
    write_text(lock, "")
    log.parent.mkdir(parents=True)
    with log.open("w") as stream, lock.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        lines = Lines(stream)
        lines.begin(title_of(1, 1, 1, 1), 8)
        lines.advance(7, "accuracy 0.72", 100.0, 100)
        running = [one for one in look(course).unfinished if one.running]

    assert [(one.students, one.seed, one.epoch) for one in running] == [(("Bo",), 2026, 4), (("Ada",), 2027, 7)]


def test_pseudonyms_stand_where_marking_is_anonymous(course):
    write_text(course / "config.yaml", COURSE + "anonymous: true\n")

    assert [one.students for one in look(course).unfinished] != [("Bo",), ("Cleo",)]
    assert all(name.startswith("s") for one in look(course).unfinished for name in one.students)


def test_a_course_that_never_ran_is_no_error_and_gets_no_key(tmp_path, monkeypatch):
    write_text(tmp_path / "config.yaml", COURSE)
    write_text(tmp_path / "assignments/tiny/assignment.yaml", ASSIGNMENT)
    write_text(tmp_path / "submissions/Ada/model.py", "")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["status"])

    assert result.exit_code == 0 and "Nothing has run here yet" in result.output and "0/1" in result.output
    assert not (tmp_path / "results").exists() and not (tmp_path / ".snakemake").exists()


def test_what_failed_is_told_until_it_is_made_good(course, monkeypatch):
    monkeypatch.chdir(course)
    write_text(course / ".snakemake/log/2026-11-21T200000.123456.snakemake.log", LOG)
    write_text(course / ".snakemake/log/2026-11-21T210000.123456.snakemake.log", "Another run is at work\n")
    write_text(course / "results/logs/check/tiny/c01.log", "a line\nError: The disk is full\n  Free some space.\n")
    result = CliRunner().invoke(main, ["status"])
    told = json.loads(CliRunner().invoke(main, ["status", "--json"]).output)

    assert result.exit_code == 1 and "ended after 3 of 12 steps" in result.output
    assert told["run"]["failures"] == [
        {"log": "results/logs/check/tiny/c01.log", "what": "The disk is full. Free some space."}
    ]

    write_text(course / "results/check/tiny/c01.json", "made by the next try")
    assert look(course).run.failures == ()


def test_a_failure_without_a_name_is_told_too(course):
    """A quiet Snakemake on a cluster says only that something failed."""
    told = LOG.partition("RuleException")[0] + "WorkflowError:\nAt least one job did not complete successfully.\n"
    write_text(course / ".snakemake/log/2026-11-21T200000.123456.snakemake.log", told)
    [failure] = look(course).run.failures

    assert failure.log == "results/logs"


def test_what_a_person_stopped_did_not_fail(course):
    before, stopped, after = LOG.partition("RuleException")
    text = f"{before}Terminating processes on user request, this might take some time.\n{stopped}{after}"
    write_text(course / ".snakemake/log/2026-11-21T200000.123456.snakemake.log", text)
    run = look(course).run

    assert run.stopped and run.failures == () and (run.done, run.steps) == (3, 12)


def test_a_run_at_work_is_seen(course, monkeypatch):
    held = []
    monkeypatch.setattr(running, "_held", held)
    assert look(course).at_work == ""
    (course / ".snakemake").mkdir()
    begin_workflow(course)

    assert look(course).at_work.startswith("process ")
    write_text(course / ".snakemake/log/2026-11-21T200000.123456.snakemake.log", LOG)
    os.utime(course / ".snakemake/alive", times=(2e9, 2e9))
    assert look(course).run is None  # what an earlier one did says nothing of this one
    held.pop().close()
    assert look(course).at_work == ""


def test_the_reference_models_are_trained_but_not_counted(course):
    slug = slug_of(own_entry(course).student, b"key")
    model = CheckedModel(plan=PLANS["Cleo"].digest, flops=1000)
    save(course / "results/check/tiny/reference.json", CheckedSubmissions(
        assignment="tiny", chunk="reference", plans={PLANS["Cleo"].digest: PLANS["Cleo"]},
        submissions=[CheckedSubmission(slug=slug, submission="0" * 64, isolation="none", models={"dense": model})],
    ))  # fmt: skip
    found = look(course)

    assert found.parts[0].submissions == 3 and found.parts[0].trainings == 3
    assert found.unfinished[1].students == ("Cleo", "reference models")
