"""Extract one submission: run it in the sandbox, and read what comes out as data that may be hostile."""

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from netgrade.documents import MOST_YAML, dotted, parse_yaml, printable, read_text, short
from netgrade.errors import PlanError, SpecError, UnreadableError
from netgrade.extract.drawings import read_drawings
from netgrade.extract.pictures import asked_pictures, has_pictures, read_pictures
from netgrade.extract.sandbox import Backend, Run, View, backend_of, run_unprotected
from netgrade.extract.saved import read_saved
from netgrade.objects.assignment import Assignment
from netgrade.objects.base import Cause, Status
from netgrade.objects.dataset import Datasets
from netgrade.objects.declaration import Answer, Declaration, ModelDeclaration
from netgrade.objects.sandbox import SandboxTest
from netgrade.objects.submission import Submission
from netgrade.objects.tasks import SweepTask, WrittenTask
from netgrade.objects.tasks.sweep import MOST_VARIANTS, split_id
from netgrade.untrusted import read_json

MOST_ANSWER = 20_000
MOST_SENTENCES = 50
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}(/[0-9]{3})?")
UNANSWERED = ("", "~", "null")
KILLED = (-9, 137)
"""Exit codes after SIGKILL: bubblewrap's own, and of the program in it."""

Given = Mapping[str, Mapping[str, Path]]
"""The instructor's images, by task and name."""

Settings = dict[str, tuple[str, dict[str, Any]]]
"""By task: where its training was described, and how."""


def extract(
    submission: Submission,
    assignment: Assignment,
    datasets: Datasets,
    isolation: str,
    sandbox: SandboxTest | None = None,
    given: Given | None = None,
    pictures: Path | None = None,
    backend: Backend | None = None,
) -> Declaration:
    """Find out what a submission asks for. Trouble of the submission is in the result, never an exception.

    `sandbox` is the self-test that was made before; it stays with the result. `given` are the instructor's images, and
    `pictures` is where those of the submission are kept; without it, they are not. `backend` is another form of the one
    that `isolation` names.
    """
    base = Declaration(slug=submission.slug, submission=submission.digest, isolation=isolation, sandbox=sandbox)
    if not submission.ok:
        return base.model_copy(update={"status": submission.status, "cause": submission.cause})
    if missing := [data for data in datasets.values() if not data.ok]:
        return base.model_copy(update={"status": Status.FAULT, "cause": missing[0].cause})
    folder = Path(submission.folder).resolve()
    answers, settings, notes = _read_plain_files(folder, assignment)
    drawings, more_notes = read_drawings(submission, assignment, isolation)
    notes = [*notes, *more_notes][:MOST_SENTENCES]
    base = base.model_copy(update={"answers": answers, "drawings": drawings, "cautions": notes})
    names = [file.path for file in submission.files]
    if any(name.endswith((".py", ".ipynb")) for name in names) or has_pictures(assignment, names):
        if isolation != "none":
            backend = backend or backend_of(isolation)
        base, more = _executed(base, submission, assignment, datasets, backend, given or {}, pictures)
        settings = {task: ("TRAINING", given) for task, given in more.items()} | settings
    return _with_saved_models(base, submission, assignment, datasets, settings)


