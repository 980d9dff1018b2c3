"""Files of the instructor: whatever they hold is read, or one error names the file, and the field and its line."""

import csv
import io
import re

import pytest
import yaml
from cases import NUMBERS, PLAIN, TEXTS, damaged, holds, is_sound, places, spoil, spoiled
from hypothesis import strategies as st

from netgrade.collect import collect, slug_of
from netgrade.errors import SpecError
from netgrade.grade import grade
from netgrade.objects.assignment import Assignment
from netgrade.objects.plan import CheckedSubmission
from netgrade.objects.submission import Submission
from netgrade.relevance import part_digest
from netgrade.spec import by_slug, check_overrides, load_assignment, load_course, load_overrides

ASSIGNMENT = {
    "id": "lab", "title": "Lab", "dataset": "shapes10", "split": {"validation": 0.2},
    "seeds": {"first": 1, "step": 2, "most": 5, "base": 2026}, "due": "2026-03-14T23:59:00Z",
    "late": {"per_day": 0.1, "days": 7}, "sandbox": {"wall_seconds": 45, "cpu_seconds": 45, "memory_mb": 3072},
    "closing_headings": ["Extra"],
    "tasks": [
        {"id": "cnn", "title": "CNN", "kind": "classifier", "points": 4, "threshold": "accuracy >= 62 %",
         "headings": ["CNN"], "limits": {"epochs": 25, "required_layers": ["Conv2D"]},
         "partial_credit": {"zero_at": 0.3}},
        {"id": "more", "title": "More", "kind": "classifier", "points": 4, "threshold": "0.5",
         "difference": {"compared_with": "cnn", "may_add": ["Dropout"]}, "limits": {"fewer_parameters_than": "cnn"}},
        {"id": "size", "title": "Size", "kind": "question", "points": 1, "answer_type": "number", "prompt": "How many?",
         "answer": 608, "tolerance": 0.5},
        {"id": "shape", "title": "Shape", "kind": "question", "points": 1, "answer_type": "shape", "prompt": "Which?",
         "answer": [32, 32, 3]},
        {"id": "why", "title": "Why", "kind": "question", "points": 1, "answer_type": "text", "prompt": "Why?"},
    ],
}  # fmt: skip
COURSE = {"title": "Course", "assignments": [{"id": "lab", "submissions": "in", "overrides": "marks.csv"}],
          "data": "data", "download": True, "isolation": "bubblewrap"}  # fmt: skip
ASSIGNMENT_TEXT = yaml.safe_dump(ASSIGNMENT, sort_keys=False)
COURSE_TEXT = yaml.safe_dump(COURSE, sort_keys=False)

SNIPPETS = [
    "!!timestamp x", "!!bool perhaps", "!!int ''", "!!float x", "!!binary x", "!!set {a, b}", "!!omap [a: 1]",
    "!!python/object:os.system x", "!mine 5", "0x_", "0b_", "0x" + "f" * 5000, "9" * 5000, "1:" * 900 + "1",
    "2026-02-30", "2026-02-30T10:00:00Z", "0000-01-01", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+14:00",
    "2026-03-14", "12:30", ".inf", "-.inf", ".nan", "1e400", "1.0e+400", "0,5", "1_000", "07", "yes", "~", "=", "<<",
    "*a", "&a [1]", "<<: {}", "? [a]", "? ", "- " * 40, "[" * 300, "{" * 300, "{a: " * 60, "]", "}", "%YAML 9.9",
    "---", "...", '"\\UFFFFFFFF"', '"\\ud800"', '"\\x00"', "'", '"', "\t", "\x00", "\x85", "\ufeff", "|", ">", "@x",
    "`x", "\u2028", "#", ":", "::", "- -", "!!", "!<", "a: b: c", "x" * 3000, "null", "[null, 3]", "[k, 3]", "{}", "[]",
]  # fmt: skip


def with_snippets(text):
    """Texts in which the values of some lines are replaced, or lines are put in, doubled or left out."""
    count = text.count("\n")
    change = st.tuples(st.integers(0, count - 1), st.sampled_from("vvvvidx"),
                       st.sampled_from(SNIPPETS) | st.text(max_size=6))  # fmt: skip

    def apply(changes):
        lines = text.splitlines()
        for number, how, new in changes:
            line = lines[number % len(lines)]
            before = re.match(r"\s*(?:- )?(?:[\w ]+: )?", line)[0]
            lines[number % len(lines)] = {"v": before + new, "i": f"{line}\n{new}", "d": f"{line}\n{line}", "x": ""}[
                how
            ]
        return "\n".join(lines) + "\n"

    return st.lists(change, min_size=1, max_size=2).map(apply)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("course")


