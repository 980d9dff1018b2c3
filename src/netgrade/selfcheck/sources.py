"""Sources: what the text of notebooks and Python files promises. Nothing is run, and Keras is not imported."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from netgrade.errors import UnreadableError
from netgrade.extract.child.headings import Headings
from netgrade.extract.child.written import Written
from netgrade.objects.assignment import Assignment
from netgrade.objects.base import Cause, TaskId
from netgrade.objects.tasks import ModelTask
from netgrade.untrusted import read_json

_NOT_PARSED = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What Python's parser raises for what it does not take."""

_NO_PYTHON = re.compile(r"^\s*[%!?]|^\s*[\w.]+\?{1,2}\s*$|=\s*[%!]")
"""A line for the notebook itself: `%matplotlib inline`, `!pip list`, `model.fit?`, `files = !ls`."""


@dataclass
class Promise:
    """What the text holds for one task."""

    where: list[str] = field(default_factory=list)
    mistakes: list[Cause] = field(default_factory=list)


@dataclass
class Sources:
    """What was seen in the texts of a submission."""

    promises: dict[TaskId, Promise] = field(default_factory=dict)
    answers: dict[TaskId, dict[str, str]] = field(default_factory=dict)
    """`{text, source}` of answers in notebooks."""
    mistakes: list[Cause] = field(default_factory=list)
    """What belongs to no task."""

    def of(self, task: TaskId) -> Promise:
        """What was seen of one task so far."""
        return self.promises.setdefault(task, Promise())


def read_sources(folder: Path, names: list[str], assignment: Assignment) -> Sources:
    """Read the files `names` below `folder`, which may be damaged."""
    seen = Sources()
    for name in names:
        if name.endswith(".py"):
            _script(folder / name, name, assignment, seen)
        elif name.endswith(".ipynb"):
            _notebook(folder / name, name, assignment, seen)
    return seen


def _script(path: Path, name: str, assignment: Assignment, seen: Sources) -> None:
    text = path.read_text(encoding="utf-8", errors="replace")
    defined = _defined(text, assignment)
    for task in defined:
        seen.of(task).where.append(name)
    try:
        tree = ast.parse(text)
    except _NOT_PARSED as error:
        mistake = _syntax(name, error)
        for task in defined:
            seen.of(task).mistakes.append(mistake)
        if not defined:
            seen.mistakes.append(mistake)
        return
    for task, line, epochs in _set_epochs(tree, defined):
        _hold_against(assignment, task, epochs, f"{name}, line {line}", seen)


def _notebook(path: Path, name: str, assignment: Assignment, seen: Sources) -> None:
    cells = _cells(path)
    if cells is None:
        what = f"{name} is no notebook that can be looked at without running it."
        seen.mistakes.append(Cause(what=what, remedy="Open it in Jupyter and save it anew."))
        return
    models = [task.id for task in assignment.model_tasks]
    headings = {task.id: task.headings for task in assignment.tasks}
    written = Written(Headings(headings, assignment.closing_headings, assignment.markers))
    for number, (kind, source) in enumerate(cells, start=1):
        if kind == "markdown":
            written.read(source, number)
        elif kind == "code":
            own = next((task for task in written.section if task in models), None)
            _cell(source, number, own, assignment, seen)
    seen.answers |= written.answers(models)


def _cell(source: str, number: int, own: TaskId | None, assignment: Assignment, seen: Sources) -> None:
    tasks = _defined(source, assignment)
    fits = re.search(r"\.fit(_generator)?\(", source) is not None
    for task in [*tasks, *([own] if own and fits else [])]:
        seen.of(task).where.append(f"cell {number}")
    tree = _tree(source)
    if isinstance(tree, Exception):
        (seen.of(own).mistakes if own else seen.mistakes).append(_syntax(f"cell {number}", tree))
    if not isinstance(tree, ast.AST):
        return
    if own and fits:
        for line, epochs in _fitted_epochs(tree):
            _hold_against(assignment, own, epochs, f"cell {number}, line {line}", seen)
    for task, line, epochs in _set_epochs(tree, tasks):
        _hold_against(assignment, task, epochs, f"cell {number}, line {line}", seen)


def _defined(text: str, assignment: Assignment) -> list[TaskId]:
    """The tasks for which a text defines a function."""
    return [t.id for t in assignment.tasks if f"def build_{t.id}(" in text or f"def stylize_{t.id}(" in text]


def _hold_against(assignment: Assignment, task: TaskId, epochs: int, where: str, seen: Sources) -> None:
    """A number of epochs that is written down, against the task's limit; one that is computed is seen later."""
    known = next((one for one in assignment.tasks if one.id == task), None)
    most = known.limits.epochs if isinstance(known, ModelTask) else None
    if most is not None and epochs > most:
        what = f"{where}: {epochs} epochs; the task allows at most {most}."
        seen.of(task).mistakes.append(Cause(what=what, remedy=f"Set epochs={most} or fewer."))


def _cells(path: Path) -> list[tuple[str, str]] | None:
    """Kind and text of each cell; None for what is no notebook of version 4."""
    try:
        content = read_json(path.read_bytes())
        return [(str(cell["cell_type"]), _joined(cell["source"])) for cell in content["cells"]]
    except (UnreadableError, KeyError, TypeError):
        return None


def _joined(source: Any) -> str:
    return "".join(map(str, source)) if isinstance(source, list) else str(source)


def _tree(source: str) -> ast.AST | Exception | None:
    """The cell as Python, or what is wrong with it; None where lines for the notebook leave that open."""
    try:
        return ast.parse(source)
    except _NOT_PARSED as error:
        lines = source.splitlines()
        if not any(_NO_PYTHON.search(line) for line in lines):
            return error
    try:
        return ast.parse("\n".join("" if _NO_PYTHON.search(line) else line for line in lines))
    except _NOT_PARSED:
        return None


def _syntax(where: str, error: Exception) -> Cause:
    if isinstance(error, SyntaxError):
        return Cause(what=f"{where}, line {error.lineno}: {error.msg}.", remedy="Mend this line.")
    return Cause(what=f"{where}: {error or 'too long for Python'}.", remedy="Write it in shorter pieces.")


def _fitted_epochs(tree: ast.AST) -> Iterator[tuple[int, int]]:
    """Line and number of every `fit(..., epochs=20)`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr.startswith("fit"):
            for keyword in node.keywords:
                if keyword.arg == "epochs" and (number := _whole(keyword.value)) is not None:
                    yield node.lineno, number


def _set_epochs(tree: ast.AST, tasks: list[TaskId]) -> Iterator[tuple[TaskId, int, int]]:
    """Task, line and number where `TRAINING` says `epochs`, for one task or for all in the file."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Assign) and any(getattr(t, "id", "") == "TRAINING" for t in node.targets)):
            continue
        for key, value in _items(node.value):
            if key == "epochs" and (number := _whole(value)) is not None:
                yield from ((task, value.lineno, number) for task in tasks)
            for inner, setting in _items(value):
                if key in tasks and inner == "epochs" and (number := _whole(setting)) is not None:
                    yield key, setting.lineno, number


def _items(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant):
                yield str(key.value), value


def _whole(node: ast.expr) -> int | None:
    return node.value if isinstance(node, ast.Constant) and type(node.value) is int else None
