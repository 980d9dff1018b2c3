"""The audits on the class page: what a person should look at, and what speaks for or against it."""

import math
from collections.abc import Mapping, Sequence

from netgrade.objects.base import Slug
from netgrade.objects.control import Control
from netgrade.objects.grade import Grade, TaskGrade
from netgrade.objects.measurement import Measurement, Probe
from netgrade.objects.similarity import Similarities
from netgrade.report.backdrop import Backdrop
from netgrade.report.text import block, line, minutes, percent, plural
from netgrade.report.view_class import Audits, FlaggedRow, NearRow, SourceRow, Who

ERRORS = 4
"""Standard errors beyond which a difference is flagged: among 5,000 designs, one in six classes by luck."""

LEEWAY = 0.05
"""A design may lose so much more than the reference, as a fraction, because it is another design."""

CLAIM = 0.05
"""A claimed accuracy so far above the reproduced one is listed."""

MOST_SAMPLE = 500
MOST_FLAGGED = 100


def audits(grades: Sequence[Grade], backdrop: Backdrop, names: Mapping[Slug, Who]) -> Audits:
    """All audits of one assignment; `names` are what students are called on the page, with links."""
    flagged = [
        FlaggedRow(names[grade.slug].at(task.task), task.task, why)
        for grade in grades
        for task in grade.tasks
        for why in (*_drops(task.measurement, backdrop.measured.get(task.task)), *_claims(task))
    ]
    similar = backdrop.similarities or Similarities(assignment="", sources=[], plans=[])
    known = {*names}
    return Audits(
        control=_control(backdrop.control),
        flagged=tuple(flagged[:MOST_FLAGGED]),
        sources=tuple(
            SourceRow(names[a], names[b], f"{percent(pair.shares[0])} and {percent(pair.shares[1])}",
                      block(pair.sample, MOST_SAMPLE))
            for pair in similar.sources for a, b in [pair.students] if {a, b} <= known
        ),
        near=tuple(
            NearRow(pair.task, names[a].at(pair.task), names[b].at(pair.task), pair.shared, line(pair.differs, 200))
            for pair in similar.plans for a, b in [pair.students] if {a, b} <= known
        ),
        left_out=_left_out(len(flagged) - MOST_FLAGGED, similar.left_out),
    )  # fmt: skip


def _left_out(designs: int, pairs: int) -> str:
    """What the page does not show."""
    told = [plural(max(0, designs), "further design"), plural(pairs, "further pair")]
    return f"Not shown: {', '.join(told)}." if designs > 0 or pairs else ""


def _control(control: Control | None) -> str:
    if control is None or control.holds is None:
        return "No control was trained: there is no reference model that could be."
    if control.error is not None:
        reached, bound, up = f"an error of {minutes(control.error)}", minutes(control.least_error), "down"
    else:
        reached, bound, up = percent(control.accuracy), percent(control.bound), "up"
    if control.holds:
        return (
            f"With permuted labels, the reference model of {control.task} reaches {reached}; guessing explains {up} to "
            f"{bound}. No label of a test image reaches a training."
        )
    return (
        f"With permuted labels, the reference model of {control.task} reaches {reached}, though guessing explains it "
        f"only {up} to {bound}: labels leak into training. Trust no accuracy of this page before that is found."
    )


def _drops(measured: Measurement | None, reference: Measurement | None) -> list[str]:
    """Where a design loses far more than the reference on images that are much like the test images."""
    if measured is None or measured.accuracy is None:
        return []
    pairs = (
        ("perturbed copies of the test images", measured.perturbed, reference.perturbed if reference else None),
        ("the second hidden test set", measured.second, reference.second if reference else None),
    )
    return [
        f"{percent(measured.accuracy)} on the test images, but {percent(own.accuracy)} on {told}"
        for told, own, other in pairs
        if own and _excess(measured, own, reference, other) > 0
    ]


def _excess(measured: Measurement, own: Probe, reference: Measurement | None, other: Probe | None) -> float:
    """How far the loss goes beyond the reference's, the leeway and luck (binomial, of all accuracies involved)."""
    pairs = [(measured.accuracy or 0.0, measured.images), (own.accuracy, own.images)]
    normal = 0.0
    if reference and reference.accuracy is not None and other:
        normal = reference.accuracy - other.accuracy
        pairs += [(reference.accuracy, reference.images), (other.accuracy, other.images)]
    luck = math.sqrt(sum(share * (1 - share) / max(images, 1) for share, images in pairs))
    return (measured.accuracy or 0.0) - own.accuracy - max(0.0, normal) - LEEWAY - ERRORS * luck


def _claims(task: TaskGrade) -> list[str]:
    """Accuracies in the notebook that lie far above what was reproduced."""
    if task.model is None or task.measurement is None or task.measurement.accuracy is None:
        return []
    found = task.measurement.accuracy
    claimed = [c for c in task.model.claims if c.figure == "test_accuracy"]
    values = [(c.fraction, c.where) for c in claimed]
    return [
        f"states a test accuracy of {percent(value)} in {line(where, 60)}; {percent(found)} was reproduced"
        for value, where in values
        if value - found > CLAIM
    ]
