"""Declared models: whatever student code may say of them gives plans, or one cause for each task."""

import json
import time

import pytest
from cases import PLAIN, damaged, holds, is_sound, spoiled
from hypothesis import strategies as st
from networks import CALLBACKS, DROPOUT, NORMAL, SCHEDULED, declared, functional, layer, sequential
from submission import DATA, RULES, extract, hand_in

from netgrade.checking import check
from netgrade.checking.layers import LAYERS
from netgrade.objects.base import Status
from netgrade.objects.plan import Plan

CNN = declared(sequential(NORMAL), callbacks=CALLBACKS)
MORE = declared(sequential(NORMAL, DROPOUT), optimizer=SCHEDULED)
BRANCHED = declared(functional())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("plans")


def said(folder, result):
    """What becomes of a result of the sandbox, in bytes."""
    declaration = extract(hand_in(folder / "work", model__py=b""), result)
    assert is_sound(declaration)
    checked, plans = check(declaration, RULES, {DATA.name: DATA})
    assert is_sound(checked)
    assert {model.plan for model in checked.models.values() if model.plan} == set(plans)
    for model in checked.models.values():
        assert is_sound(model) and model.ok == bool(model.plan)
    for digest, plan in plans.items():
        assert is_sound(plan) and Plan.model_validate_json(plan.model_dump_json()).digest == digest
    return declaration, checked


def result(**models):
    content = {"models": models, "answers": {"why": {"text": "so", "source": "model.py"}}, "cautions": ["a remark"],
               "training": {"own": {"epochs": 5}}, "keras": "3"}  # fmt: skip
    return json.dumps(content).encode()


def is_too_deep(declaration):
    return declaration.status is Status.FAILED and "nested more than" in declaration.cause.what


def test_the_networks_are_good_before_they_are_spoiled(folder):
    _, checked = said(folder, result(cnn=CNN, more=MORE, own=BRANCHED))

    assert [model.cause for model in checked.models.values() if not model.ok] == []


@holds(model=spoiled(CNN))
def test_a_spoiled_description(folder, model):
    """The other tasks go on, unless the result as a whole is nested deeper than anything is read."""
    declaration, checked = said(folder, result(cnn=model, own=CNN))
    if is_too_deep(declaration):
        return

    assert checked.models["own"].status in (Status.OK, Status.INVALID)
    assert declaration.answers["why"].text == "so"


@holds(model=spoiled(BRANCHED))
def test_a_spoiled_network_with_branches(folder, model):
    said(folder, result(cnn=CNN, own=model))


@holds(cnn=spoiled(CNN["architecture"]), more=spoiled(MORE["architecture"]))
def test_spoiled_networks_that_are_compared(folder, cnn, more):
    said(folder, result(cnn=CNN | {"architecture": cnn}, more=MORE | {"architecture": more}))


FIELDS = sorted(set(CNN) - {"architecture"})


@holds(changes=st.dictionaries(st.sampled_from(FIELDS), PLAIN, min_size=1, max_size=2))
def test_a_field_that_is_anything_is_named(folder, changes):
    declaration, _ = said(folder, result(cnn=CNN | changes))
    if is_too_deep(declaration):
        return
    model = declaration.models["cnn"]

    if model.status is Status.INVALID and "status" not in changes:
        assert any(f"`{name}" in model.cause.what for name in changes) or "cause" in changes


OPTIONS = st.dictionaries(
    st.sampled_from(sorted({name for rule in LAYERS.values() for name in rule.arguments})),
    st.integers(-2, 9) | st.booleans() | st.lists(st.integers(-1, 4), max_size=3) | PLAIN, max_size=4,
)  # fmt: skip


@holds(kinds=st.lists(st.tuples(st.sampled_from(sorted(LAYERS)), OPTIONS), min_size=1, max_size=3))
def test_any_layers_with_any_arguments(folder, kinds):
    extra = [layer(kind, f"layer_{number}", **options) for number, (kind, options) in enumerate(kinds)]
    said(folder, result(cnn=declared(sequential(*extra))))


WHOLE = {"models": {"cnn": CNN, "more": MORE}, "answers": {"why": {"text": "so", "source": "model.py"}},
         "cautions": ["a remark"], "training": {"own": {"epochs": 5}}, "keras": "3"}  # fmt: skip


@holds(content=spoiled(WHOLE).map(json.dumps).map(str.encode))
def test_a_spoiled_result_of_the_sandbox(folder, content):
    said(folder, content)


@holds(
    content=damaged(result(cnn=CNN))
    | st.binary(max_size=60)
    | st.text(max_size=40).map(lambda t: t.encode(errors="replace"))
)
def test_a_result_of_any_bytes(folder, content):
    said(folder, content)


HUGE = [
    b"[" * 100_000, b'{"a":' * 50_000, b'{"models": {"cnn": ' + b"[" * 600 + b"]" * 600 + b"}}", b"1" * 5000, b"1e400",
    result(cnn=CNN | {"architecture": sequential(*[NORMAL] * 3000)}),
    result(cnn=BRANCHED | {"architecture": functional(output_layers=[1] * 400_000)}),
    result(cnn=CNN | {"callbacks": [{"class_name": "x"}] * 20_000}),
    result(cnn=CNN | {"cautions": ["x" * 1000] * 3000}),
]  # fmt: skip


@pytest.mark.parametrize("content", HUGE, ids=range(len(HUGE)))
def test_a_result_that_is_huge(folder, content):
    start = time.monotonic()
    said(folder, content)

    assert time.monotonic() - start < 5
