"""The reference of assignment.yaml and config.yaml, made from the classes that read them."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, get_args

from netgrade.checking.training import AUGMENTATION, CALLBACKS, LOSSES, OPTIMIZERS, SCHEDULES
from netgrade.objects.assignment import Assignment, Course
from netgrade.objects.layers import ALLOWED_LAYERS
from netgrade.objects.tasks import ModelTask, Task, TaskBase, WrittenTask

KINDS = {get_args(kind.model_fields["kind"].annotation)[0]: kind for kind in get_args(get_args(Task)[0])}
EXAMPLES = Path(__file__).parent / "examples"
LIMITS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "over {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "under {}",
    "minItems": "at least {} of them",
    "maxItems": "at most {} of them",
}
WORDS = {"integer": "whole number", "number": "number", "string": "text", "boolean": "`true` or `false`"}


PARTS = {
    "Optimizers": OPTIMIZERS,
    "Learning-rate schedules": SCHEDULES,
    "Callbacks": CALLBACKS | {"LearningRateScheduler": ()},
}


def assignment_page() -> str:
    """Every field of assignment.yaml, and an example of each kind of task."""
    schema = Assignment.model_json_schema()
    parts = schema["$defs"]
    kinds = {name: part for name, part in parts.items() if "kind" in part["properties"]}
    page = ["## The assignment", _table(schema)]
    page += [_section(name, parts[name], 3, field) for name, field in _mentioned(schema, parts).items()]
    page += ["## Tasks", "Each entry of `tasks` has the fields of every task, and those of its kind.", _listed(kinds)]
    page += ["### Every task", _table(kinds["ClassifierTask"], set(TaskBase.model_fields))]
    page += ["### Tasks that are answered in words", "Questions and comparisons also have:"]
    page += [_table(kinds["QuestionTask"], set(WrittenTask.model_fields) - set(TaskBase.model_fields))]
    page += ["### Tasks that train models", "Classifiers, clocks, sweeps and diagnoses also have:"]
    page += [_table(kinds["ClassifierTask"], set(ModelTask.model_fields) - set(TaskBase.model_fields))]
    shown = {"Limits"}
    page += [_section("Limits", parts["Limits"], 4, "limits")]
    for kind, noun in sorted(KINDS.items()):
        name, part = noun.__name__, kinds[noun.__name__]
        common = {
            field
            for base in (TaskBase, WrittenTask, ModelTask)
            if issubclass(noun, base)
            for field in base.model_fields
        }
        own = set(noun.model_fields) - common
        page += [f"## {kind} {{ #{name.lower()} }}", part["description"], _example(kind), _table(part, own)]
        inner = {other: field for other, field in _mentioned(part, parts).items() if other not in shown}
        page += [_section(other, parts[other], 3, field) for other, field in inner.items()]
        shown |= set(inner)
    return "\n\n".join(page) + "\n"


def course_page() -> str:
    """Every field of config.yaml."""
    schema = Course.model_json_schema()
    parts = schema["$defs"]
    page = [f"```yaml\n{(EXAMPLES / 'config.yaml').read_text()}```", "## The course", _table(schema)]
    page += [_section(name, parts[name], 2, field) for name, field in _mentioned(schema, parts).items()]
    return "\n\n".join(page) + "\n"


def networks_page() -> str:
    """The parts of a network and of its training that the grader knows."""
    page = ["## Layers", _named(sorted(ALLOWED_LAYERS - {"InputLayer"}))]
    for heading, parts in PARTS.items():
        page += [f"## {heading}", "\n".join(f"- `{name}`{_with(arguments)}" for name, arguments in parts.items())]
    page += ["## Losses", _named(LOSSES), "## Augmentation", _named(AUGMENTATION)]
    return "\n\n".join(page) + "\n"


def _named(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) + "."


def _with(arguments: Iterable[str]) -> str:
    return f" with {_named(arguments).removesuffix('.')}" if arguments else ""


def _example(kind: str) -> str:
    """The tasks of an example; a test reads the whole of it as the grader does."""
    tasks = (EXAMPLES / f"{kind}.yaml").read_text().partition("\ntasks:\n")[2]
    return f"```yaml\ntasks:\n{tasks}```"


def _listed(kinds: dict[str, Any]) -> str:
    named = [(kind, noun.__name__) for kind, noun in sorted(KINDS.items())]
    lines = [f"| [`{kind}`](#{name.lower()}) | {_first(kinds[name]['description'])} |" for kind, name in named]
    return "\n".join(["| kind | what is asked |", "|---|---|", *lines])


def _section(name: str, part: dict[str, Any], level: int, field: str) -> str:
    return f"{'#' * level} `{field}` {{ #{name.lower()} }}\n\n{part['description']}\n\n{_table(part)}"


def _table(part: dict[str, Any], only: set[str] | None = None) -> str:
    """Its fields as a table: name, what may stand there, what stands for it where it is left out, and what it means."""
    lines = ["| field | what it may be | left out | meaning |", "|---|---|---|---|"]
    for name, field in part["properties"].items():
        if only is None or name in only:
            cells = (
                f"`{name}`",
                worded(field),
                _default(field, name in part.get("required", ())),
                field.get("description", ""),
            )
            lines.append(f"| {' | '.join(' '.join(cell.replace('|', '&#124;').split()) for cell in cells)} |")
    return "\n".join(lines)


def worded(field: dict[str, Any]) -> str:
    """What may stand for a field, in words, from its part of a JSON Schema."""
    if "$ref" in field:
        return f"[these fields](#{_part_of(field).lower()})"
    if options := field.get("anyOf") or field.get("oneOf"):
        if "discriminator" in field:
            return "[a task](#tasks)"
        return " or ".join(dict.fromkeys(worded(option) for option in options if option.get("type") != "null"))
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return " or ".join(f"`{value}`" for value in field["enum"])
    return ", ".join([_plain(field), *(text.format(f"{field[key]:,}") for key, text in LIMITS.items() if key in field)])


def _plain(field: dict[str, Any]) -> str:
    """A value, list or mapping, without its limits."""
    if field.get("type") == "array":
        return f"list of: {worded(field['items'])}"
    if field.get("type") == "object":
        return f"names, each with: {worded(field['additionalProperties'])}" if _says(field) else "names and values"
    if field.get("format") == "date-time":
        return "day and time"
    if "pattern" in field:
        return f"text of the form `{field['pattern'].removeprefix('^').removesuffix('$')}`"
    return WORDS.get(field.get("type", ""), "anything")


def _says(field: dict[str, Any]) -> bool:
    return isinstance(field.get("additionalProperties"), dict)


def _default(field: dict[str, Any], required: bool) -> str:
    if required:
        return "**required**"
    value = field.get("default")
    if isinstance(value, dict):
        return "its defaults"
    if value is None or value in ("", []):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _mentioned(part: dict[str, Any], parts: dict[str, Any]) -> dict[str, str]:
    """The parts that a part refers to, and those that they refer to, each with the first field that does."""
    found: dict[str, str] = {}
    waiting = list(part["properties"].items())
    while waiting:
        field, current = waiting.pop(0)
        if isinstance(current, list):
            waiting = [(field, one) for one in current] + waiting
        elif isinstance(current, dict) and "discriminator" not in current:
            name = _part_of(current)
            if name and name not in found:
                found[name] = field
                waiting += parts[name]["properties"].items()
            waiting = [(field, one) for one in current.values()] + waiting
    return found


def _part_of(field: dict[str, Any]) -> str:
    """The name of the part that a field refers to, or nothing."""
    return str(field.get("$ref", "")).rpartition("/")[2]


def _first(text: str) -> str:
    """The first sentence."""
    return " ".join(text.split("\n\n")[0].split())
