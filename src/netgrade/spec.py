"""Spec: read what the instructor wrote, and say of every mistake where it is and what was expected."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from netgrade.errors import SpecError
from netgrade.objects.assignment import Assignment, Course, QuestionTask, Threshold
from netgrade.objects.base import Noun, Slug
from netgrade.objects.grade import Override
from netgrade.objects.layers import ALLOWED_LAYERS

N = TypeVar("N", bound=Noun)

MOST_BYTES = 1_000_000
THRESHOLD = re.compile(r"^\s*(?:accuracy\s*)?(>=|≥|>)?\s*(\d+(?:\.\d+)?)\s*(%)?\s*$", re.IGNORECASE)


def load_assignment(path: Path) -> Assignment:
    """Read an assignment. Raises SpecError that lists every mistake with file, line and field."""
    assignment, places = _load(path, Assignment)
    problems = [*_threshold_problems(assignment, places), *_layer_problems(assignment, places)]
    _raise(path, problems)
    return assignment


def load_course(path: Path) -> Course:
    """Read config.yaml. Raises SpecError that lists every mistake with file, line and field."""
    return _load(path, Course)[0]


def parse_threshold(text: str) -> Threshold:
    """Read `accuracy > 45 %`, `>= 62 %` or `0.62`; without a sign, the bound itself is enough.

    Raises SpecError for anything else.
    """
    match = THRESHOLD.match(text)
    value = float(match[2]) / (100 if match[3] else 1) if match else 2.0
    if not match or value > 1:
        raise SpecError(f"`{text}` is no threshold", "expected `accuracy > 45 %`, `accuracy >= 0.62` or `75 %`")
    return Threshold(strict=match[1] == ">", value=round(value, 6))


def load_overrides(path: Path) -> list[Override]:
    """Read a teacher's marks: a CSV with the columns student, task, points, comment."""
    reader = csv.DictReader(StringIO(_read(path)))
    wanted = {"student", "task", "points", "comment"}
    if set(reader.fieldnames or ()) != wanted:
        raise SpecError(f"{path}:1: expected the columns student,task,points,comment")
    marks = []
    for row in reader:
        try:
            marks.append(Override.model_validate(row, strict=False))
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(map(str, first["loc"]))
            raise SpecError(f"{path}:{reader.line_num}: {field}: {first['msg']}; found {first['input']!r}") from error
    return marks


def by_slug(marks: Sequence[Override], names: Mapping[Slug, str]) -> list[Override]:
    """The marks with every student named by slug, as `names` has them; a slug may stand in the file already."""
    slugs = {name: slug for slug, name in names.items()}
    return [mark.model_copy(update={"student": slugs.get(mark.student, mark.student)}) for mark in marks]


def check_overrides(path: Path, marks: Sequence[Override], students: Iterable[str], tasks: Iterable[str]) -> None:
    """Every mark must belong to a student and a task that exist, so that none is lost to a slip of the pen.

    Raises SpecError with the nearest right spelling.
    """
    everyone, every_task = set(students), set(tasks)
    for mark in marks:
        for name, known in ((mark.student, everyone), (mark.task, every_task)):
            if name not in known:
                raise SpecError(f"{path}: `{name}` is not in this assignment{nearest(name, known)}")


class _Places(dict[tuple[str | int, ...], int]):
    """The line of every key and list item of a YAML file, by its path."""

    def line(self, path: Sequence[str | int]) -> int:
        """The line of the deepest part of `path` that the file has."""
        path = tuple(path)
        while path and path not in self:
            path = path[:-1]
        return self.get(path, 1)