def _executed(
    base: Declaration,
    submission: Submission,
    assignment: Assignment,
    datasets: Datasets,
    backend: Backend | None,
    given: Given,
    pictures: Path | None,
) -> tuple[Declaration, dict[str, Any]]:
    run = _run(submission, assignment, datasets, backend, given)
    if _was_killed(run, assignment):
        # By its own hand, or from outside, say where the machine's memory was short? A second run tells.
        run = _run(submission, assignment, datasets, backend, given)
    changes: dict[str, Any] = {"seconds": run.seconds, "output": run.output}
    status, cause = _ending(run, assignment)
    if status is not Status.OK:
        return base.model_copy(update=changes | {"status": status, "cause": cause}), {}
    try:
        found = read_json(run.result)
        models = {name: _model(raw) for name, raw in found["models"].items() if _is_expected(name, assignment)}
        answers = {t.id: _answer(found["answers"][t.id]) for t in assignment.tasks if t.id in found["answers"]}
        cautions = [str(c)[:500] for c in found["cautions"][:MOST_SENTENCES]]
        images = read_pictures(found.get("pictures", {}), assignment, pictures)
        training = {k: v for k, v in found["training"].items() if isinstance(v, dict)}
    except (UnreadableError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = error.what if isinstance(error, UnreadableError) else f"{type(error).__name__}: {str(error)[:200]}"
        what = f"The result of the submission's code could not be read ({reason})."
        cause = Cause(what=printable(what), remedy="Return plain numbers, texts, lists and Keras models.")
        return base.model_copy(update=changes | {"status": Status.FAILED, "cause": cause}), {}
    changes |= {"models": models, "pictures": images, "answers": answers | base.answers}
    changes |= {"cautions": base.cautions + cautions}
    return base.model_copy(update=changes), training


def _is_expected(name: str, assignment: Assignment) -> bool:
    """Whether a model of this name belongs to a task: its own, or one of its variants."""
    if not NAME.fullmatch(name):
        return False
    task, number, dataset = split_id(name)
    known = next((one for one in assignment.model_tasks if one.id == task), None)
    if isinstance(known, SweepTask):
        most = len(known.combinations) or MOST_VARIANTS
        return number is None or (number < most and not dataset)
    return known is not None and number is None


def shown_files(datasets: Datasets, given: Given) -> dict[str, Path]:
    """What every submission of an assignment sees beside its own files, by its place in the sandbox."""
    names = ("train_images.npy", "train_labels.npy")
    shown = {f"/data/{data.name}/{name}": Path(data.folder, name) for data in datasets.values() for name in names}
    return shown | {f"/given/{task}/{name}": path for task, files in given.items() for name, path in files.items()}


def _run(
    submission: Submission, assignment: Assignment, datasets: Datasets, backend: Backend | None, given: Given
) -> Run:
    isolated = backend is not None and backend.confines
    inside = {task: {name: f"/given/{task}/{name}" for name in files} for task, files in given.items()}
    folder = Path(submission.folder).resolve()
    request = {
        "submission": "/submission" if isolated else str(folder),
        "files": [file.path for file in submission.files],
        "datasets": {
            name: {"folder": f"/data/{name}" if isolated else data.folder, "test_images": data.test_images}
            for name, data in datasets.items()
        },
        "dataset_of": {task.id: assignment.dataset_of(task) for task in assignment.model_tasks},
        "sweeps": {task.id: task.combinations for task in assignment.tasks if isinstance(task, SweepTask)},
        "headings": {task.id: task.headings for task in assignment.tasks},
        "markers": assignment.markers,
        "closing": assignment.closing_headings,
        "pictures": asked_pictures(assignment, inside if isolated else _outside(given)),
    }
    command = [sys.executable, "-P", "-s", "-m", "netgrade.extract.child"]
    content = json.dumps(request).encode()
    if backend is None:
        source = {"PYTHONPATH": str(Path(__file__).parents[2])}
        return run_unprotected(command, content, assignment.sandbox, source)
    return backend.run(command, content, View(folder, shown_files(datasets, given)), assignment.sandbox)


def _outside(given: Given) -> dict[str, dict[str, str]]:
    return {task: {name: str(path.resolve()) for name, path in files.items()} for task, files in given.items()}


def _was_killed(run: Run, assignment: Assignment) -> bool:
    """Whether something ended the code that was none of its limits."""
    limited = (
        run.timed_out or run.too_much_output or run.out_of_memory or run.seconds >= assignment.sandbox.cpu_seconds - 1
    )
    return run.exit_code in KILLED and not limited and not run.result.endswith(b"}")


def _ending(run: Run, assignment: Assignment) -> tuple[Status, Cause | None]:
    """What the way it ended says; the exit code alone says nothing, because the code may set it."""
    limits = assignment.sandbox
    if not run.ended:
        what = "A process that the code started could not be ended."
        return Status.FAULT, Cause(what=what, remedy="The machine needs a person: see what runs there.")
    remedy = "fit() returns at once here: look for an endless loop, or for training by hand."
    if run.timed_out:
        what = f"The code ran longer than the {limits.wall_seconds} s it may take (a timeout)."
        return Status.TIMEOUT, Cause(what=what, remedy=remedy)
    if not run.result and run.exit_code in (-24, 152, *KILLED) and run.seconds >= limits.cpu_seconds - 1:
        what = f"The code used more than the {limits.cpu_seconds} s of processor time it may take (a timeout)."
        return Status.TIMEOUT, Cause(what=what, remedy=remedy)
    if run.too_much_output:
        return Status.FAILED, Cause(
            what=f"The code printed or wrote more than {limits.output_mb} MB.", remedy="Print less."
        )
    if run.result:
        return Status.OK, None
    if (
        run.out_of_memory
        or "MemoryError" in run.output
        or "bad_alloc" in run.output
        or "Resource exhausted" in run.output
    ):
        what = f"The code needed more than the {limits.memory_mb} MB of memory it may use."
        return Status.OUT_OF_MEMORY, Cause(what=what, remedy="Make the model or the data it builds smaller.")
    return Status.FAILED, Cause(
        what="The program ended before all of the submission was read.",
        remedy="Leave out exit(), and look at the end of its output below.",
    )


def _model(raw: Any) -> ModelDeclaration:
    """One declared model; what does not fit the form is invalid, and says which field."""
    try:
        return ModelDeclaration.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        source = raw["source"] if isinstance(raw, dict) and isinstance(raw.get("source"), str) else "The declaration"
        expected = first["msg"].partition(", unable to parse")[0]
        what = f"{source[:200]}: `{dotted(first['loc'])[:200]}` is {short(first['input'])}, not usable: {expected}."
        return ModelDeclaration(status=Status.INVALID, cause=Cause(what=what, remedy="Mend this value."))


def _answer(raw: Any) -> Answer:
    return Answer(text=str(raw["text"])[:MOST_ANSWER], source=str(raw["source"])[:200])


def _read_plain_files(folder: Path, assignment: Assignment) -> tuple[dict[str, Answer], Settings, list[str]]:
    """answers.yaml and training.yaml, which are data and need no sandbox."""
    notes: list[str] = []
    answers = _read_answers(folder / "answers.yaml", assignment, notes)
    training = _yaml(folder / "training.yaml", notes)
    without = [str(key)[:60] for key, value in training.items() if not isinstance(value, dict)]
    notes += [f"training.yaml: `{key}` has no settings such as `epochs: 10`." for key in without]
    settings = {str(key): ("training.yaml", value) for key, value in training.items() if isinstance(value, dict)}
    return answers, settings, notes[:MOST_SENTENCES]


def _read_answers(path: Path, assignment: Assignment, notes: list[str]) -> dict[str, Answer]:
    """A question's answer as it was written; what other kinds ask for, as the numbers and texts that YAML reads."""
    written, doubts = _yaml(path, notes, as_written=True), list[str]()
    typed = _yaml(path, doubts)
    notes += [doubt for doubt in doubts if doubt not in notes]
    known = {task.id: task for task in assignment.tasks}
    unknown = [key for key in written if key not in known]
    notes += [f"{path.name}: no task is called `{key[:60]}`." for key in unknown[:MOST_SENTENCES]]
    as_text = {key for key, task in known.items() if isinstance(task, WrittenTask)}
    texts = {key: _written(value) if key in as_text else _values(typed.get(key)) for key, value in written.items()}
    return {
        key: Answer(text=text[:MOST_ANSWER], source=path.name)
        for key, text in texts.items()
        if key in known and text.strip() not in UNANSWERED
    }


def _values(value: Any) -> str:
    """An answer with keys of its own as JSON, which the kind of its task reads; anything else as it stands."""
    items = value if isinstance(value, list) else [value]
    if any(isinstance(item, dict) for item in items):
        return json.dumps(value, default=str)
    return "" if value is None else str(value)


def _written(value: Any) -> str:
    """A value of answers.yaml as one text: lists in brackets, or line by line where an item holds a comma."""
    if isinstance(value, dict):
        return "\n".join(f"{key}: {_written(item)}" for key, item in value.items())
    if not isinstance(value, list):
        return "" if value is None else str(value)
    items = [_written(item) for item in value]
    plain = all(isinstance(item, list) or not set(text) & set(",\n") for item, text in zip(value, items, strict=True))
    return f"[{', '.join(items)}]" if plain else "\n".join(items)


def _yaml(path: Path, notes: list[str], as_written: bool = False) -> dict[str, Any]:
    if not path.is_file() or path.is_symlink():
        return {}
    try:
        content, places = parse_yaml(read_text(path, MOST_YAML), path.name, as_written)
    except SpecError as error:
        # The student knows the file by its name, not by where the grader keeps it.
        notes.append(error.what.replace(str(path), path.name)[:300])
        return {}
    notes += [f"{path.name}: `{dotted(again)[:60]}` occurs twice; the last one counts." for again in places.doubled]
    if content is not None and not isinstance(content, dict):
        notes.append(f"{path.name}: expected lines of the form `task: value`")
    return content if isinstance(content, dict) else {}


def _with_saved_models(
    base: Declaration, submission: Submission, assignment: Assignment, datasets: Datasets, settings: Settings
) -> Declaration:
    """Add a task's saved model where no code declares one."""
    models, cautions = dict(base.models), list(base.cautions)
    for file in submission.files:
        path = Path(submission.folder, file.path)
        if path.suffix != ".keras":
            continue
        task = next((t for t in assignment.model_tasks if path.stem.lower() == t.id), None)
        if task is None:
            cautions.append(f"{path.name[:80]} belongs to no task: call it <task>.keras.")
        elif task.id not in models:
            pictures = datasets[assignment.dataset_of(task)].pictures
            models[task.id] = _saved(path, *settings.get(task.id, ("training.yaml", {})), 1 / 255 if pictures else 1.0)
    return base.model_copy(update={"models": models, "cautions": cautions})


def _saved(path: Path, source: str, settings: dict[str, Any], scale: float) -> ModelDeclaration:
    """A saved model, with the settings that `source` gives for its training, on data multiplied by `scale`."""
    try:
        described = read_saved(path)
    except PlanError as error:
        return ModelDeclaration(status=Status.INVALID, cause=Cause(what=error.what, remedy=error.remedy))
    training = {
        "epochs": settings.get("epochs"),
        "batch_size": settings.get("batch_size"),
        "validation_fraction": settings.get("validation_split"),
        "transform": {"scale": [scale], "offset": [0.0]},
        "encoding": settings.get("encoding") or "",
        "order": settings.get("order") or "shuffled",
    }
    read = _model(training | {"source": f"{source}: {path.stem[:60]}"})
    return _model(described | training | {"source": path.name[:200]}) if read.ok else read
