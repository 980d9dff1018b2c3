"""Networks by hand: the whole truth table decides, the form is told, and what is unclear waits for a person."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netgrade.kinds import Evidence, grade_task
from netgrade.kinds.handmade import ACTIVATIONS
from netgrade.objects.assignment import Assignment, Seeds
from netgrade.objects.declaration import Answer
from netgrade.objects.grade import Verdict
from netgrade.objects.plan import CheckedSubmission
from netgrade.report import Backdrop
from netgrade.report.drawing import svg
from netgrade.report.sections import section_of

OR = [{"weights": [[1, 1]], "bias": [-0.5], "activation": "step"}]
XOR = [
    {"weights": [[1, 1], [1, 1]], "bias": [-0.5, -1.5], "activation": "step"},
    {"weights": [[1, -1]], "bias": [-0.5], "activation": "step"},
]
RELU_XOR = [
    {"weights": [[1, 1], [1, 1]], "bias": [0, -1], "activation": "relu"},
    {"weights": [[1, -2]], "bias": [0], "activation": "linear"},
]


def rules(table="or", **changes):
    """One task, worth 8 points, that wants the smallest network for a table."""
    size = {"or": (1, 0), "xor": (2, 2)}.get(table, (2, 2)) if isinstance(table, str) else (2, 2)
    task = {"id": "hand", "title": "By hand", "kind": "byhand", "points": 8, "table": table,
            "most_layers": size[0], "most_units": size[1]}  # fmt: skip
    return Assignment.model_validate({"id": "a", "title": "A", "dataset": "shapes10", "tasks": [task | changes]})


def graded(network, table="or", **changes):
    """The grade of one network, given as text or as lists."""
    [task] = rules(table, **changes).tasks
    text = network if isinstance(network, str) else json.dumps(network)
    answers = {} if network is None else {"hand": Answer(text=text, source="answers.yaml")}
    submission = CheckedSubmission(slug="s" + "0" * 11, submission="a" * 64, isolation="bubblewrap", answers=answers)
    return grade_task(task, Evidence(submission, {}, Seeds()))


@pytest.mark.parametrize(
    ("table", "network"),
    [
        ("or", OR),
        ("xor", XOR),
        ("xor", RELU_XOR),
        ("or", [{"weights": [1, 1], "bias": -0.5, "activation": "Step"}]),
        ("or", [{"weights": [[20, 20]], "bias": [-10], "activation": "sigmoid"}]),
        ("or", [{"weights": [[1, 1]], "bias": ["-5e-1"], "activation": "sign"}]),
        ("xor", {"layers": XOR}),
        ("or", str(OR)),
        ("or", "```yaml\n- weights: [[1, 1]]\n  bias: [-0.5]\n  activation: step\n```"),
        ({"inputs": [[-1], [3]], "outputs": [1, 0]}, [{"weights": [[-1]], "bias": [1], "activation": "step"}]),
    ],
)
def test_a_right_network_of_the_smallest_size_earns_everything(table, network):
    task = graded(network, table)

    assert (task.verdict, task.points) == (Verdict.PASS, 8)
    assert all(row.right and row.margin > 0 for row in task.handmade.rows)


def test_no_network_without_a_hidden_layer_answers_xor():
    task = graded(OR, "xor")

    assert (task.verdict, task.points) == (Verdict.FAIL, 0)
    assert "3 of 4 rows are right; wrong for (1, 1)" in task.reason
    assert [row.right for row in task.handmade.rows] == [True, True, True, False]


def test_a_right_network_that_is_too_large_earns_its_share():
    task = graded(RELU_XOR, "xor", most_units=1, larger_earns=0.25)

    assert (task.verdict, task.points) == (Verdict.FAIL, 2)
    assert "2 hidden units where 1 will do" in task.reason


@pytest.mark.parametrize(
    ("network", "told"),
    [
        ([{"weights": [[1, 1, 1]], "bias": [0], "activation": "step"}], "a unit has 3 weights, but 2 inputs reach it"),
        ([{"weights": [[1, 1]], "bias": [0, 1], "activation": "step"}], "1 units, but 2 numbers in `bias`"),
        ([{"weights": [[1, float("nan")]], "activation": "step"}], "expected a finite number"),
        ([{"weights": [[1, 1e9]], "activation": "step"}], "expected a finite number"),
        ([{"weights": [[1, True]], "activation": "step"}], "expected a finite number"),
        ([{"weights": [[1, "x"]], "activation": "step"}], "holds 'x'"),
        ([{"weights": [[1, 1]], "activation": "softmax"}], "expected step, sign, sigmoid, tanh, relu, linear"),
        ([{"weights": [[1, 1]], "bais": [1], "activation": "step"}], "did you mean `bias`"),
        ([{"bias": [1], "activation": "step"}], "`weights` is missing"),
        ([{"weights": {}, "activation": "step"}], "expected 1 to 100 rows"),
        ([{"weights": [[[1]]], "activation": "step"}], "expected a finite number"),
        ([{"weights": [[0, 0]] * 101, "activation": "step"}], "expected 1 to 100 rows"),
        ([{"weights": [[1, 1], [2, 3]], "activation": "relu"}], "expected one, the output"),
        (OR * 11, "at most 10"),
    ],
)
def test_a_mistake_in_the_form_is_named(network, told):
    task = graded(network)

    assert (task.verdict, task.points) == (Verdict.FAIL, 0)
    assert told in task.reason
    assert "one row a unit" in task.remedy


@pytest.mark.parametrize(
    ("network", "table"),
    [
        ("w1 = w2 = 1, and a bias of -0.5", "or"),
        ("[[[1, 1]], [-0.5]]", "or"),
        ("[" * 9000, "or"),
        ("- &a [*a]", "or"),
        ([{"weights": [[1], [1]], "bias": [-0.5], "activation": "step"}], "or"),
        ([{"weights": [[1, 1]], "bias": [0], "activation": "step"}], "or"),
        ([{"weights": [[0.5, 0.5]], "activation": "linear"}], "or"),
    ],
    ids=["prose", "bare lists", "nested", "alias", "a column a unit", "a step at zero", "on the threshold"],
)
def test_what_is_unclear_needs_a_person(network, table):
    task = graded(network, table)

    assert (task.verdict, task.points) == (Verdict.PERSON, None)


def test_a_square_matrix_written_the_other_way_needs_a_person():
    turned = [
        {"weights": [[1, 1], [-1, -1]], "bias": [-0.5, -0.5], "activation": "step"},
        {"weights": [1, 1], "bias": [-0.5], "activation": "step"},
    ]
    as_meant = [{**turned[0], "weights": np.array(turned[0]["weights"]).T.tolist()}, turned[1]]
    table = {"inputs": [[0, 0], [0, 1], [1, 0], [1, 1]], "outputs": [0, 0, 1, 0]}

    assert {graded(network, table).verdict for network in (turned, as_meant)} == {Verdict.PASS, Verdict.PERSON}


def test_nothing_handed_in_earns_nothing():
    assert (graded(None).verdict, graded(None).points) == (Verdict.NOTHING, 0)


def test_the_report_draws_the_boundary_and_states_it():
    task, assignment = graded(XOR, "xor"), rules("xor")
    section = section_of(assignment.tasks[0], task, Backdrop(assignment))
    answers = np.array(section.boundary.values) > 0

    assert "(1, 1) should be 0 and is 0" in section.boundary.alt
    assert 0.1 < answers.mean() < 0.9
    assert [row.right for row in section.table] == ["✓ right"] * 4
    assert section.layers[0].weights == "1 · x1 + 1 · x2 − 0.5; 1 · x1 + 1 · x2 − 1.5"
    assert b"input 1" in svg(section.boundary)


@pytest.mark.parametrize("changes", [{"table": "xnor"}, {"table": {"inputs": [[0], [1]], "outputs": [0]}}])
def test_a_table_that_is_none_is_refused(changes):
    with pytest.raises(ValueError, match="expected"):
        rules(**changes)


values = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(ACTIVATIONS)
trees = st.recursive(values, lambda inner: st.lists(inner, max_size=3), max_leaves=8)
networks = st.lists(st.fixed_dictionaries({}, optional={n: trees for n in ("weights", "bias", "activation", "x")}))


@settings(deadline=None, max_examples=300)
@given(text=st.text() | networks.map(str) | networks.map(json.dumps))
def test_whatever_is_written_gets_a_grade_and_no_error(text):
    task = graded(text)

    assert (task.points is None) == (task.verdict is Verdict.PERSON)
    assert task.reason
