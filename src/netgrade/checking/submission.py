"""Check one submission: every model on its own, then the rules between models."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil

from netgrade.checking import clocks, given, refusals, rules, training, variants
from netgrade.checking.graph import Graph, read_graph
from netgrade.errors import PlanError, ShapeError, UnsupportedError
from netgrade.heard import heard, heard_cause
from netgrade.language import later
from netgrade.objects.assignment import Assignment
from netgrade.objects.base import Cause, Digest, ModelId, Status
from netgrade.objects.dataset import Dataset, Datasets
from netgrade.objects.declaration import Declaration, ModelDeclaration
from netgrade.objects.plan import CheckedModel, CheckedSubmission, Head, Layer, Misfit, Plan
from netgrade.objects.sight import Drawing
from netgrade.objects.tasks import ClassifierTask, ClockTask, DiagnosisTask, ModelTask, SweepTask
from netgrade.objects.tasks.sweep import split_id
from netgrade.phrases import caused, phrases_of, told

_TRAINED_WITH_OTHER = {
    "epochs": later("trained with other epochs"),
    "batch_size": later("trained with other batch size"),
    "optimizer": later("trained with other optimizer"),
    "loss": later("trained with other loss"),
    "validation_fraction": later("trained with other validation fraction"),
    "augmentation": later("trained with other augmentation"),
    "callbacks": later("trained with other callbacks"),
    "order": later("trained with other order"),
}

SPANS = 30
"""Points of the curves of a training whose length is counted in batches."""


@dataclass
class _Draft:
    """One task's model while it is checked."""

    name: ModelId
    task: ModelTask
    declared: ModelDeclaration
    dataset: Dataset
    graph: Graph | None = None
    plan: Plan | None = None
    status: Status = Status.OK
    cause: Cause | None = None
    misfit: Misfit = ""
    difference: list[str] = field(default_factory=list)
    factors: dict[str, str] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    given: bool = False
    """Set by the assignment: that layers do not fit may be its point, and any other mistake is no student's."""

    def refuse(self, error: PlanError) -> None:
        """Keep the first reason; a model that broke a rule is not trained. What we cannot do is our own fault."""
        if self.status is Status.OK:
            ours = isinstance(error, UnsupportedError) or (self.given and not isinstance(error, ShapeError))
            self.status = Status.FAULT if ours else Status.INVALID
            self.cause, self.plan = caused(error.what, error.remedy), None
            self.misfit = "checked" if isinstance(error, ShapeError) else ""


def check(
    declaration: Declaration, assignment: Assignment, datasets: Datasets
) -> tuple[CheckedSubmission, dict[str, Plan]]:
    """Check all models of one submission; the plans are those that may be trained, by digest."""
    drafts = {draft.name: draft for draft in _drafts(declaration, assignment, datasets)}
    for draft in drafts.values():
        _check_alone(draft, assignment)
    _tell_variants_apart(drafts, assignment)
    graphs = {name: draft.graph for name, draft in drafts.items() if draft.graph}
    for draft in drafts.values():
        _check_between(draft, drafts, graphs)
    plans = {draft.plan.digest: draft.plan for draft in drafts.values() if draft.plan}
    checked = CheckedSubmission(
        slug=declaration.slug,
        submission=declaration.submission,
        isolation=declaration.isolation,
        status=declaration.status,
        cause=heard_cause(declaration.cause),
        models={name: _result(draft) for name, draft in drafts.items()},
        answers=declaration.answers,
        drawings={task: [_heard(drawing) for drawing in found] for task, found in declaration.drawings.items()},
        pictured=sorted(declaration.pictures),
        findings=declaration.cautions,
        phrases=phrases_of(map(heard, declaration.cautions)),
        output=declaration.output,
    )
    return checked, plans


def _heard(drawing: Drawing) -> Drawing:
    return drawing.model_copy(update={"cause": heard_cause(drawing.cause)})


def _drafts(declaration: Declaration, assignment: Assignment, datasets: Datasets) -> Iterator[_Draft]:
    """A draft for every model, handed in or given, and for every copy of a variant on another data set."""
    for task in assignment.model_tasks:
        own = datasets[assignment.dataset_of(task)]
        if isinstance(task, DiagnosisTask) and task.given_model:
            yield _Draft(task.id, task, given.declared(task.given_model, own), own, given=True)
        elif task.id in declaration.models and not isinstance(task, SweepTask):
            yield _Draft(task.id, task, declaration.models[task.id], own)
        elif isinstance(task, SweepTask):
            for name, declared, data in variants.models_of(task, declaration.models, own, datasets):
                yield _Draft(name, task, declared, data)


