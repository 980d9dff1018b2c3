"""Answers are compared by their type; whatever two people could read differently is left to a person."""

import pytest

from netgrade.grade import grade
from netgrade.objects.assignment import Assignment
from netgrade.objects.declaration import Answer
from netgrade.objects.grade import Verdict
from netgrade.objects.plan import CheckedSubmission
from netgrade.objects.submission import Submission
from netgrade.objects.tasks import QuestionTask

DIGEST, SLUG = "a" * 64, "s" + "0" * 11
POOLED = [[[1, 0.5], [0.5, 0.25]], [[0.5, 1], [0.25, 0.5]]]
AXES = {"images": ["images", "samples", "number of images"], "rows": ["rows", "height"],
        "columns": ["columns", "width"], "channels": ["channels", "colour channels"]}  # fmt: skip
OPTIONS = {"a": "It gets slower", "b": "It overfits less", "c": "Nothing changes"}
OUTPUT = "(W - F + 2*P)/S + 1"


def answered(text, **fields):
    """The grade of one answer to a question of 4 points."""
    task = QuestionTask(**{"id": "q", "title": "Q", "kind": "question", "points": 4, "prompt": "?"} | fields)
    rules = Assignment(id="a", title="A", dataset="shapes10", tasks=[task])
    found = CheckedSubmission(slug=SLUG, submission=DIGEST, isolation="bubblewrap",
                              answers={"q": Answer(text=text, source="answers.yaml")})  # fmt: skip
    return grade(Submission(slug=SLUG, folder="/x", digest=DIGEST), found, rules, {}).tasks[0]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("90 s", Verdict.PASS),
        ("1.5 min", Verdict.PASS),
        ("**1,5 min.**", Verdict.PASS),
        ("2 min", Verdict.FAIL),
        ("90", Verdict.PERSON),
        ("90 ms", Verdict.PERSON),
        ("about 90 s", Verdict.PERSON),
        ("s", Verdict.PERSON),
    ],
)
def test_a_quantity_needs_its_unit(text, verdict):
    """A bare number, and a unit that nobody listed, are not guessed at."""
    assert answered(text, answer_type="number", answer=90, unit="s", units={"min": 60}).verdict is verdict


def test_a_number_may_be_off_by_the_tolerance_and_no_more():
    near, far = (answered(text, answer_type="number", answer=0.3, tolerance=0.05) for text in ("0.35", "0.351"))

    assert (near.verdict, far.verdict) == (Verdict.PASS, Verdict.FAIL)


@pytest.mark.parametrize(
    "text",
    [
        "[[1, .5], [.5, .25]]\n[[.5, 1], [.25, .5]]",
        "[[[1, 0.5], [0.5, 0.25]], [[0.5, 1], [0.25, 0.5]]]",
        "a) [[1.   0.5 ]\n [0.5  0.25]]\n\nb) [[0.5  1.  ]\n [0.25 0.5 ]]",
        "[1, 1/2]\n[1/2, 1/4]\n\n[1/2, 1]\n[1/4, 1/2]",
        "| | |\n|---|---|\n| 1 | 0.5 |\n| 0.5 | 0.25 |\n\n| .5 | 1 |\n|:--|--:|\n| .25 | .5 |",
        r"$$\begin{bmatrix} 1 & 0.5 \\ 0.5 & 0.25 \end{bmatrix}, "
        r"\begin{pmatrix} \frac{1}{2} & 1 \\ 0.25 & 0.5 \end{pmatrix}$$",
        "1 0.5\n0.5 0.25\n\n0.5 1\n0.25 0.5",
        "Matrix 1: 1 0,5; 0,5 0,25\nMatrix 2: 0,5 1; 0,25 0,5",
        "array([[1. , 0.5 ],\n       [0.5 , 0.25]])\narray([[0.5, 1], [0.25, 0.5]])",
    ],
)
def test_matrices_are_read_in_every_usual_form(text):
    found = answered(text, answer_type="matrix", answer=POOLED)

    assert (found.verdict, found.points, len(found.parts)) == (Verdict.PASS, 4, 8)


@pytest.mark.parametrize(("partial", "points"), [(True, 3.0), (False, 0.0)])
def test_matrices_earn_points_cell_by_cell_where_the_assignment_says_so(partial, points):
    text = "[[1, .5], [.5, 0.3]]\n[[.5, 1], [?, .5]]"
    found = answered(text, answer_type="matrix", answer=POOLED, partial_credit=partial)

    assert (found.verdict, found.points, found.reason) == (Verdict.FAIL, points, "6 of 8 cells are right.")
    assert [(part.place, part.given) for part in found.parts if not part.right] == [([1, 2, 2], "0.3"), ([2, 2, 1], "")]


