"""What students get of an assignment: enough to check their work, and no key."""

import shutil
from pathlib import Path
from typing import get_args

import nbformat
import pytest
import yaml
from pydantic import BaseModel, create_model

from netgrade.doctor import stale_rules
from netgrade.errors import SpecError
from netgrade.objects.assignment import Assignment, Course
from netgrade.objects.base import Noun
from netgrade.objects.tasks import QuestionTask
from netgrade.public import PUBLIC, RULES, public_form, write_rules
from netgrade.relevance import part_digest
from netgrade.selfcheck.sources import read_sources
from netgrade.spec import load_assignment
from netgrade.starter import CALL, add_check, new_starter

ROOT = Path(__file__).parents[2]
NAMES = sorted(path.name for path in (ROOT / "assignments").iterdir())

PRIVATE = (
    "answer",
    "accepted",
    "rubric",
    "tolerance",
    "unlisted",
    "checks",
    "most_layers",
    "most_units",
    "larger_earns",
)
"""Fields that hold keys, or what a key is judged by."""


def assignment_of(name):
    return load_assignment(ROOT / "assignments" / name / "assignment.yaml")


def keys_of(task):
    """Every text and number of a task's private fields."""
    waiting = [getattr(task, name, None) for name in PRIVATE]
    while waiting:
        value = waiting.pop()
        if isinstance(value, BaseModel):
            waiting += [getattr(value, name) for name in type(value).model_fields]
        elif isinstance(value, list | tuple):
            waiting += value
        elif isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif value is not None and not isinstance(value, bool):
            yield value


@pytest.mark.parametrize("name", NAMES)
def test_no_key_of_an_assignment_is_in_what_students_get(name):
    """Texts occur nowhere; numbers and words of the key are no value of their own task."""
    assignment = assignment_of(name)
    form = public_form(assignment)
    text = yaml.safe_dump(form, allow_unicode=True, width=10**6)
    for task, shown in zip(assignment.tasks, form["tasks"], strict=True):
        for key in map(str, keys_of(task)):
            assert len(key) < 12 or " ".join(key.split()) not in text, f"{task.id}: {key}"
        if isinstance(task, QuestionTask):
            keys = set(map(str, keys_of(task))) - {"0.0", "person"}
            said = {str(value) for value in shown.values()} | set(map(str, shown.get("headings", [])))
            assert not keys & said, task.id
        assert not set(shown) & set(PRIVATE), task.id


@pytest.mark.parametrize("name", NAMES)
def test_another_key_gives_the_same_form(name):
    """Whatever stands in a private field, nothing of what students get depends on it."""
    assignment = assignment_of(name)
    changed = {"answer": None, "accepted": ["other"], "rubric": ["other"], "tolerance": 7.5, "unlisted": "fail",
               "checks": [], "most_layers": 9, "most_units": 99, "larger_earns": 0.25, "choices": {"z": "other"},
               "judge": "person", "network": "vgg19"}  # fmt: skip
    tasks = [
        task.model_copy(update={k: v for k, v in changed.items() if k in type(task).model_fields})
        for task in assignment.tasks
        if getattr(task, "answer_type", None) != "choice"
    ]

    known = {task.id for task in tasks}
    form = public_form(assignment)["tasks"]
    assert [public_form(task) for task in tasks] == [shown for shown in form if shown["id"] in known]


@pytest.mark.parametrize("name", NAMES)
def test_the_form_in_the_repository_is_the_assignments_and_can_be_read(name, tmp_path):
    assignment = assignment_of(name)
    written = (ROOT / "assignments" / name / RULES).read_text()

    assert written == write_rules(assignment, tmp_path).read_text(), f"run `netgrade handout {name}`"
    assert public_form(load_assignment(tmp_path / RULES)) == public_form(assignment)


