"""The history of grades: what the bundles hold, for one student, the last run or the whole course."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from factories import a_grade
from test_bundles import evidence

from netgrade.audit import write_bundle
from netgrade.cli import main
from netgrade.collect import ROSTER
from netgrade.history import steps_of
from netgrade.objects.submission import Roster
from netgrade.store import BUNDLES, save, write_text

SLUG = a_grade().slug
NAMES = {SLUG: "=Ada", "s00000000099": "quickstart"}


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A grade of 11.7 points that became 13, and a code change that moved nothing."""
    monkeypatch.chdir(tmp_path)
    write_text(tmp_path / "config.yaml", "title: T\nassignments: [{id: quickstart, submissions: s}]\n")
    save(ROSTER, Roster(students={"quickstart": NAMES}))
    path = BUNDLES / "quickstart" / f"{SLUG}.json"
    for points, code in ((11.7, {}), (13, {}), (13, {"grade": "e" * 64})):
        write_bundle(path, evidence(points).model_copy(update={"code": code}))
    write_bundle(path.with_name("s00000000099.json"), evidence(22))  # the reference models
    return tmp_path


def told(*arguments):
    return json.loads(CliRunner().invoke(main, ["history", "--json", *arguments]).output)


def test_the_course_shows_what_moved(course):
    steps = told()

    assert [(step["student"], step["before"], step["after"]) for step in steps] == [
        ("=Ada", None, 11.7), ("=Ada", 11.7, 13.0),
    ]  # fmt: skip
    assert "dense: pass" in steps[0]["verdicts"] and steps[1]["verdicts"] == ""


@pytest.mark.parametrize("by", ["=Ada", SLUG])
def test_a_student_shows_everything(course, by):
    assert [step["why"] for step in told(by)] == [
        "first graded", "graded anew", "netgrade's source code changed",
    ]  # fmt: skip


def test_an_unknown_student_is_answered_with_the_nearest(course):
    result = CliRunner().invoke(main, ["history", "Adda"])

    assert result.exit_code == 1 and "did you mean `=Ada`?" in result.output


def test_the_csv_is_read_back_and_no_formula(course):
    text = CliRunner().invoke(main, ["history", "--csv"]).output
    rows = list(csv.DictReader(io.StringIO(text)))

    assert [(row["student"], row["before"], row["after"]) for row in rows] == [
        ("'=Ada", "", "11.7"),
        ("'=Ada", "11.7", "13.0"),
    ]


def test_only_what_is_new_since_then(course):
    later = datetime.now(UTC) + timedelta(minutes=1)

    assert steps_of(BUNDLES, "quickstart", NAMES, later) == []
    assert len(steps_of(BUNDLES, "quickstart", NAMES, later - timedelta(hours=1))) == 4


def test_pseudonyms_stand_where_marking_is_anonymous(course):
    write_text(course / "config.yaml", (course / "config.yaml").read_text() + "anonymous: true\n")

    assert {step["student"] for step in told()} == {SLUG}