def waiting_plans(assignment: Assignment, checked: Sequence[CheckedSubmission]) -> list[Digest]:
    """Plans of copies that only the best variants of a sweep will need: grading asks for them."""
    carried = {task.id: task.carry.dataset for task in assignment.tasks if isinstance(task, SweepTask) and task.carry}
    now: set[Digest] = set()
    later: set[Digest] = set()
    for name, model in (item for submission in checked for item in submission.models.items()):
        task, _, dataset = split_id(name)
        if model.plan:
            (later if dataset and carried.get(task) == dataset else now).add(model.plan)
    return sorted(later - now)


def _tell_variants_apart(drafts: dict[ModelId, _Draft], assignment: Assignment) -> None:
    for task in assignment.tasks:
        if isinstance(task, SweepTask):
            own = {name: d.plan for name, d in drafts.items() if split_id(name)[0] == task.id and d.plan}
            for name, factors in variants.factors_of(task, own).items():
                drafts[name].factors = factors


def _check_alone(draft: _Draft, assignment: Assignment) -> None:
    declared, dataset = draft.declared, draft.dataset
    draft.findings += map(heard, declared.cautions)
    if not declared.ok:
        explained = refusals.explained(declared.cause) if declared.status is Status.FAILED else None
        draft.status, draft.cause = declared.status, explained or heard_cause(declared.cause)
        draft.misfit = "reported" if explained else ""
        return
    if not dataset.ok:
        draft.status, draft.cause = Status.FAULT, dataset.cause
        return
    try:
        rules.check_dataset(declared.dataset, dataset)
        draft.graph = read_graph(declared.architecture, dataset.shape, several=isinstance(draft.task, ClockTask))
        rules.check_input(draft.graph, dataset.shape)
        asked = _plan(draft, draft.graph, assignment, dataset)
        rules.check_limits(draft.graph, _epochs(asked, dataset), draft.task.limits)
        draft.plan = asked.at(assignment.scale)
    except PlanError as error:
        draft.refuse(error)
    # The allow-list names each thing it expects; what still gets through as a strange type is refused like the rest.
    except (TypeError, ValueError, KeyError, AttributeError, IndexError, RecursionError, OverflowError) as error:
        draft.refuse(PlanError(told("The declaration could not be understood ({error}).", error=type(error).__name__)))


def _plan(draft: _Draft, graph: Graph, assignment: Assignment, dataset: Dataset) -> Plan:
    declared = draft.declared
    batches = training.read_batches(declared.batches)
    most = training.most_epochs(dataset)
    epochs = ceil(batches / ceil(batches / SPANS)) if batches else training.read_epochs(declared.epochs, most)
    encoding, heads = _stated(draft, graph, len(dataset.classes))
    loss, loss_arguments = (
        (heads[0].loss, heads[0].loss_arguments) if heads else training.read_loss(declared.loss, declared.loss_config)
    )
    optimizer = training.read_optimizer(declared.optimizer)
    callbacks, notes = training.read_callbacks(declared.callbacks, epochs)
    training.check_one_rate(optimizer, callbacks)
    stated = {head.output: (head.loss, head.loss_arguments) for head in heads} or {-1: (loss, loss_arguments)}
    doubts = [doubt for output, given in stated.items() for doubt in _doubts(graph.layers[output], *given)]
    draft.findings += [*notes, *_unused(graph), *doubts]
    plan = Plan(
        dataset=dataset.name,
        layers=graph.layers,
        output=graph.outputs[0],
        optimizer=optimizer,
        loss=loss,
        loss_arguments=loss_arguments,
        batch_size=training.read_batch_size(declared.batch_size, dataset.train_images),
        epochs=epochs,
        batches=batches,
        validation_fraction=_validation(declared.validation_fraction, assignment),
        order=draft.task.order or training.read_order(declared.order),
        transform=training.read_transform(declared.transform, dataset.shape[-1]),
        augmentation=training.read_augmentation(declared.augmentation, dataset.pictures),
        callbacks=callbacks,
        encoding=encoding,
        heads=heads,
    )
    return plan


