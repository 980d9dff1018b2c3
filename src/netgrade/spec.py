"""Spec: read what the instructor wrote, and say of every mistake where it is and what was expected."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from itertools import chain, islice
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from netgrade.documents import MOST_YAML, Places, dotted, parse_yaml, read_rows, read_text, short
from netgrade.errors import SpecError
from netgrade.formulas import parse_formula
from netgrade.objects.assignment import Assignment, Course
from netgrade.objects.base import Noun, Slug, in_utc
from netgrade.objects.grade import Override
from netgrade.objects.layers import ALLOWED_LAYERS
from netgrade.objects.tasks import ClockTask, DiagnosisTask, ModelTask, QuestionTask, Task, Threshold

N = TypeVar("N", bound=Noun)

KINDS = {get_args(kind.model_fields["kind"].annotation)[0] for kind in get_args(get_args(Task)[0])}
"""The kinds of tasks."""

MOST_TOLD = 20
"""Mistakes that are listed; a file with more of them is no assignment."""

THRESHOLD_FORMS = "expected `accuracy > 45 %`, `accuracy >= 0.62`, `75 %` or `error <= 10 min`"
ERROR_THRESHOLD = re.compile(r"^\s*error\s*(<=|≤|<)?\s*(\d+(?:\.\d+)?)\s*(?:min|minutes)?\s*$", re.IGNORECASE)
THRESHOLD = re.compile(r"^\s*(?:accuracy\s*)?(>=|≥|>|<=|≤|<)?\s*(\d+(?:\.\d+)?)\s*(%)?\s*$", re.IGNORECASE)


def load_assignment(path: Path) -> Assignment:
    """Read an assignment. Raises SpecError that lists every mistake with file, line and field."""
    assignment, places = _load(path, Assignment)
    _raise(
        path,
        chain(
            _threshold_problems(assignment, places),
            _layer_problems(assignment, places),
            _formula_problems(assignment, places),
        ),
    )
    return assignment


def load_course(path: Path) -> Course:
    """Read config.yaml. Raises SpecError that lists every mistake with file, line and field."""
    return _load(path, Course)[0]


def parse_threshold(text: str) -> Threshold:
    """Read `accuracy > 45 %`, `>= 62 %`, `< 60 %`, `0.62` or `error <= 10 min`; a number alone bounds from below.

    Raises SpecError for anything else.
    """
    if error := ERROR_THRESHOLD.match(text):
        return Threshold(metric="error", strict=error[1] == "<", below=True, value=float(error[2]))
    match = THRESHOLD.match(text)
    value = float(match[2]) / (100 if match[3] else 1) if match else 2.0
    if not match or value > 1:
        raise SpecError(f"`{text[:60]}` is no threshold", THRESHOLD_FORMS)
    sign = match[1] or ">="
    return Threshold(strict=sign in "<>", below=sign in ("<", "<=", "≤"), value=round(value, 6))


def load_overrides(path: Path) -> list[Override]:
    """Read a teacher's marks: a CSV with the columns student, task, points, comment. Raises SpecError."""
    marks = []
    for line, row in read_rows(path, ("student", "task", "points", "comment")):
        if not row["points"].strip() and not row["comment"].strip():
            continue  # a row of the marking sheet that nobody has marked yet
        try:
            marks.append(Override.model_validate(row))
        except ValidationError as error:
            first = error.errors()[0]
            field, message = ".".join(map(str, first["loc"])), _message(first)
            raise SpecError(f"{path}:{line}: {field}: {message}; found {short(first['input'])}") from error
    return marks


def by_slug(marks: Sequence[Override], names: Mapping[Slug, str]) -> list[Override]:
    """The marks with every student named by slug, as `names` has them; a slug may stand in the file already."""
    slugs = {name: slug for slug, name in names.items()}
    return [mark.model_copy(update={"student": slugs.get(mark.student, mark.student)}) for mark in marks]


def load_hand_in_times(path: Path) -> dict[str, datetime]:
    """Read the times of hand-in by student: a CSV with the columns student, handed_in. Raises SpecError."""
    times = {}
    for line, row in read_rows(path, ("student", "handed_in")):
        try:
            times[row["student"]] = in_utc(datetime.fromisoformat(row["handed_in"].strip()))
        except (ValueError, OverflowError) as error:
            expected = "expected a time such as 2026-03-14T22:10:00Z"
            raise SpecError(f"{path}:{line}: handed_in: {expected}; found {short(row['handed_in'])}") from error
    return times


def check_overrides(path: Path, marks: Sequence[Override], students: Iterable[str], tasks: Iterable[str]) -> None:
    """Every mark must belong to a student and a task that exist, so that none is lost to a slip of the pen.

    Raises SpecError with the nearest right spelling.
    """
    everyone, every_task = set(students), set(tasks)
    for mark in marks:
        for name, known in ((mark.student, everyone), (mark.task, every_task)):
            if name not in known:
                raise SpecError(f"{path}: `{name[:60]}` is not in this assignment{nearest(name, known)}")


def _load(path: Path, kind: type[N]) -> tuple[N, Places]:
    content, places = parse_yaml(read_text(path, MOST_YAML), str(path))
    if places.doubled:
        again = places.doubled[0]
        raise SpecError(f"{path}:{places.line(again)}: {dotted(again)}: this key occurs twice")
    try:
        return kind.model_validate(content), places
    except ValidationError as error:
        _raise(path, (_describe(e, kind, places) for e in error.errors()))
        raise


