"""Scripts: Python files that define `build_<task>()` and `TRAINING`."""

import sys
from functools import partial
from pathlib import Path
from typing import Any

from netgrade.extract.child.declare import declare, failed, sentence, where
from netgrade.extract.child.recorder import Fit, Place, Recorder, dumps
from netgrade.extract.child.variants import Tasks, divided, variant_name

TRAINING_KEYS = {"batch_size", "batches", "epochs", "validation_split", "callbacks", "augmentation", "order",
                 "encoding"}  # fmt: skip


def run_scripts(files: list[Path], tasks: Tasks, recorder: Recorder) -> dict[str, Any]:
    """Execute the files that define models; returns `models`, `answers`, `training`, `cautions` and `functions`.

    `functions` are those that make images, by task.
    """
    found: dict[str, Any] = {"models": {}, "answers": {}, "training": {}, "cautions": [], "functions": {}}
    for path in files:
        text = path.read_text(encoding="utf-8", errors="replace")
        if any(word in text for word in ("def build_", "def stylize_", "TRAINING", "ANSWERS")):
            _run_script(path, text, tasks, recorder, found)
    return found


def _run_script(path: Path, text: str, tasks: Tasks, recorder: Recorder, found: dict[str, Any]) -> None:
    space: dict[str, Any] = {"__name__": path.stem, "__file__": str(path)}
    promised = [task for task in tasks.every if f"def build_{task}(" in text]
    pictured = [task for task in tasks.every if f"def stylize_{task}(" in text]
    try:
        exec(compile(text, str(path), "exec"), space)
    except (Exception, SystemExit) as error:
        what = f"{where(error, path.parent)}: {sentence(error)}"
        found["models"] |= {
            task: failed(what, "Mend this line; the file did not run to its end.", path.name) for task in promised
        }
        found["functions"] |= {task: failed(what, "Mend this line.", path.name) for task in pictured}
        found["cautions"].append(what)
        return
    training, answers = space.get("TRAINING"), space.get("ANSWERS")
    found["answers"] |= named_answers(answers, tasks.every, path.name)
    found["training"] |= {t: v for t, v in _dict(training).items() if t in tasks.every and isinstance(v, dict)}
    makers = {task: space.get(f"stylize_{task}") for task in pictured}
    found["functions"] |= {task: maker for task, maker in makers.items() if callable(maker)}
    found["models"] |= built_models(path, space, tasks, recorder)


def built_models(path: Path, space: dict[str, Any], tasks: Tasks, recorder: Recorder) -> dict[str, Any]:
    """The models of the functions `build_<task>` in a namespace, each with its part of `TRAINING`."""
    training, found = _dict(space.get("TRAINING")), {}
    shared = training if not any(isinstance(v, dict) for v in training.values()) else {}
    for task in tasks.every:
        build = space.get(f"build_{task}")
        if not callable(build):
            continue
        settings = _dict(training.get(task)) or shared
        if task not in tasks.sweeps:
            found[task] = _build(path, task, build, settings, recorder)
            continue
        own = _dict(space.get("VARIANTS")).get(task)
        for number, combination in enumerate(tasks.combinations(task, own)):
            found[variant_name(task, number)] = _variant(path, task, build, settings, combination, recorder)
    return found


def _variant(
    path: Path, task: str, build: Any, settings: dict[str, Any], combination: dict[str, Any], recorder: Recorder
) -> dict[str, Any]:
    try:
        arguments, rest = divided(build, combination)
    except (TypeError, ValueError) as error:
        return failed(f"build_{task}: {error}", f"Define build_{task}({', '.join(combination)}).", path.name)
    return _build(path, task, partial(build, **arguments), settings | rest, recorder)


def named_answers(answers: Any, tasks: list[str], source: str) -> dict[str, Any]:
    """What `ANSWERS` holds for tasks of the assignment."""
    return {t: {"text": _text(v), "source": source} for t, v in _dict(answers).items() if t in tasks}


def _build(path: Path, task: str, build: Any, settings: dict[str, Any], recorder: Recorder) -> dict[str, Any]:
    source = f"{path.name}: build_{task}"
    recorder.place = Place(task, source)
    fits_before = len(recorder.fits)
    try:
        model = build()
    except (Exception, SystemExit) as error:
        return failed(
            f"{where(error, path.parent)}: {sentence(error)}", f"build_{task}() has to return a model.", source
        )
    finally:
        sys.stdout.flush()
    cautions = [f"TRAINING: `{key}` is not known and was left out." for key in settings if key not in TRAINING_KEYS]
    if len(recorder.fits) > fits_before:
        cautions.append("fit was called while the model was built; it trained nothing, and TRAINING counts.")
    try:
        listed, notes = recorder.callbacks(model, settings.get("callbacks"), _number(settings.get("epochs")))
    except (Exception, SystemExit) as error:
        what = f"{where(error, path.parent)}: {sentence(error)}"
        return failed(what, "Mend the callbacks in TRAINING, and compile the model.", source)
    declared = {
        "batch_size": settings.get("batch_size"),
        "batches": settings.get("batches"),
        "dataset": "",
        "validation_fraction": settings.get("validation_split"),
        "callbacks": listed,
        "augmentation": _dict(settings.get("augmentation")),
        "transform": dict(zip(("scale", "offset"), recorder.usual_scaling(task), strict=True)),
        "encoding": settings.get("encoding") or "",
        "order": settings.get("order") or "shuffled",
        "cautions": notes,
    }
    return declare(recorder, Fit(model, recorder.place, 0, declared), settings.get("epochs"), cautions)


def _number(epochs: Any) -> float:
    """For how many epochs a callback is asked; whether it is a number at all is checked with the declaration."""
    try:
        return float(epochs or 1)
    except (TypeError, ValueError, OverflowError):
        return 1.0


def _text(answer: Any) -> str:
    """An answer as text, layers of a network as JSON; Python does not print whole numbers of thousands of digits."""
    items = answer if isinstance(answer, list | tuple) else [answer]
    try:
        return dumps(answer).decode() if any(isinstance(item, dict) for item in items) else str(answer)
    except Exception:
        return f"({type(answer).__name__} that cannot be shown)"


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
