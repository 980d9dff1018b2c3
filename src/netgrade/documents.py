"""Documents: YAML and CSV that people write, read as plain data; every mistake is told with its file and line."""

import csv
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import yaml

from netgrade.errors import SpecError

MOST_YAML = 200_000
MOST_CSV = 1_000_000
MOST_DEPTH = 50
MOST_BITS = 4096
"""Of a whole number: Python does not even print much larger ones."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that starts with one of these for a formula (OWASP, CSV injection)."""

WRONG_VALUES = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)
"""What PyYAML lets through, with no line, where a date, a number or a tag is not what it looks like."""


class Places(dict[tuple[str | int, ...], int]):
    """The line of every key and list item of a YAML file, by its path."""

    def __init__(self) -> None:
        super().__init__()
        self.doubled: list[tuple[str | int, ...]] = []
        """Keys that occur again; the last of them counts."""

    def line(self, path: Sequence[str | int]) -> int:
        """The line of the deepest part of `path` that the file has."""
        path = tuple(path)
        while path and path not in self:
            path = path[:-1]
        return self.get(path, 1)

    def field(self, line: int) -> str:
        """The last field that begins on a line, dotted, or nothing."""
        return next((dotted(path) for path, at in reversed(self.items()) if at == line), "")

    def note(self, node: Any, at: tuple[str | int, ...] = ()) -> None:
        """Note the line of every key and item below a node."""
        if isinstance(node, yaml.SequenceNode):
            children: list[tuple[str | int, Any, Any]] = [(i, item, item) for i, item in enumerate(node.value)]
        elif isinstance(node, yaml.MappingNode):
            children = [(str(key.value)[:60], key, value) for key, value in node.value]
        else:
            return
        for name, key, value in children:
            path = (*at, name)
            if path in self:
                self.doubled.append(path)
            self[path] = key.start_mark.line + 1
            self.note(value, path)


class _Loader(yaml.SafeLoader):
    """Plain data: no aliases, no deep nesting, and whatever is no value says where it stands."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.path: list[str | int] = []
        """Where composing is, or came to its end."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Refuse what can grow without bound, before it is read."""
        self.path.append(index if isinstance(index, int) else str(index.value)[:60] if index else "")
        event = self.peek_event()  # type: ignore[no-untyped-call]
        mark = event.start_mark
        # An alias can be repeated without bound, and none of our files needs one.
        if isinstance(event, yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem=f"aliases (*{event.anchor}) are not allowed here", problem_mark=mark)
        if len(self.path) > MOST_DEPTH:
            raise yaml.MarkedYAMLError(problem=f"nested more than {MOST_DEPTH} deep", problem_mark=mark)
        node = super().compose_node(parent, index)
        self.path.pop()
        return node

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        """Give what PyYAML raises a line; keep out what no file of ours can hold."""
        try:
            value = super().construct_object(node, deep)
        except WRONG_VALUES as error:
            problem = f"`{str(node.value)[:40]}` cannot be read: {error}"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark) from error
        if isinstance(value, int) and value.bit_length() > MOST_BITS:
            raise yaml.MarkedYAMLError(problem="a number with too many digits", problem_mark=node.start_mark)
        return printable(value) if isinstance(value, str) else value


class _AsWritten(_Loader):
    """Every value is the text that stands there: YAML would make 8 of `010`, and 90 of `1:30`."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        """Take no text for anything else."""
        plain = kind is yaml.ScalarNode and implicit[0]
        return "tag:yaml.org,2002:str" if plain else super().resolve(kind, value, implicit)  # type: ignore[no-untyped-call]


def parse_yaml(text: str, name: str, as_written: bool = False) -> tuple[Any, Places]:
    """Read a YAML file as plain data, and the line of everything in it; `as_written`, all values are texts.

    Raises SpecError with name and line.
    """
    places = Places()
    try:
        loader = _AsWritten(text) if as_written else _Loader(text)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise SpecError(f"{name}:{line}: not valid YAML: the character {chr(error.character)!r}") from error
    try:
        root = loader.get_single_node()
        places.note(root)
        return (loader.construct_document(root) if root else None), places
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        field = places.field(line) or dotted([step for step in loader.path if step != ""][:6])
        where = f"{name}:{line}: {field}: " if field else f"{name}:{line}: "
        raise SpecError(f"{where}not valid YAML: {error.problem}") from error
    except (yaml.YAMLError, RecursionError, *WRONG_VALUES) as error:
        raise SpecError(f"{name}:{loader.line + 1}: not valid YAML: {error}") from error


def read_text(path: Path, most: int) -> str:
    """Read UTF-8 text of at most so many bytes. Raises SpecError."""
    try:
        if path.stat().st_size > most:
            raise SpecError(f"{path} is larger than {most} bytes")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SpecError(f"{path} cannot be read: {error.strerror}", "Check the name in config.yaml.") from error
    except UnicodeDecodeError as error:
        raise SpecError(f"{path} is not UTF-8 text", "Save it as CSV UTF-8, or as plain UTF-8 text.") from error
    except ValueError as error:
        raise SpecError(f"{str(path)!r} is no name of a file: {error}", "Check the name in config.yaml.") from error


def read_rows(path: Path, columns: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """Read these columns of a CSV: each row by column name, and its line. Raises SpecError."""
    reader = csv.DictReader(StringIO(read_text(path, MOST_CSV)), restkey="")
    rows = []
    try:
        names = reader.fieldnames or []
        if any(names.count(column) != 1 for column in columns):
            raise SpecError(f"{path}:1: expected the columns {','.join(columns)}; found {short(','.join(names))}")
        for row in reader:
            if isinstance(row.get(""), list) or None in row.values():
                remedy = 'Put a text that holds a comma in quotes: "Müller, Zoë".'
                raise SpecError(f"{path}:{reader.line_num}: expected {len(names)} columns as in the first line", remedy)
            rows.append((reader.line_num, {column: row[column] for column in columns}))
    except csv.Error as error:
        raise SpecError(f"{path}:{reader.line_num}: not valid CSV: {error}") from error
    return rows


def plain_cell(text: str) -> str:
    """A text for a CSV that a spreadsheet shows as it is, and does not read as a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def shown(text: str) -> str:
    """A text as a terminal may have it: nothing in it moves the cursor."""
    return "".join(c if c.isprintable() else "?" for c in text)


def printable(text: str) -> str:
    """A text that UTF-8 can hold: halves of characters, which an escape can write, become question marks."""
    return text.encode(errors="replace").decode()


def dotted(path: Sequence[str | int]) -> str:
    """`tasks[2].limits.epochs`."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def short(value: object) -> str:
    """A value as it is shown in a message."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
