"""Reading what an instructor wrote: every mistake is named with its line and what was expected."""

from datetime import UTC, datetime

import pytest

from netgrade.errors import SpecError
from netgrade.objects.tasks import Threshold
from netgrade.scaffold import new_assignment
from netgrade.spec import KINDS, check_overrides, load_assignment, load_course, load_overrides, parse_threshold

GOOD = """\
id: lab
title: Lab
dataset: shapes10
tasks:
  - id: cnn
    title: CNN
    kind: classifier
    points: 4
    threshold: accuracy >= 62 %
    limits:
      epochs: 25
  - id: why
    title: Why
    kind: question
    points: 1
    answer_type: text
    prompt: Why?
"""


@pytest.fixture
def written(tmp_path):
    """Write an assignment with one piece replaced, and read it."""

    def read(old="", new=""):
        assert old in GOOD
        path = tmp_path / "assignment.yaml"
        path.write_text(GOOD.replace(old, new, 1) if old else GOOD)
        return load_assignment(path)

    return read


def test_a_good_file_is_read(written):
    assert [task.id for task in written().tasks] == ["cnn", "why"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("epochs: 25", "epoch: 25", "11: tasks[0].limits.epoch: unknown key; did you mean `epochs`?"),
        ("epochs: 25", "epochs: many", "11: tasks[0].limits.epochs: Input should be a valid integer; found 'many'"),
        (
            "kind: question",
            "kind: qestion",
            f"14: tasks[1].kind: expected {' or '.join(sorted(KINDS))}; found 'qestion'; did you mean `question`?",
        ),
        ("    points: 4\n", "", "5: tasks[0].points: Field required"),
        ("points: 4", "points: -4", "8: tasks[0].points: Input should be greater than 0; found -4"),
        ("accuracy >= 62 %", "about 62 %", "9: tasks[0].threshold: `about 62 %` is no threshold"),
        ("epochs: 25", "required_layers: [Conv2d]", "11: tasks[0].limits.required_layers[0]: `Conv2d`"),
        ("id: why", "id: cnn", "occur twice"),
        ("epochs: 25", "epochs: 25\n    sees: {images: [-1]}", "12: tasks[0].sees.images[0]: Input should be greater"),
        (
            "kind: question\n    points: 1\n    answer_type: text\n    prompt: Why?",
            "kind: sees\n    points: 1\n    model_of: dense",
            "refers to `dense`, which is no classifier task",
        ),
        (
            "kind: question\n    points: 1\n    answer_type: text\n    prompt: Why?",
            "kind: diagnosis\n    points: 1\n    given_model: {layers: [Flaten, {Dense: {units: 10}}]}",
            "16: tasks[1].given_model.layers[0]: `Flaten` is no known layer; did you mean `Flatten`?",
        ),
        (
            "kind: question\n    points: 1\n    answer_type: text\n    prompt: Why?",
            "kind: diagnosis\n    points: 1\n    expects: diverges\n    given_model: {layers: [Flatten]}",
            "leave `expects` out",
        ),
        ("epochs: 25", "fewer_parameters_than: dense", "refers to `dense`, which is no other classifier task"),
        ("title: Lab", "title: Lab\ntitle: Again", ":3: title: this key occurs twice"),
        ("title: Lab", "title: 'Lab", "not valid YAML"),
        ("title: Lab", "title: &a Lab\ndue: *a", "3: due: not valid YAML: aliases (*a) are not allowed"),
        ("title: Lab", "due: 2026-02-30T10:00:00Z", "2: due: not valid YAML: `2026-02-30T10:00:00Z` cannot be read"),
        ("title: Lab", "due: 2026-03-14", "2: due: expected a day and a time such as"),
        ("title: Lab", "title: " + "[" * 9000, "2: title[0][0][0][0][0]: not valid YAML: nested more than 50 deep"),
        ("points: 4", "points: .inf", "8: tasks[0].points: Input should be a finite number; found inf"),
        (
            "answer_type: text",
            "answer_type: choice\n    choices: {a: x, b: y}\n    answer: c",
            "18: tasks[1].answer: expected",
        ),
        (
            "answer_type: text",
            "answer_type: matrix\n    answer: [[1, 2], [3]]",
            "17: tasks[1].answer: expected a matrix",
        ),
        (
            "answer_type: text",
            "answer_type: formula\n    answer: 2 +",
            "17: tasks[1].answer: `2 +` is no formula: it ends",
        ),
        ("answer_type: text", "answer_type: text\n    unit: s", "`unit` belongs to answer_type number, not to text"),
        ("epochs: 25", "epochs: 0x" + "f" * 5000, "11: tasks[0].limits.epochs: not valid YAML: a number with too many"),
        ("answer_type: text", "answer_type: number\n    answer: 0,5", "17: tasks[1].answer: expected a number such as"),
    ],
)
def test_a_mistake_is_named_with_its_line(written, old, new, told):
    with pytest.raises(SpecError) as caught:
        written(old, new)

    assert told in str(caught.value)
    assert "assignment.yaml" in str(caught.value)


