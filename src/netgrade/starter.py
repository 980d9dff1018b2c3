"""Starter: the notebook that students begin with, and the cell in it that checks their work."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from netgrade.errors import SpecError, UnreadableError
from netgrade.objects.assignment import Assignment
from netgrade.objects.tasks import (
    ByHandTask,
    ClockTask,
    DiagnosisTask,
    ModelTask,
    SeesTask,
    StyleTask,
    SweepTask,
    Task,
    WrittenTask,
)
from netgrade.store import write_text
from netgrade.untrusted import read_json

STARTER = "starter.ipynb"
CALL = "from netgrade import check"
"""What tells the cell from others."""

_EXPLAINED = """\
## Check your own work

Save this notebook, then run the cell below: it says what the grader will find. `rules.yaml` has to lie beside the
notebook. `check(train=True)` also trains for a short time; `netgrade submit` in a terminal makes the zip to hand in."""
_CELL = f"{CALL}\n\ncheck()"

_LOSS = "sparse_categorical_crossentropy"
_FITTED = """\
model = keras.Sequential([
    keras.Input(x_train.shape[1:]),
    # your layers
])
model.compile(optimizer="adam", loss="{loss}", metrics=["{metric}"])
model.summary()
model.fit(x_train, y_train, batch_size=64, epochs=5, validation_split={share:g})"""
_LOADED = """\
{module}
(x_train, y_train), (x_test, y_test) = {loader}.load_data()
"""
_BUILT = """\
TRAINING["{task}"] = {{"epochs": 5, "batch_size": 64}}


def build_{task}({factors}):
    model = keras.Sequential([
        # an Input and your layers
    ])
    model.compile(optimizer="adam", loss="{loss}", metrics=["accuracy"])
    return model"""
_STYLED = """\
def stylize_{task}(content, style):
    \"\"\"The content in the style of the other image: arrays `(height, width, 3)` of values from 0 to 1.\"\"\"
    return content"""


def add_check(path: Path) -> bool:
    """Put the cell that checks at the end of a starter notebook; False where it has one. Raises SpecError."""
    try:
        notebook = read_json(path.read_bytes())
        cells = notebook["cells"]
        known = any(CALL in "".join(cell["source"]) for cell in cells)
    except (UnreadableError, KeyError, TypeError) as error:
        what = f"{path} is no notebook that can be read: {error}"
        raise SpecError(what, "Open it in Jupyter and save it.") from error
    if known:
        return False
    cells += [_cell("markdown", "check-what", _EXPLAINED), _cell("code", "check", _CELL)]
    _write(path, notebook)
    return True


def new_starter(assignment: Assignment, path: Path) -> None:
    """Write a starter notebook with a section for each task, and with the cell that checks."""
    texts = [("markdown", f"# {assignment.title}"), ("code", "import keras\n\nTRAINING = {}")]
    for number, task in enumerate(assignment.tasks, start=1):
        texts += [("markdown", _section(number, task)), *_place(task, assignment)]
    texts += [("markdown", _EXPLAINED), ("code", _CELL)]
    cells = [_cell(kind, f"cell-{number}", text) for number, (kind, text) in enumerate(texts, start=1)]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    _write(path, {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})


def _section(number: int, task: Task) -> str:
    """The heading that ties the cells below to the task, and what is asked."""
    asked = task.prompt if isinstance(task, WrittenTask | ByHandTask | DiagnosisTask) else task.title
    return f"## {number}. {task.headings[0] if task.headings else task.title}\n\n{asked} ({task.points:g} points)"


def _place(task: Task, assignment: Assignment) -> Iterator[tuple[str, str]]:
    """Where the student's own part goes."""
    loss = "mse" if isinstance(task, ClockTask) else _LOSS
    if isinstance(task, SweepTask) and task.combinations:
        yield "code", _BUILT.format(task=task.id, factors=", ".join(task.combinations[0]), loss=loss)
    elif isinstance(task, ModelTask) and not (isinstance(task, DiagnosisTask) and task.given_model):
        name, metric = assignment.dataset_of(task), "mae" if isinstance(task, ClockTask) else "accuracy"
        yield "code", _loaded(name) + _FITTED.format(loss=loss, metric=metric, share=assignment.split.validation)
    elif isinstance(task, StyleTask) and task.given:
        yield "code", _STYLED.format(task=task.id)
    elif isinstance(task, StyleTask):
        yield "markdown", f"Hand in {', '.join(f'`{task.id}/{name}.png`' for name in task.hand_in)}."
    elif isinstance(task, SeesTask):
        yield "markdown", f"Hand in `{task.id}/drawing-1.png` to `drawing-{task.drawings}.png`."
    if task.id in assignment.markers:
        yield "markdown", f"**{assignment.markers[task.id]}:**"
    elif isinstance(task, ByHandTask):
        yield "markdown", "**Answer:**"


def _loaded(name: str) -> str:
    """Python that loads a data set as students do."""
    if name in ("cifar10", "mnist", "fashion_mnist"):
        return _LOADED.format(module=f"from keras.datasets import {name}\n", loader=name)
    return _LOADED.format(module=f"from netgrade.datasets import {name}\n", loader=name)


def _cell(kind: str, name: str, text: str) -> dict[str, Any]:
    cell = {"cell_type": kind, "id": name, "metadata": {}, "source": text.splitlines(keepends=True)}
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})


def _write(path: Path, notebook: dict[str, Any]) -> None:
    write_text(path, json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")