def _load(path: Path, kind: type[N]) -> tuple[N, _Places]:
    text = _read(path)
    places = _Places()
    try:
        # An alias can be repeated without bound, and no assignment needs one.
        if alias := next((e for e in yaml.parse(text) if isinstance(e, yaml.AliasEvent)), None):
            raise SpecError(f"{path}:{_line_of(alias)}: aliases (*{alias.anchor}) are not allowed here")
        root = yaml.compose(text, yaml.SafeLoader)
        _find_places(path, root, (), places)
        content = yaml.load(text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SpecError(f"{path}:{line}: not valid YAML: {error.problem}") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise SpecError(f"{path}:1: not valid YAML: {error}") from error
    try:
        return kind.model_validate(content), places
    except ValidationError as error:
        _raise(path, [_describe(e, kind, places) for e in error.errors()])
        raise


def _line_of(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise SpecError(f"{path} is larger than {MOST_BYTES} bytes")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SpecError(f"{path} cannot be read: {error.strerror}", "Check the name in config.yaml.") from error
    except UnicodeDecodeError as error:
        raise SpecError(f"{path} is not UTF-8 text") from error


def _find_places(path: Path, node: Any, at: tuple[str | int, ...], places: _Places) -> None:
    """Note the line of every key and item; refuse keys that occur twice."""
    if isinstance(node, yaml.SequenceNode):
        children: list[tuple[str | int, Any, Any]] = [(i, item, item) for i, item in enumerate(node.value)]
    elif isinstance(node, yaml.MappingNode):
        children = [(str(key.value), key, value) for key, value in node.value]
    else:
        return
    for name, key, value in children:
        line = key.start_mark.line + 1
        if (*at, name) in places:
            raise SpecError(f"{path}:{line}: {_dotted((*at, name))}: this key occurs twice")
        places[(*at, name)] = line
        _find_places(path, value, (*at, name), places)


def _describe(error: Any, kind: type[BaseModel], places: _Places) -> str:
    """One mistake as `line: field: what was expected; found ...`, with the nearest right spelling."""
    # pydantic names the chosen kind of a task inside the path; the file has no such step.
    path = [step for step in error["loc"] if step not in ("classifier", "question") or tuple(error["loc"]) in places]
    found = "" if error["type"] in ("missing", "value_error") else f"; found {_short(error['input'])}"
    message = error["msg"].removeprefix("Value error, ").partition(", unable to parse")[0]
    if error["type"] == "extra_forbidden":
        return f"{places.line(path)}: {_dotted(path)}: unknown key{nearest(str(path[-1]), _field_names(kind))}"
    if error["type"] == "union_tag_invalid":
        tag, options = error["ctx"]["tag"], re.findall(r"'([^']*)'", error["ctx"]["expected_tags"])
        at = [*path, error["ctx"]["discriminator"].strip("'")]
        expected = f"expected {' or '.join(options)}; found {_short(tag)}{nearest(tag, options)}"
        return f"{places.line(at)}: {_dotted(at)}: {expected}"
    if error["type"] == "literal_error":
        options = re.findall(r"'([^']*)'", str(error["ctx"]["expected"]))
        message += nearest(str(error["input"]), options)
    return f"{places.line(path)}: {_dotted(path) or 'file'}: {message}{found}"


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


def _threshold_problems(assignment: Assignment, places: _Places) -> list[str]:
    problems = []
    for index, task in enumerate(assignment.tasks):
        if isinstance(task, QuestionTask):
            continue
        try:
            parse_threshold(task.threshold)
        except SpecError as error:
            at = ("tasks", index, "threshold")
            problems.append(f"{places.line(at)}: {_dotted(at)}: {error.what}; {error.remedy}")
    return problems


def _layer_problems(assignment: Assignment, places: _Places) -> list[str]:
    """Names in limits that are no layer a plan may hold."""
    problems = []
    for index, task in enumerate(assignment.tasks):
        if isinstance(task, QuestionTask):
            continue
        named = {
            ("limits", "required_layers"): task.limits.required_layers,
            ("limits", "forbidden_layers"): task.limits.forbidden_layers,
            ("limits", "only_layers"): task.limits.only_layers or [],
            ("difference", "may_add"): task.difference.may_add if task.difference else [],
        }
        for field, names in named.items():
            for position, name in enumerate(names):
                if name not in ALLOWED_LAYERS:
                    at = ("tasks", index, *field, position)
                    hint = nearest(name, ALLOWED_LAYERS)
                    problems.append(f"{places.line(at)}: {_dotted(at)}: `{name}` is no known layer{hint}")
    return problems


def nearest(word: str, options: Iterable[str]) -> str:
    """`; did you mean ...?` where an option is spelt almost like `word`, or nothing."""
    lower = {option.lower(): option for option in options}
    close = get_close_matches(word.lower(), lower, n=1, cutoff=0.6)
    return f"; did you mean `{lower[close[0]]}`?" if close else ""


def _dotted(path: Sequence[str | int]) -> str:
    """`tasks[2].limits.epochs`."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _raise(path: Path, problems: Sequence[str]) -> None:
    if problems:
        count = f"{len(problems)} mistakes" if len(problems) > 1 else "a mistake"
        listed = "".join(f"\n  {path}:{problem}" for problem in problems)
        raise SpecError(f"{path} has {count}:{listed}")