def test_a_time_without_a_zone_is_utc(written):
    due = written("title: Lab", "title: Lab\ndue: 2026-03-14T23:59:00").due

    assert due == datetime(2026, 3, 14, 23, 59, tzinfo=UTC)


def test_all_mistakes_are_told_at_once(written):
    with pytest.raises(SpecError, match="3 mistakes"):
        written(
            "    points: 4\n    threshold: accuracy >= 62 %", "    points: none\n    threshold: 0.5\n    colour: red"
        )


@pytest.mark.parametrize(
    ("text", "threshold"),
    [
        ("accuracy > 45 %", Threshold(strict=True, value=0.45)),
        ("accuracy >= 0.62", Threshold(strict=False, value=0.62)),
        ("≥ 62%", Threshold(strict=False, value=0.62)),
        ("75 %", Threshold(strict=False, value=0.75)),
        ("accuracy < 60 %", Threshold(strict=True, below=True, value=0.6)),
        ("<= 0.6", Threshold(strict=False, below=True, value=0.6)),
    ],
)
def test_thresholds(text, threshold):
    assert parse_threshold(text) == threshold


@pytest.mark.parametrize("text", ["62", "loss < 1", "", "accuracy > 145 %"])
def test_what_is_no_threshold(text):
    with pytest.raises(SpecError):
        parse_threshold(text)


def test_a_missing_file_says_where_to_look(tmp_path):
    with pytest.raises(SpecError, match=r"Check the name in config\.yaml"):
        load_course(tmp_path / "none.yaml")


def test_overrides_are_read_and_must_belong_to_someone(tmp_path):
    path = tmp_path / "marks.csv"
    path.write_text('student,task,points,comment\n"Müller, Zoë",cnn,3.5,"seen, and fine"\n', encoding="utf-8")
    marks = load_overrides(path)

    assert (marks[0].student, marks[0].points, marks[0].comment) == ("Müller, Zoë", 3.5, "seen, and fine")
    check_overrides(path, marks, ["Müller, Zoë"], ["cnn"])
    with pytest.raises(SpecError, match="did you mean `Müller, Zoé`"):
        check_overrides(path, marks, ["Müller, Zoé"], ["cnn"])


def test_overrides_with_a_wrong_number_name_their_line(tmp_path):
    path = tmp_path / "marks.csv"
    path.write_text("student,task,points,comment\nAda,cnn,lots,\n")

    with pytest.raises(SpecError, match=r"marks\.csv:2: points"):
        load_overrides(path)


def test_a_new_assignment_is_read_as_it_is_written(tmp_path):
    assignment = load_assignment(new_assignment(tmp_path, "my-lab"))

    assert {task.kind for task in assignment.tasks} == KINDS
    with pytest.raises(SpecError, match="exists already"):
        new_assignment(tmp_path, "my-lab")
    with pytest.raises(SpecError, match="small letters"):
        new_assignment(tmp_path, "../etc")


NOUNS = [
    "Assignment",
    "ByHandTask",
    "ClassifierTask",
    "ClockTask",
    "ErrorCredit",
    "ComparisonTask",
    "DiagnosisTask",
    "QuestionTask",
    "SeesTask",
    "Sees",
    "StyleTask",
    "StyleCheck",
    "SweepTask",
    "TruthTable",
    "Limits",
    "Seeds",
    "Late",
]


@pytest.mark.parametrize("kind", NOUNS)
def test_a_new_assignment_shows_every_field(tmp_path, kind):
    from netgrade.objects import assignment, tasks

    noun = getattr(tasks, kind, None) or getattr(assignment, kind)
    text = new_assignment(tmp_path, "my-lab").read_text()

    assert not [name for name in noun.model_fields if f"{name}:" not in text]