def _stated(draft: _Draft, graph: Graph, classes: int) -> tuple[str | None, tuple[Head, ...]]:
    """How the outputs state the time, where the task is to tell it; else they must be classes."""
    if not isinstance(draft.task, ClockTask):
        rules.check_output(graph, classes)
        return None, ()
    clocks.check_monitors(draft.declared.callbacks)
    encoding, heads = clocks.read_heads(draft.task, graph, draft.declared)
    draft.findings.append(told("The outputs are read as “{encoding}”.", encoding=encoding))
    return encoding, heads


def _epochs(plan: Plan, dataset: Dataset) -> int:
    """How often the training goes over the images it may use."""
    if plan.batches is None:
        return plan.epochs
    images = dataset.train_images * (1 - plan.validation_fraction)
    return ceil(plan.batches * plan.batch_size / images)


def _validation(fraction: float | None, assignment: Assignment) -> float:
    """What the student held out, within reason; the assignment's share where nothing was said."""
    if fraction is None:
        return assignment.split.validation
    if not 0.01 <= fraction <= 0.9:
        raise PlanError(told("The validation share is {share}; expected 0.01 to 0.9.", share=f"{fraction:g}"))
    return round(fraction, 6)


def _unused(graph: Graph) -> list[str]:
    return [
        told("The layer {layer} leads nowhere: nothing that the output depends on reads it.", layer=name)
        for name in graph.unused
    ]


def _doubts(last: Layer, loss: str, arguments: dict[str, float]) -> list[str]:
    """Things that are allowed of an output and its loss, and seldom meant."""
    found = []
    activation = last.arguments.get("activation", "softmax" if last.kind == "Softmax" else "linear")
    if loss.endswith("crossentropy") and activation == "linear" and not arguments.get("from_logits"):
        found.append(
            later("The last layer has no softmax, but the loss expects probabilities (from_logits is not set).")
        )
    if loss.endswith("crossentropy") and activation == "softmax" and arguments.get("from_logits"):
        found.append(later("The last layer is a softmax, but the loss expects logits (from_logits is set)."))
    return found


def _check_between(draft: _Draft, drafts: dict[str, _Draft], graphs: dict[str, Graph]) -> None:
    """Rules that compare with another task of the same submission."""
    rule = draft.task.difference if isinstance(draft.task, ClassifierTask) else None
    if draft.graph is None:
        return
    base = graphs.get(rule.compared_with) if rule else None
    if base:
        draft.difference = rules.describe_difference(base, draft.graph)
    if draft.plan is None:
        return
    try:
        if note := rules.check_smaller(draft.name, draft.task.limits, graphs):
            draft.findings.append(note)
        if rule and base:
            rules.check_difference(base, draft.graph, rule)
            draft.difference += _training_changes(drafts[rule.compared_with].plan, draft.plan)
    except PlanError as error:
        draft.refuse(error)
    if rule and base is None:
        what = told(
            "The model of {task}, with which this one is compared, was not handed in or cannot be read.",
            task=rule.compared_with,
        )
        draft.refuse(UnsupportedError(what, later("A person decides.")))


def _training_changes(base: Plan | None, plan: Plan) -> list[str]:
    """What is trained differently, which is allowed and worth knowing."""
    if base is None:
        return []
    return [sentence for name, sentence in _TRAINED_WITH_OTHER.items() if getattr(base, name) != getattr(plan, name)]


def _result(draft: _Draft) -> CheckedModel:
    graph = draft.graph
    return CheckedModel(
        status=draft.status,
        cause=draft.cause,
        misfit=draft.misfit,
        plan=draft.plan.digest if draft.plan else None,
        rows=list(graph.rows) if graph else [],
        parameters=graph.parameters if graph else 0,
        trainable=sum(row.trainable for row in graph.rows) if graph else 0,
        flops=sum(row.flops for row in graph.rows) if graph else 0,
        activation_bytes=graph.activation_bytes if graph else 0,
        difference=draft.difference,
        findings=draft.findings,
        phrases=phrases_of([*draft.difference, *draft.findings]),
        claims=draft.declared.claims,
        source=draft.declared.source,
        factors=draft.factors,
    )