def read_or_refused(load, path, content):
    """What was read, or the message of the one error there may be, which names the file."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode(errors="surrogatepass"))
    try:
        return load(path), ""
    except SpecError as error:
        assert str(path) in str(error)
        assert len(str(error)) < 10_000
        return None, str(error)


def assignment_is_usable(rules):
    """What the stages do with every assignment that was read."""
    assert is_sound(rules)
    assert all(part_digest(rules, stage) for stage in ("extract", "check", "train", "measure", "grade", "report"))
    assert rules.seeds.rounds >= 1 and rules.seeds.after(0)
    assert rules.due is None or rules.due.tzinfo


@holds(document=spoiled(ASSIGNMENT))
def test_an_assignment_with_changed_values(folder, document):
    rules, _ = read_or_refused(load_assignment, folder / "assignment.yaml", yaml.safe_dump(document))
    if rules:
        assignment_is_usable(rules)


@holds(path=st.sampled_from(places(ASSIGNMENT)), value=st.sampled_from(NUMBERS + TEXTS) | PLAIN)
def test_one_wrong_value_is_named_with_its_field_and_line(folder, path, value):
    text = yaml.safe_dump(spoil(ASSIGNMENT, path, "replace", value), sort_keys=False)
    file = folder / "assignment.yaml"
    rules, told = read_or_refused(load_assignment, file, text)
    if rules:
        assignment_is_usable(rules)
    else:
        assert re.search(rf"{re.escape(str(file))}:\d+: ", told)
        first, task = str(path[0]), path[1] if len(path) > 1 and path[0] == "tasks" else None
        named = f"tasks[{task}]" if task is not None else first
        assert named in told or "refers to" in told or "occur twice" in told


@holds(text=with_snippets(ASSIGNMENT_TEXT))
def test_an_assignment_with_slips_of_the_pen(folder, text):
    file = folder / "assignment.yaml"
    rules, told = read_or_refused(load_assignment, file, text)
    if rules:
        assignment_is_usable(rules)
    else:
        assert re.search(rf"{re.escape(str(file))}:\d+: ", told)


@holds(content=st.binary(max_size=200) | damaged(ASSIGNMENT_TEXT.encode()) | st.text(max_size=100))
def test_an_assignment_of_any_bytes(folder, content):
    read_or_refused(load_assignment, folder / "assignment.yaml", content)


@holds(content=spoiled(COURSE).map(yaml.safe_dump) | with_snippets(COURSE_TEXT) | damaged(COURSE_TEXT.encode()))
def test_a_course_file(folder, content):
    course, _ = read_or_refused(load_course, folder / "config.yaml", content)
    assert course is None or is_sound(course)


CELLS = st.sampled_from(["Ada", "Müller, Zoë", "cnn", "3,5", "3.5", "1e400", "nan", "inf", "-1", "", '"', "\x00", "\r",
                         "\n", ";", "\ud800", "x" * 3000, "2026-03-14T22:10:00Z", "2026-03-14", "20260314",
                         "0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00", "2026-03-14T22:10:00+00:00:30",
                         "yesterday", "9" * 5000, "=1+1"]) | st.text(max_size=6)  # fmt: skip


def tables(*names):
    """CSVs with the right first line or another, quoted or not."""
    header = st.sampled_from([",".join(names), ",".join((*names, "more")), ";".join(names), "\ufeff" + ",".join(names)])
    rows = st.lists(st.lists(CELLS, min_size=0, max_size=len(names) + 1), max_size=4)
    return st.builds(_csv, header, rows, st.booleans(), st.sampled_from(["\n", "\r\n", "\r"]))


def _csv(header, rows, quoted, end):
    if not quoted:
        return end.join([header, *(",".join(row) for row in rows)])
    text = io.StringIO()
    csv.writer(text, lineterminator=end).writerows(rows)
    return header + end + text.getvalue()


@holds(content=tables("student", "task", "points", "comment") | st.binary(max_size=80))
def test_overrides(folder, content):
    file = folder / "marks.csv"
    marks, told = read_or_refused(load_overrides, file, content)
    assert marks is not None or re.search(rf"{re.escape(str(file))}(:\d+: | is not UTF-8)", told)
    for mark in marks or []:
        assert is_sound(mark)
    try:
        check_overrides(file, marks or [], ["Ada"], ["cnn"])
    except SpecError as error:
        assert str(file) in str(error)


@holds(
    content=tables("student", "handed_in")
    | st.binary(max_size=80)
    | st.text(max_size=30).map("student,handed_in\nAda,{}".format)
)
def test_times_of_hand_in(folder, content):
    students = folder / "in"
    (students / "Ada").mkdir(parents=True, exist_ok=True)

    def load(_):
        return collect("lab", "c00", students, folder / "places", KEY)

    found, told = read_or_refused(load, students / "handed_in.csv", content)
    if found:
        assert is_sound(found) and is_sound(a_late_grade(found.submissions[0], {}))
    else:
        assert re.search(r"handed_in\.csv(:\d+: | is not UTF-8)", told)


KEY = b"k" * 32
RULES = Assignment.model_validate(ASSIGNMENT)


def a_late_grade(submission: Submission, changes, marks=()):
    checked = CheckedSubmission(slug=submission.slug, submission=submission.digest, isolation="none")
    return grade(submission, checked, RULES.model_copy(update=changes), {}, marks)


@holds(
    due=st.datetimes() | st.datetimes(timezones=st.timezones()),
    handed_in=st.datetimes(),
    late=st.fixed_dictionaries({"per_day": st.floats(0, 1), "days": st.integers(0, 3660)}),
    points=st.lists(st.floats(0, 1000), max_size=3),
)
def test_late_rules_and_overrides_give_a_grade(folder, due, handed_in, late, points):
    document = ASSIGNMENT | {"due": due.isoformat(), "late": late}
    rules, _ = read_or_refused(load_assignment, folder / "assignment.yaml", yaml.safe_dump(document))
    rows = "".join(f"Ada,{task},{value!r},\n" for task, value in zip(["cnn", "size", "why"], points, strict=False))
    marks, told = read_or_refused(load_overrides, folder / "marks.csv", "student,task,points,comment\n" + rows)
    assert marks is not None, told
    marks = by_slug(marks, {slug_of("Ada", KEY): "Ada"})
    listed = f"student,handed_in\nAda,{handed_in.isoformat()}\n"
    (folder / "in" / "Ada").mkdir(parents=True, exist_ok=True)
    (folder / "in" / "handed_in.csv").write_text(listed)
    [submission] = collect("lab", "c00", folder / "in", folder / "places", KEY).submissions
    if rules:
        graded = a_late_grade(submission, {"due": rules.due, "late": rules.late}, marks)
        assert is_sound(graded) and 0 <= graded.points <= 3000