@pytest.mark.parametrize("name", NAMES)
def test_the_form_has_all_that_reading_and_checking_need(name):
    """So that a student's machine comes to the same declarations and plans as the grader."""
    form = load_assignment(ROOT / "assignments" / name / RULES)
    for stage in ("extract", "check"):
        assert part_digest(form, stage) == part_digest(assignment_of(name), stage)


def test_the_doctor_tells_of_rules_that_are_older_than_the_assignment(tmp_path):
    folder = tmp_path / "assignments/quickstart"
    shutil.copytree(ROOT / "assignments/quickstart", folder, ignore=shutil.ignore_patterns("submissions"))
    course = Course.model_validate({"title": "C", "assignments": [{"id": "quickstart", "submissions": "s"}]})
    assert stale_rules(course, tmp_path) == []

    text = (folder / "assignment.yaml").read_text()
    (folder / "assignment.yaml").write_text(text.replace("epochs: 25", "epochs: 30"))
    [found] = stale_rules(course, tmp_path)
    assert (found.ok, found.remedy) == (None, "netgrade handout quickstart")


def test_a_new_field_is_private_until_someone_lists_it():
    """At the top, and in what lies inside."""
    assignment = assignment_of("quickstart")
    task = next(task for task in assignment.tasks if isinstance(task, QuestionTask))
    grown = create_model("Grown", __base__=QuestionTask, hint=(str, "the answer is 608"))
    renewed = create_model("Renewed", __base__=Assignment, master_key=(str, "608"))

    assert public_form(grown(**task.model_dump())) == public_form(task)
    assert "608" not in str(public_form(renewed(**assignment.model_dump())))


def test_an_object_that_nobody_listed_stops_it():
    class Novel(Noun):
        secret: str = "x"

    with pytest.raises(SpecError, match="Nobody has said"):
        public_form(Novel())


def test_each_field_that_is_public_exists():
    for kind, listed in PUBLIC.items():
        assert set(listed) <= set(kind.model_fields), kind
    tasks = get_args(get_args(Assignment.model_fields["tasks"].annotation)[0])[0]
    assert set(get_args(tasks)) <= set(PUBLIC)


def test_the_order_of_an_ordering_stays_private():
    """In TBMI26 the things to be ordered are written in the right order."""
    assert "choices" not in public_form(assignment_of("tbmi26-deep-learning"))["tasks"][0]


@pytest.mark.parametrize("name", NAMES)
def test_every_starter_has_the_check_once(name, tmp_path):
    starter = ROOT / "assignments" / name / "starter.ipynb"
    copy = tmp_path / "starter.ipynb"
    copy.write_text(starter.read_text())

    assert starter.read_text().count(CALL) == 1
    assert not add_check(copy)
    assert copy.read_text() == starter.read_text()


@pytest.mark.parametrize("name", NAMES)
def test_a_starter_that_is_missing_is_made_with_a_place_for_every_task(name, tmp_path):
    """What the grader would find in it, looked at without running it."""
    assignment = assignment_of(name)
    new_starter(assignment, tmp_path / "starter.ipynb")
    notebook = nbformat.read(tmp_path / "starter.ipynb", as_version=4)
    nbformat.validate(notebook)
    sources = read_sources(tmp_path, ["starter.ipynb"], assignment)
    given = {task.id for task in assignment.tasks if getattr(task, "given_model", None)}
    files = {task.id for task in assignment.style_tasks if not task.given}

    assert (
        set(sources.promises)
        >= {task.id for task in [*assignment.model_tasks, *assignment.style_tasks]} - given - files
    )
    assert not sources.mistakes and not any(promise.mistakes for promise in sources.promises.values())
    assert all(f"**{marker}:**" in str(notebook) for marker in assignment.markers.values())
    assert not add_check(tmp_path / "starter.ipynb")


def test_a_starter_that_is_no_notebook_is_named(tmp_path):
    (tmp_path / "starter.ipynb").write_text("{}")

    with pytest.raises(SpecError, match="is no notebook"):
        add_check(tmp_path / "starter.ipynb")