@pytest.mark.parametrize(
    "text",
    [
        "[[1, .5], [.5, .25]]",
        "[[1, .5, .5, .25], [.5, 1, .25, .5]]",
        "[[1, .5], [.5]]",
        "[[1, x], [.5, .25]] [[.5, 1], [.25, .5]]",
        "the first one is 1 0.5 above 0.5 0.25",
        "[[[[1]]]]",
        "]1[",
        "",
    ],
)
def test_matrices_that_may_have_been_misread_are_left_to_a_person(text):
    """Too few, of another size, with something in them that is no number, or in prose."""
    assert answered(text, answer_type="matrix", answer=POOLED, partial_credit=True).points is None


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("b", Verdict.PASS),
        ("(B)", Verdict.PASS),
        ("b) It overfits less.", Verdict.PASS),
        ("it overfits less", Verdict.PASS),
        ("- [ ] a\n- [x] b\n- [ ] c", Verdict.PASS),
        ("a", Verdict.FAIL),
        ("a and b", Verdict.FAIL),
        ("b) It gets slower", Verdict.PERSON),
        ("not b", Verdict.PERSON),
        ("- [ ] a\n- [ ] b", Verdict.PERSON),
    ],
)
def test_a_choice_is_a_letter_a_text_or_a_ticked_box(text, verdict):
    assert answered(text, answer_type="choice", choices=OPTIONS, answer="b").verdict is verdict


def test_several_choices_have_to_be_exactly_those():
    both, one = (answered(text, answer_type="choice", choices=OPTIONS, answer=["c", "a"]) for text in ("a, c", "a"))

    assert (both.verdict, one.verdict) == (Verdict.PASS, Verdict.FAIL)


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("images, rows, columns, channels", 4),
        ("(samples, height, width, colour channels)", 4),
        ("1. the number of images\n2. rows\n3. columns\n4. channels", 4),
        ("The first dimension is samples, second is rows, third columns and fourth the channels.", 4),
        ("0: samples, 1: height, 2: width, 3: channels", 4),
        ("images > columns > rows > channels", 2),
        ("The second is rows, the first images, then columns and channels", None),
        ("images, rows, columns", None),
        ("images, rows, columns, channels, batch", None),
        ("not images first: rows, columns, channels", None),
    ],
)
def test_an_order_counts_place_by_place(text, points):
    """Left to a person where something is missing, or a word could turn the order round."""
    found = answered(text, answer_type="ordering", choices=AXES, answer=[*AXES], partial_credit=True)

    assert found.points == points


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("same", 4),
        ("“Same”.", 4),
        ("zero  padding", 4),
        ("Keras 2.2.4, TensorFlow: 1.12.0", 4),
        ("Keras, TensorFlow", None),
        ("valid", None),
    ],
)
def test_a_short_answer_has_the_forms_that_are_listed(text, points):
    forms = {"answer": "Same", "accepted": ["zero padding", "*keras*#*tensorflow*#*"]}

    assert answered(text, answer_type="short", **forms).points == points
    assert answered(text, answer_type="short", unlisted="fail", **forms).points == (points or 0)


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("(W-F+2P)/S+1", 4),
        ("out = 1 + (2·P + W − F)/S", 4),
        (r"$\frac{W - F + 2P}{S} + 1$", 4),
        ("((W - F)^2 - 4P^2)/(S (W - F - 2P)) + 1", 4),
        ("W - F + 2P/S + 1", 0),
        ("1 + 1/S (W - F + 2P)", None),
        ("(W-F)/S+1", 0),
        ("(W-F+2P)/S+1 + 0.0000001", 0),
        ("(K-F+2P)/S+1", None),
        ("the width less the filter", None),
        ("W.__class__", None),
        ("__import__('os').system('true')", None),
        ("9^9^9^9^9", None),
        ("((1 + W/1000000000)^100)^100", 0),
        ("(" * 90 + "W" + ")" * 90, None),
        ("W" + "^2" * 90, None),
        ("1/0", None),
    ],
)
def test_a_formula_is_right_in_any_form_and_never_run(text, points):
    """What is not in the grammar is not read at all; what would grow without bound is left to a person."""
    assert answered(text, answer_type="formula", answer=OUTPUT).points == points


@pytest.mark.parametrize("kind", ["matrix", "choice", "ordering", "short", "formula"])
@pytest.mark.parametrize("text", ["[" * 20_000, "1 " * 10_000, "a, " * 5_000, "|" * 20_000, "x*" * 10_000, "\\frac{"])
def test_a_strange_answer_is_left_to_a_person(kind, text):
    answer = {"matrix": POOLED, "choice": "a", "ordering": [*AXES], "short": "x", "formula": OUTPUT}[kind]
    choices = {"choice": OPTIONS, "ordering": AXES}.get(kind, {})

    assert answered(text, answer_type=kind, answer=answer, choices=choices).verdict is Verdict.PERSON
