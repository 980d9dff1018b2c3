"""Looks: for each task, what was found of it, whether it will be graded, and what to mend."""

from netgrade.kinds.readings import reading_of, shortened
from netgrade.objects.base import Cause, Digest, ModelId
from netgrade.objects.dataset import Datasets
from netgrade.objects.declaration import Declaration
from netgrade.objects.plan import CheckedModel, CheckedSubmission, Plan
from netgrade.objects.selfcheck import ModelLook, State, TaskLook
from netgrade.objects.submission import Submission
from netgrade.objects.tasks import (
    ClassifierTask,
    ClockTask,
    DiagnosisTask,
    Limits,
    SeesTask,
    StyleTask,
    SweepTask,
    Task,
    WrittenTask,
)
from netgrade.objects.tasks.sweep import split_id
from netgrade.selfcheck.pace import Pace, training_span
from netgrade.selfcheck.sources import Promise, Sources

Trained = ClassifierTask | ClockTask | DiagnosisTask | SweepTask

_WAITS = "its layers are read when the code runs"


def look_at(
    task: Task,
    submission: Submission,
    declaration: Declaration,
    checked: CheckedSubmission,
    plans: dict[Digest, Plan],
    data: Datasets,
    sources: Sources | None = None,
    pace: Pace | None = None,
) -> TaskLook:
    """What was found of one task. With `sources`, nothing was run yet, and what they promise counts as found.

    With the machine's `pace`, how long each training takes is estimated.
    """
    promise = sources.promises.get(task.id, Promise()) if sources else None
    if isinstance(task, Trained):
        own = {name: model for name, model in checked.models.items() if _is_own(name, task)}
        looks = {name: _model(model, task, plans, data, pace) for name, model in own.items()}
        found = _models(task, declaration, own, looks, promise)
        return _with_answer(task, declaration, found) if _is_named(task) else found
    if isinstance(task, StyleTask):
        return _pictures(task, submission, declaration, promise)
    if isinstance(task, SeesTask):
        return _drawings(task, submission, declaration, promise)
    return _answer(task, declaration, promise)


def _models(
    task: Trained,
    declaration: Declaration,
    own: dict[ModelId, CheckedModel],
    looks: dict[ModelId, ModelLook],
    promise: Promise | None,
) -> TaskLook:
    where = next((model.source for model in own.values() if model.source), "")
    if promise and promise.mistakes:
        return _look(task, State.MEND, promise.mistakes[0], ", ".join(promise.where[:4]), looks)
    broken = next(((name, model) for name, model in own.items() if not _is_usable(task, model)), None)
    if broken:
        name, model = broken
        cause = model.cause or Cause(what="It cannot be trained.")
        variant = f"Variant {name.partition('/')[2]}: " if "/" in name else ""
        return _look(task, State.MEND, Cause(what=variant + cause.what, remedy=cause.remedy), where, looks)
    if isinstance(task, SweepTask) and own and len(own) < task.wanted:
        what = f"{len(own)} of {task.wanted} variants were found."
        return _look(task, State.MEND, Cause(what=what), where, looks)
    if own:
        return _look(task, State.READY, Cause(what=_summary(own)), where, looks)
    if promise and promise.where:
        return _look(task, State.READY, Cause(what=f"found; {_WAITS}"), ", ".join(promise.where[:4]))
    if not declaration.ok and declaration.cause:
        return _look(task, State.MEND, declaration.cause)
    below = f", or call compile and fit below the heading “{task.headings[0]}”" if task.headings else ""
    return _look(task, State.MISSING, Cause(what="no model was found", remedy=f"Define build_{task.id}(){below}."))


def _model(
    model: CheckedModel, task: Trained, plans: dict[Digest, Plan], data: Datasets, pace: Pace | None
) -> ModelLook:
    plan = plans.get(model.plan or "")
    if plan is None:
        return ModelLook(model=model)
    seconds = training_span(plan, model, data[plan.dataset], pace) if pace else None
    return ModelLook(model=model, settings=_settings(task, model, plan), seconds=seconds)


def _settings(task: Trained, model: CheckedModel, plan: Plan) -> list[str]:
    """How it will be trained, and each limit that is a number beside what was found."""
    limits = task.limits
    rate = plan.optimizer.arguments.get("learning_rate")
    length = f"{plan.batches} batches" if plan.batches else f"{plan.epochs} epoch{'s' * (plan.epochs != 1)}"
    told = [
        f"{model.parameters:,} parameters{_most(limits.parameters)}",
        f"{length}{_most(limits.epochs)} in batches of {plan.batch_size}",
        f"{plan.optimizer.kind}{f' at {rate:g}' if isinstance(rate, float) else ''}, {plan.loss.replace('_', ' ')}",
        f"{plan.validation_fraction:.0%} of the training images held out for validation",
    ]
    return [*told, *_kept(limits), *_reached(task)]


def _kept(limits: Limits) -> list[str]:
    """The limits that are no number beside one: a model with a plan keeps them all."""
    bounds = {
        "hidden units": limits.hidden_units and f"at most {limits.hidden_units:,}",
        "fewer parameters than": limits.fewer_parameters_than,
        "with": ", ".join(limits.required_layers),
        "without": ", ".join(limits.forbidden_layers),
        "nothing but": ", ".join(limits.only_layers or []),
    }
    kept = "; ".join(f"{name} {bound}" for name, bound in bounds.items() if bound)
    return [f"kept: {kept}"] if kept else []


