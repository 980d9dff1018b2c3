"""Sweep: variants are trained, ranked by validation accuracy, and counted; the best may be held against a threshold."""

from netgrade.kinds.evidence import Evidence
from netgrade.kinds.verdict import mean_validation, not_trained, reason_of, verdict_of, without_model
from netgrade.language import localised, say, say_of
from netgrade.objects.base import Cause, Digest, ModelId, Status
from netgrade.objects.grade import TaskGrade, VariantGrade, Verdict
from netgrade.objects.plan import CheckedModel
from netgrade.objects.tasks import SweepTask
from netgrade.objects.tasks.sweep import split_id, variant_id
from netgrade.spec import parse_threshold


def grade(task: SweepTask, evidence: Evidence) -> TaskGrade:
    """Verdict and points of one sweep: its share of the wanted variants, where the best meets the threshold."""
    models = {name: model for name, model in evidence.submission.models.items() if split_id(name)[0] == task.id}
    whole = models.pop(task.id, None)
    if not models:
        return not_trained(task, whole, whole.status, whole.cause) if whole else without_model(task, evidence)
    carried = task.carry.dataset if task.carry else None
    first = {name: model for name, model in models.items() if not carried or split_id(name)[2] != carried}
    ranked = _ranked([_variant(name, model, evidence) for name, model in first.items()])
    on_other, wanted = _carried(task, ranked, models, evidence)
    graded = TaskGrade(
        task=task.id, verdict=Verdict.PASS, points=None, most_points=task.points, reason="",
        variants=[*ranked, *on_other], wanted=wanted, model=ranked[0].model, measurement=ranked[0].measurement,
    )  # fmt: skip
    return graded.model_copy(update=_judged(task, graded, evidence))


def _variant(name: ModelId, model: CheckedModel, evidence: Evidence) -> VariantGrade:
    measured = evidence.measurements.get(model.plan) if model.plan else None
    status, cause = model.status, model.cause
    if model.ok and (measured is None or measured.status is Status.FAULT):
        status, cause = Status.FAULT, measured.cause if measured else Cause(what=say("It was not trained."))
    elif measured and not measured.ok:
        status, cause = measured.status, measured.cause
    return VariantGrade(
        name=name, factors=model.factors, dataset=measured.dataset if measured else split_id(name)[2], status=status,
        cause=cause, model=model, measurement=measured,
    )  # fmt: skip


def _ranked(variants: list[VariantGrade]) -> list[VariantGrade]:
    """Data set by data set, the best by validation accuracy first: choosing by test accuracy would flatter the chosen.

    Only the trainings count that every variant has. The best is trained further, and would else lose its place to one
    that was lucky once, which would then need further trainings in its turn.
    """
    trained = [v.measurement for v in variants if v.measurement and v.measurement.seeds]
    shared = min((len(measured.seeds) for measured in trained), default=0)
    told = [v.model_copy(update={"validation": mean_validation(v.measurement, shared)}) for v in variants]
    return sorted(told, key=lambda v: (split_id(v.name)[2], -(v.validation or 0.0), v.name))


def _carried(
    task: SweepTask, ranked: list[VariantGrade], models: dict[ModelId, CheckedModel], evidence: Evidence
) -> tuple[list[VariantGrade], list[Digest]]:
    """The best variants on the second data set, and which of their plans have still to be trained."""
    if task.carry is None:
        return [], []
    own = [v for v in ranked if not split_id(v.name)[2] and v.measurement and v.measurement.accuracy is not None]
    names = [variant_id(task.id, int(v.name[-3:]), task.carry.dataset) for v in own[: task.carry.best]]
    known = [(name, models[name]) for name in names if name in models]
    wanted = [model.plan for _, model in known if model.plan and model.plan not in evidence.measurements]
    return _ranked([_variant(name, model, evidence) for name, model in known]), wanted


def _judged(task: SweepTask, graded: TaskGrade, evidence: Evidence) -> dict[str, object]:
    """Verdict, points and reason."""
    variants = graded.variants
    if graded.wanted:
        reason = say_of(
            "The best {number} variant is still to be trained on the second data set.",
            "The best {number} variants are still to be trained on the second data set.",
            len(graded.wanted),
        ).format(number=len(graded.wanted))
        return {"verdict": Verdict.UNDECIDED, "reason": reason}
    if faulty := next((v for v in variants if v.status is Status.FAULT), None):
        what = faulty.cause.what if faulty.cause else say("It was not trained.")
        told = say("The variant {variant} has no result: {what}")
        return {"verdict": Verdict.PERSON, "reason": told.format(variant=label(faulty), what=what)}
    trained = [v for v in variants if v.measurement]
    count = len({v.name.partition("@")[0] for v in trained})
    share = min(1.0, count / task.wanted)
    told = say("{number} variants were trained.")
    if count < task.wanted:
        told = say("{number} of {wanted} variants were trained.")
    told = told.format(number=count, wanted=task.wanted)
    best = graded.measurement
    if task.threshold is None or best is None or not trained:
        return _counted(task, share, f"{told} {_best(graded)}")
    threshold = parse_threshold(task.threshold)
    verdict = verdict_of(threshold, best, more=len(best.seeds) < evidence.seeds.most)
    reason = f"{told} {_best(graded)} {reason_of(threshold, verdict, best)}"
    if verdict is Verdict.PASS:
        return _counted(task, share, reason)
    points = 0.0 if verdict is Verdict.FAIL else None
    return {"verdict": verdict, "points": points, "reason": reason}


def _counted(task: SweepTask, share: float, reason: str) -> dict[str, object]:
    verdict = Verdict.PASS if share >= 1 else Verdict.FAIL
    return {"verdict": verdict, "points": round(task.points * share, 2), "reason": reason}


def _best(graded: TaskGrade) -> str:
    first = graded.variants[0]
    if first.validation is None:
        return ""
    told = say("The best by validation accuracy ({accuracy}) is {variant}.")
    return told.format(accuracy=localised(f"{first.validation:.1%}"), variant=label(first))


def label(variant: VariantGrade) -> str:
    """`rate 0.3, units 64`, or the number of a variant that nothing tells apart."""
    told = ", ".join(f"{name} {value}" for name, value in variant.factors.items())
    return told or say("number {number}").format(number=variant.name.partition("/")[2])