def _describe(error: Any, kind: type[BaseModel], places: Places) -> str:
    """One mistake as `line: field: what was expected; found ...`, with the nearest right spelling."""
    # pydantic names the chosen kind of a task after its number; the file has no such step.
    path = [step for place, step in enumerate(error["loc"]) if place != 2 or step not in KINDS]
    found = "" if error["type"] in ("missing", "value_error") else f"; found {short(error['input'])}"
    message = _message(error)
    if error["type"] == "extra_forbidden":
        return f"{places.line(path)}: {dotted(path)}: unknown key{nearest(str(path[-1]), _field_names(kind))}"
    if error["type"] == "union_tag_not_found":
        at = [*path, error["ctx"]["discriminator"].strip("'")]
        return f"{places.line(at)}: {dotted(at)}: Field required"
    if error["type"] == "union_tag_invalid":
        tag, options = error["ctx"]["tag"], re.findall(r"'([^']*)'", error["ctx"]["expected_tags"])
        at = [*path, error["ctx"]["discriminator"].strip("'")]
        expected = f"expected {' or '.join(options)}; found {short(tag)}{nearest(tag, options)}"
        return f"{places.line(at)}: {dotted(at)}: {expected}"
    if error["type"] == "literal_error":
        options = re.findall(r"'([^']*)'", str(error["ctx"]["expected"]))
        message += nearest(str(error["input"]), options)
    return f"{places.line(path)}: {dotted(path) or 'file'}: {message}{found}"


def _message(error: Any) -> str:
    """What pydantic expected, without its own terms."""
    return str(error["msg"]).removeprefix("Value error, ").partition(", unable to parse")[0]


def _field_names(kind: type[BaseModel]) -> set[str]:
    """Every field name of a model and of the models inside it."""
    names: set[str] = set()
    waiting: list[Any] = [kind]
    while waiting:
        current = waiting.pop()
        if isinstance(current, type) and issubclass(current, BaseModel):
            names |= set(current.model_fields)
            waiting += [field.annotation for field in current.model_fields.values()]
        else:
            waiting += get_args(current)
    return names


def _threshold_problems(assignment: Assignment, places: Places) -> Iterator[str]:
    for index, task in enumerate(assignment.tasks):
        for field in ("threshold", "target"):
            text, at = getattr(task, field, None), ("tasks", index, field)
            try:
                metric = parse_threshold(text).metric if text is not None else None
            except SpecError as error:
                yield f"{places.line(at)}: {dotted(at)}: {error.what}; {error.remedy}"
                continue
            if metric is not None and (metric == "error") != isinstance(task, ClockTask):
                expected = "an accuracy, such as `accuracy > 45 %`" if metric == "error" else "`error <= 10 min`"
                yield f"{places.line(at)}: {dotted(at)}: expected {expected}; found {short(text)}"


def _layer_problems(assignment: Assignment, places: Places) -> Iterator[str]:
    """Names in limits and given models that are no layer a plan may hold."""
    for index, task in enumerate(assignment.tasks):
        if not isinstance(task, ModelTask):
            continue
        difference = getattr(task, "difference", None)
        named = {
            ("limits", "required_layers"): task.limits.required_layers,
            ("limits", "forbidden_layers"): task.limits.forbidden_layers,
            ("limits", "only_layers"): task.limits.only_layers or [],
            ("difference", "may_add"): difference.may_add if difference else [],
        }
        if isinstance(task, DiagnosisTask) and task.given_model:
            named["given_model", "layers"] = [next(iter(layer)) for layer in task.given_model.layers]
        for field, names in named.items():
            for position, name in enumerate(names):
                if name not in ALLOWED_LAYERS:
                    at = ("tasks", index, *field, position)
                    hint = nearest(name, ALLOWED_LAYERS)
                    yield f"{places.line(at)}: {dotted(at)}: `{name[:60]}` is no known layer{hint}"


def _formula_problems(assignment: Assignment, places: Places) -> Iterator[str]:
    """Model answers that no student's formula could be compared with."""
    for index, task in enumerate(assignment.tasks):
        if not isinstance(task, QuestionTask) or task.answer_type != "formula":
            continue
        forms = {("answer",): task.answer} | {("accepted", number): form for number, form in enumerate(task.accepted)}
        for field, form in forms.items():
            try:
                parse_formula(str(form)) if form is not None else None
            except SpecError as error:
                at = ("tasks", index, *field)
                yield f"{places.line(at)}: {dotted(at)}: `{str(form)[:60]}` is no formula: {error.what}"


def nearest(word: str, options: Iterable[str]) -> str:
    """`; did you mean ...?` where an option is spelt almost like `word`, or nothing."""
    lower = {option.lower(): option for option in options}
    close = get_close_matches(word[:60].lower(), lower, n=1, cutoff=0.6)
    return f"; did you mean `{lower[close[0]]}`?" if close else ""


def known(name: str, options: Iterable[str], place: str) -> str:
    """`name` itself, where it is one of the options. Raises SpecError with the nearest right spelling."""
    options = list(options)
    if name not in options:
        raise SpecError(f"`{name[:60]}` is not in {place}{nearest(name, options)}", f"There are {', '.join(options)}.")
    return name


def _raise(path: Path, problems: Iterator[str]) -> None:
    told = list(islice(problems, MOST_TOLD))
    if told:
        more = next(problems, None) is not None
        count = f"{len(told)} mistakes" if len(told) > 1 else "a mistake"
        listed = "".join(f"\n  {path}:{problem}" for problem in told)
        raise SpecError(f"{path} has {'more than ' if more else ''}{count}:{listed}")