def _reached(task: Trained) -> list[str]:
    threshold = None if isinstance(task, DiagnosisTask) else task.threshold
    return [f"to reach: {threshold}"] if threshold else []


def _most(limit: int | None) -> str:
    return f" of at most {limit:,}" if limit is not None else ""


def _summary(own: dict[ModelId, CheckedModel]) -> str:
    sizes = [model.parameters for model in own.values()]
    if len(own) > 1:
        return f"{len(own)} variants of {min(sizes):,} to {max(sizes):,} parameters"
    [model] = own.values()
    layers = f"{len(model.rows)} layer{'s' * (len(model.rows) != 1)}"
    return f"{model.parameters:,} parameters in {layers}" if model.rows else "layers that do not fit, as asked for"


def _is_own(name: ModelId, task: Trained) -> bool:
    of_task, _, dataset = split_id(name)
    return of_task == task.id and not dataset


def _is_usable(task: Trained, model: CheckedModel) -> bool:
    """Whether it will be trained, or is ill in a way that the task may ask for."""
    return (model.ok and model.plan is not None) or (isinstance(task, DiagnosisTask) and bool(model.misfit))


def _is_named(task: Trained) -> bool:
    """Whether the student also has to say what ails the model."""
    return isinstance(task, DiagnosisTask) and task.expects is None


def _with_answer(task: Trained, declaration: Declaration, found: TaskLook) -> TaskLook:
    answered = _answer(task, declaration, None)
    return found if found.state is not State.READY else answered.model_copy(update={"models": found.models})


def _answer(task: Task, declaration: Declaration, promise: Promise | None) -> TaskLook:
    answer = declaration.answers.get(task.id)
    if answer is None:
        where = f"Write it into answers.yaml as `{task.id}: ...`."
        remedy = task.where_to_answer if isinstance(task, WrittenTask) else where
        waits = " yet; what code names as an answer is read when it runs" if promise is not None else ""
        return _look(task, State.MISSING, Cause(what=f"no answer was found{waits}", remedy=remedy))
    reading = reading_of(task, answer.text)
    if reading.clear:
        return _look(task, State.READY, Cause(what=reading.told), answer.source)
    unclear = Cause(what=f"“{shortened(answer.text)}”: {reading.told}", remedy=reading.remedy)
    return _look(task, State.MEND, unclear, answer.source)


def _pictures(task: StyleTask, submission: Submission, declaration: Declaration, promise: Promise | None) -> TaskLook:
    pictures = declaration.pictures.get(task.id)
    files = [file.path for file in submission.files if _lies_in(file.path, (task.id, "style"))]
    if promise is not None and (promise.where or files):
        where = ", ".join([*promise.where, *files][:4])
        mistake = promise.mistakes[0] if promise.mistakes else None
        found = Cause(what="found; the images are read when the code runs")
        return _look(task, State.MEND if mistake else State.READY, mistake or found, where)
    if pictures and pictures.failed:
        name, cause = next(iter(pictures.failed.items()))
        return _look(task, State.MEND, Cause(what=f"{name}: {cause.what}", remedy=cause.remedy))
    missing = [name for name in task.hand_in if not pictures or name not in pictures.found]
    remedy = f"Define stylize_{task.id}(content, style), or hand in {task.id}/{(missing or task.hand_in)[0]}.png."
    if len(missing) == len(task.hand_in):
        failed = declaration.cause if not declaration.ok else None
        absent = failed or Cause(what="no image was found", remedy=remedy)
        return _look(task, State.MEND if failed else State.MISSING, absent)
    if missing:
        return _look(task, State.MEND, Cause(what=f"images are missing: {', '.join(missing)}", remedy=remedy))
    return _look(task, State.READY, Cause(what=f"{len(task.hand_in)} image{'s' * (len(task.hand_in) > 1)}"))


def _drawings(task: SeesTask, submission: Submission, declaration: Declaration, promise: Promise | None) -> TaskLook:
    files = [file.path for file in submission.files if _lies_in(file.path, (task.id,))]
    remedy = f"Hand in {task.id}/drawing-1.png to drawing-{task.drawings}.png, as the drawing page writes them."
    if len(files) < task.drawings:
        state = State.MEND if files else State.MISSING
        return _look(task, state, Cause(what=f"{len(files)} of {task.drawings} drawings were found", remedy=remedy))
    if promise is not None:
        return _look(task, State.READY, Cause(what=f"{len(files)} drawings; they are opened when the code runs"))
    broken = next((one for one in declaration.drawings.get(task.id, []) if not one.ok), None)
    if broken and broken.cause:
        return _look(task, State.MEND, broken.cause)
    if task.id not in declaration.answers:
        what = "the drawings are there, but not what they are to be taken for"
        say = f"Write it into answers.yaml below `{task.id}:`, as `drawing-1: {{drawn: 4, taken_for: 6}}`."
        return _look(task, State.MEND, Cause(what=what, remedy=say))
    return _answer(task, declaration, None)


def _lies_in(path: str, folders: tuple[str, ...]) -> bool:
    parts = path.lower().split("/")
    return len(parts) > 1 and parts[-2] in folders and path.lower().endswith((".png", ".jpg", ".jpeg"))


def _look(
    task: Task, state: State, cause: Cause, where: str = "", models: dict[ModelId, ModelLook] | None = None
) -> TaskLook:
    return TaskLook(
        task=task.id, title=task.title, kind=task.kind, points=task.points, state=state, where=where,
        told=cause.what, remedy=cause.remedy, models=models or {},
    )  # fmt: skip
