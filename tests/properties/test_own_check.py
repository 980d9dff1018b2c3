"""A student's own check: whatever the files hold, it says something of every task, or one sentence of what is wrong."""

import json

import pytest
from cases import damaged, holds, spoiled
from hypothesis import strategies as st
from submission import RULES

from netgrade.public import write_rules
from netgrade.selfcheck.show import as_html, as_text
from netgrade.selfcheck.work import laid_out, look_at_files

NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": ["## Net\n", "**size:** 608"]},
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": "%time 1\nmodel.fit(x, y, epochs=30)"},
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": "TRAINING = {'own': {'epochs': 9}}"},
    ],
    "metadata": {}, "nbformat": 4, "nbformat_minor": 5,
}  # fmt: skip
SCRIPT = b"TRAINING = {'own': {'epochs': 30}}\ndef build_own():\n    return None\n"
DEEP = [b"x = " + b"(" * 5000 + b")" * 5000, b"x" + b".y" * 50_000, b"x = " + b"-" * 50_000 + b"1"]


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    folder = tmp_path_factory.mktemp("work")
    write_rules(RULES, folder)
    return folder


def looked_at(work, **files):
    for old in work.iterdir():
        if old.name != "rules.yaml":
            old.unlink()
    for name, content in files.items():
        (work / name.replace("__", ".")).write_bytes(content)
    with laid_out(work, work / "rules.yaml") as one:
        result = look_at_files(one)
    assert [task.task for task in result.tasks] == [task.id for task in RULES.tasks]
    assert as_text(result) and as_html(result) and json.loads(result.model_dump_json())
    return result


@holds(notebook=spoiled(NOTEBOOK).map(lambda it: json.dumps(it).encode()) | damaged(json.dumps(NOTEBOOK).encode()))
def test_a_notebook_that_says_anything_is_looked_at(work, notebook):
    looked_at(work, lab__ipynb=notebook)


@holds(script=damaged(SCRIPT) | st.binary(max_size=60) | st.sampled_from(DEEP))
def test_a_script_of_any_bytes_is_looked_at(work, script):
    looked_at(work, own__py=script)


@holds(answers=damaged(b"size: 608\nwhy: because\n") | st.binary(max_size=60))
def test_answers_of_any_bytes_are_looked_at(work, answers):
    looked_at(work, answers__yaml=answers)
