"""The audits on the class page: what a person should look at, and what speaks for or against it."""

import math
from collections.abc import Mapping, Sequence

from netgrade.language import say
from netgrade.objects.base import Slug
from netgrade.objects.control import Control
from netgrade.objects.grade import Grade, TaskGrade
from netgrade.objects.measurement import Measurement, Probe
from netgrade.objects.similarity import Similarities
from netgrade.report.backdrop import Backdrop
from netgrade.report.classroom.view import Audits, FlaggedRow, NearRow, SourceRow, Who
from netgrade.report.text import block, line, listed, minutes, percent, plural

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
            SourceRow(names[a], names[b], listed([percent(share) for share in pair.shares]),
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
    told = [
        plural(max(0, designs), "{number} further design", "{number} further designs"),
        plural(pairs, "{number} further pair", "{number} further pairs"),
    ]
    return say("Not shown: {told}.").format(told=", ".join(told)) if designs > 0 or pairs else ""


def _control(control: Control | None) -> str:
    if control is None or control.holds is None:
        return say("No control was trained: there is no reference model that could be.")
    if control.error is not None:
        reached, bound = minutes(control.error), minutes(control.least_error)
        holds = say(
            "With permuted labels, the reference model of {task} reaches an error of {reached}; guessing explains down "
            "to {bound}. No label of a test image reaches a training."
        )
        leaks = say(
            "With permuted labels, the reference model of {task} reaches an error of {reached}, though guessing "
            "explains it only down to {bound}: labels leak into training. Trust no accuracy of this page before that "
            "is found."
        )
    else:
        reached, bound = percent(control.accuracy), percent(control.bound)
        holds = say(
            "With permuted labels, the reference model of {task} reaches {reached}; guessing explains up to {bound}. "
            "No label of a test image reaches a training."
        )
        leaks = say(
            "With permuted labels, the reference model of {task} reaches {reached}, though guessing explains it only "
            "up to {bound}: labels leak into training. Trust no accuracy of this page before that is found."
        )
    return (holds if control.holds else leaks).format(task=control.task, reached=reached, bound=bound)


def _drops(measured: Measurement | None, reference: Measurement | None) -> list[str]:
    """Where a design loses far more than the reference on images that are much like the test images."""
    if measured is None or measured.accuracy is None:
        return []
    pairs = (
        (
            say("{reached} on the test images, but {own} on perturbed copies of the test images"),
            measured.perturbed,
            reference.perturbed if reference else None,
        ),
        (
            say("{reached} on the test images, but {own} on the second hidden test set"),
            measured.second,
            reference.second if reference else None,
        ),
    )
    return [
        told.format(reached=percent(measured.accuracy), own=percent(own.accuracy))
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
        say("states a test accuracy of {stated} in {place}; {found} was reproduced").format(
            stated=percent(value), place=line(where, 60), found=percent(found)
        )
        for value, where in values
        if value - found > CLAIM
    ]
