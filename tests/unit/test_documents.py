"""YAML is read within limits, at once, and every mistake has its line."""

import time

import pytest

from netgrade.documents import parse_yaml
from netgrade.errors import SpecError


@pytest.mark.parametrize(
    "text",
    [
        "a: &x [1]\nb: *x",
        "a: !!python/object/apply:os.system [id]",
        "a: !!bool maybe",
        "a: !!timestamp x",
        "a: !!int ''",
        "a: " + "[" * 150 + "]" * 150,
        "a: " + "[" * 199_000,
        "{" * 199_000,
        "- " * 90_000,
        "a: 2026-99-99",
        "a: [",
        "? [b]\n: 1",
        "? 0x" + "f" * 9000 + "\n: 1",
    ],
)
def test_yaml_beyond_the_limits_is_refused_at_once(text):
    start = time.process_time()
    with pytest.raises(SpecError, match=r"^answers.yaml:[12]: "):
        parse_yaml(text, "answers.yaml")

    assert time.process_time() - start < 5


def test_halves_of_characters_become_question_marks():
    assert parse_yaml('a: "\\uD800"', "x.yaml")[0] == {"a": "?"}
