"""Notebook: run a course notebook from top to bottom, and tie each fit to its task by the headings."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from IPython.core.interactiveshell import InteractiveShell

from netgrade.extract.child import absent
from netgrade.extract.child.declare import declare, failed, sentence
from netgrade.extract.child.headings import Headings, claimed_accuracy
from netgrade.extract.child.recorder import Fit, Place, Recorder
from netgrade.extract.child.scripts import built_models, named_answers
from netgrade.extract.child.variants import Tasks, variant_name
from netgrade.extract.child.written import Written

MOST_CELLS = 2000


@dataclass
class _Reading:
    """What has been seen so far."""

    errors: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    cautions: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    claims: dict[str, float] = field(default_factory=dict)
    general: list[str] = field(default_factory=list)


def run_notebook(path: Path, headings: Headings, tasks: Tasks, recorder: Recorder) -> dict[str, Any]:
    """Run all cells; returns `models`, `answers` and `cautions`. A cell that raises does not stop the others."""
    notebook = nbformat.read(path, as_version=4)
    if len(notebook.cells) > MOST_CELLS:
        caution = f"{path.name} has more than {MOST_CELLS} cells and was not read."
        return {"models": {}, "answers": {}, "cautions": [caution]}
    shell = InteractiveShell.instance()
    shell.enable_gui = lambda *_: None  # `%matplotlib inline`
    reading = _Reading()
    written = Written(headings)
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "markdown":
            written.read(cell.source, number)
        elif cell.cell_type == "code":
            task = next((t for t in written.section if t in tasks.models), None)
            recorder.place = Place(task, f"cell {number}")
            _run_cell(shell, cell, number, task, reading, recorder)
    _note_order(notebook, reading)
    return {
        "models": _models(recorder, reading, tasks) | built_models(path, shell.user_ns, tasks.declared(), recorder),
        "answers": written.answers(tasks.models)
        | named_answers(shell.user_ns.get("ANSWERS"), list(headings.tasks), f"{path.name}: ANSWERS"),
        "cautions": reading.general,
    }


def defined_in_notebooks(tasks: Iterable[str]) -> dict[str, Any]:
    """The functions `stylize_<task>` that cells have left."""
    space = InteractiveShell.instance().user_ns if InteractiveShell.initialized() else {}
    return {task: space[f"stylize_{task}"] for task in tasks if callable(space.get(f"stylize_{task}"))}


def _run_cell(shell: Any, cell: Any, number: int, task: str | None, reading: _Reading, recorder: Recorder) -> None:
    error = _execute_without_absent_modules(shell, cell.source, reading, recorder)
    if error is not None:
        line = _line_of(error)
        what = f"cell {number}{f', line {line}' if line else ''}: {sentence(error)}"
        (reading.errors[task] if task else reading.general).append(what)
    if any(o.get("ename") == "KeyboardInterrupt" for o in cell.get("outputs", [])) and task:
        reading.cautions[task].append(f"In the notebook as handed in, cell {number} was interrupted; it was run anew.")
    if task and "evaluate(" in cell.source and (claim := claimed_accuracy(cell.get("outputs"))) is not None:
        reading.claims[task] = claim


def _execute_without_absent_modules(
    shell: Any, source: str, reading: _Reading, recorder: Recorder
) -> BaseException | None:
    """Run a cell; where a module is missing, say so, and run it again with a stand-in, unless it has trained."""
    fits = len(recorder.fits)
    for _ in range(absent.MOST):
        error = _execute(shell, source)
        if not isinstance(error, ModuleNotFoundError) or not error.name or len(recorder.fits) > fits:
            break
        absent.stand_in(error.name)
        reading.general.append(f"The module {error.name} was not handed in; its functions did nothing here.")
    return error


def _execute(shell: Any, source: str) -> BaseException | None:
    try:
        result = shell.run_cell(source, store_history=True)
    except (Exception, SystemExit) as error:
        return error
    raised: BaseException | None = result.error_before_exec or result.error_in_exec
    return raised


def _line_of(error: BaseException) -> int | None:
    if isinstance(error, SyntaxError):
        return error.lineno
    trace, line = error.__traceback__, None
    while trace is not None:
        if "ipykernel" in trace.tb_frame.f_code.co_filename or "ipython-input" in trace.tb_frame.f_code.co_filename:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _note_order(notebook: Any, reading: _Reading) -> None:
    counts = [c.execution_count for c in notebook.cells if c.cell_type == "code" and c.get("execution_count")]
    if counts != sorted(counts):
        reading.general.append(
            "The cells were handed in executed in another order than written; they were run from top to bottom."
        )


def _models(recorder: Recorder, reading: _Reading, tasks: Tasks) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for task in tasks.models:
        fits = [fit for fit in recorder.fits if fit.place.task == task]
        if fits and task in tasks.sweeps:
            found |= {} if tasks.sweeps[task] else _variants(task, fits, recorder, reading)
        elif fits:
            found[task] = _from_fits(task, fits, recorder, reading)
        elif reading.errors[task]:
            found[task] = failed(f"No training was reached: {reading.errors[task][0]}", "Mend this cell.", "notebook")
    return found


def _from_fits(task: str, fits: list[Fit], recorder: Recorder, reading: _Reading) -> dict[str, Any]:
    """The last fit counts; its model must have been built in its own section."""
    last = fits[-1]
    born = recorder.born.get(id(last.model), last.place)
    if born.task != task:
        cause = reading.errors[task][0] if reading.errors[task] else "no cell of this section builds one"
        return failed(
            f"The fit in {last.place.where} would have trained a model of another section, from {born.where}: {cause}.",
            "Build the model of a section in that section.", last.place.where, status="invalid",
        )  # fmt: skip
    # A later section that fits this model again by mistake does not count.
    of_model = [fit for fit in recorder.fits[: recorder.fits.index(last) + 1] if fit.model is last.model]
    cautions = reading.cautions[task] + [f"A cell failed: {error}" for error in reading.errors[task]]
    if len(of_model) > 1:
        cautions.append(f"The model was fitted {len(of_model)} times; the epochs add up.")
    if others := {id(fit.model) for fit in fits} - {id(last.model)}:
        cautions.append(f"{len(others) + 1} models were trained in this section; the last one counts.")
    unread = _dead_layers(last.model, recorder.alive)
    cautions += [f"The layer {name} has no effect: its output is never used." for name in unread]
    declared = declare(recorder, last, sum(fit.epochs for fit in of_model), cautions)
    if declared["status"] == "ok" and task in reading.claims:
        declared["claims"] = [{"figure": "test_accuracy", "value": reading.claims[task], "where": last.place.where}]
    return declared


def _variants(task: str, fits: list[Fit], recorder: Recorder, reading: _Reading) -> dict[str, Any]:
    """Each model that a sweep's section fits, in order; repeated fits of one model add up."""
    found, models = {}, dict.fromkeys(id(fit.model) for fit in fits)
    for number, model in enumerate(models):
        own = [fit for fit in fits if id(fit.model) == model]
        cautions = [f"A cell failed: {error}" for error in reading.errors[task]] if number == 0 else []
        found[variant_name(task, number)] = declare(recorder, own[-1], sum(fit.epochs for fit in own), cautions)
    return found


def _dead_layers(model: Any, every_model: list[Any]) -> list[str]:
    """Layers that were called on a tensor of this model, but lead to no output of any."""
    used = {id(layer) for one in every_model for layer in [one, *one.layers]}
    readers = [node.operation for layer in model.layers for node in layer._outbound_nodes]
    return sorted({reader.name for reader in readers if id(reader) not in used})
