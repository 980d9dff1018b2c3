"""The schema for editors takes what the grader takes, and every field of it says what it means."""

import json
from pathlib import Path
from typing import get_args

import jsonschema
import pytest
import yaml
from pydantic import BaseModel

from netgrade.objects.assignment import Assignment, Course
from netgrade.scaffold import new_assignment
from netgrade.schema import schema_text

ROOT = Path(__file__).parents[2]
WRITTEN = sorted(ROOT.glob("assignments/*/assignment.yaml"))


def fields_below(kind, seen):
    """Every field of a model and of the models inside it, as `Model.field` with its description."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        if kind not in seen:
            seen.add(kind)
            for name, field in kind.model_fields.items():
                yield f"{kind.__name__}.{name}", field.description
                yield from fields_below(field.annotation, seen)
    else:
        for part in get_args(kind):
            yield from fields_below(part, seen)


@pytest.mark.parametrize("file", [Assignment, Course])
def test_every_field_that_an_instructor_may_write_has_a_description(file):
    found = dict(fields_below(file, set()))

    assert len(found) > 10
    assert [name for name, description in found.items() if not description] == []


@pytest.fixture(scope="module")
def complaints():
    """What the schema finds wrong with the text of an assignment, whose times editors read as text."""
    schema = json.loads(schema_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    loader = type("Times", (yaml.SafeLoader,), {})
    loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in found if not tag.endswith(":timestamp")]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return lambda text: [error.json_path for error in validator.iter_errors(yaml.load(text, loader))]


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.parent.name)
def test_it_takes_the_assignments_that_there_are(path, complaints):
    assert complaints(path.read_text()) == []


def test_it_takes_what_a_new_assignment_says_and_lies_where_that_names_it(tmp_path, complaints):
    path = new_assignment(tmp_path, "my-lab")
    first = path.read_text().splitlines()[0]

    assert complaints(path.read_text()) == []
    assert first.startswith("# yaml-language-server: $schema=")
    assert (path.parent / first.partition("=")[2]).read_text() == schema_text()


@pytest.mark.parametrize(
    ("old", "new", "at"),
    [
        ("points: 1", "points: many", "$.tasks[0]"),
        ("points: 1", "point: 1", "$.tasks[0]"),
        ("scale: smoke", "scale: small", "$.scale"),
    ],
)
def test_it_finds_what_is_wrong(old, new, at, complaints):
    text = """\
id: lab
title: Lab
dataset: shapes10
scale: smoke
tasks:
  - {id: xor, title: XOR, kind: byhand, points: 1, table: xor}
"""
    assert complaints(text) == []
    assert complaints(text.replace(old, new, 1)) == [at]
