"""Network by hand: its whole truth table is worked out, and its size held against the smallest that can do it."""

import numpy as np

from netgrade.errors import PlanError
from netgrade.kinds.evidence import Evidence
from netgrade.kinds.handmade import FORM, answers, margins, net_input, read_layers, written_layers
from netgrade.language import later, say
from netgrade.objects.base import Cause, Status
from netgrade.objects.grade import TaskGrade, Verdict
from netgrade.objects.handmade import HandLayer, Handmade, TableRow
from netgrade.objects.tasks.byhand import ByHandTask

UNREAD = later("No list of layers could be read from the answer; a person reads it.")
READABLE_TURNED = later(
    "With rows and columns of its matrices exchanged, the network can be read; a person decides what was meant."
)
RIGHT_TURNED = later(
    "With rows and columns of its matrices exchanged, the network would be right; a person decides what was meant."
)


def grade(task: ByHandTask, evidence: Evidence) -> TaskGrade:
    """Verdict and points of one network."""
    answer = evidence.submission.answers.get(task.id)
    if answer is None:
        return _missing(task, evidence)
    written = written_layers(answer.text)
    if written is None:
        return _result(task, answer.text, Verdict.PERSON, Cause(what=say(UNREAD), remedy=say(FORM)))
    turned = _right_if_turned(task, written)
    try:
        found = work_out(task, read_layers(written, task.table.width))
    except PlanError as error:
        if turned:
            return _result(task, answer.text, Verdict.PERSON, Cause(what=say(READABLE_TURNED), remedy=say(FORM)))
        return _result(task, answer.text, Verdict.FAIL, Cause(what=error.what, remedy=say(error.remedy)))
    verdict, cause, share = _judged(task, found)
    if verdict is Verdict.FAIL and turned and not all(row.right for row in found.rows):
        verdict, cause = Verdict.PERSON, Cause(what=say(RIGHT_TURNED), remedy=say(FORM))
    return _result(task, answer.text, verdict, cause, share, found)


def work_out(task: ByHandTask, layers: list[HandLayer]) -> Handmade:
    """The whole truth table of a network."""
    points, threshold = np.array(task.table.inputs), task.output_threshold
    outputs = net_input(layers, points, at_zero=1.0)[1]
    distances = margins(layers, points, threshold)
    said = answers(layers, points, threshold)
    rows = [
        TableRow(
            inputs=inputs, wanted=wanted, output=round(float(output), 6),
            margin=0.0 if answer is None else round(float(distance if wanted else -distance), 6),
            right=None if answer is None else answer == wanted,
        )
        for inputs, wanted, output, distance, answer in zip(
            task.table.inputs, task.table.outputs, outputs, distances, said, strict=True
        )
    ]  # fmt: skip
    return Handmade(
        layers=layers, hidden_units=sum(len(layer.bias) for layer in layers[:-1]), threshold=threshold, rows=rows
    )


def _judged(task: ByHandTask, found: Handmade) -> tuple[Verdict, Cause, float]:
    """Verdict, why, and the share of the points."""
    wrong = [row for row in found.rows if row.right is False]
    unclear = [row for row in found.rows if row.right is None]
    if wrong:
        rows = ", ".join(_shown(row.inputs) for row in wrong[:4]) + (", …" if len(wrong) > 4 else "")
        right = len(found.rows) - len(wrong) - len(unclear)
        what = say("{right} of {all} rows are right; wrong for {rows}.")
        what = what.format(right=right, all=len(found.rows), rows=rows)
        return Verdict.FAIL, Cause(what=what), 0.0
    if unclear:
        what = say("The answer for {row} lies exactly between 0 and 1, where books differ; a person decides.")
        what = what.format(row=_shown(unclear[0].inputs))
        return Verdict.PERSON, Cause(what=what, remedy=say("Move the bias, so that no row lies on the boundary.")), 0.0
    larger = _larger(task, found)
    if larger:
        what = say("All {number} rows are right, but the network is larger than it needs to be: {larger}.")
        what = what.format(number=len(found.rows), larger=larger)
        return Verdict.FAIL, Cause(what=what, remedy=say("Find a smaller network.")), task.larger_earns
    what = say("All {number} rows of the truth table are right.").format(number=len(found.rows))
    return Verdict.PASS, Cause(what=what), 1.0


def _larger(task: ByHandTask, found: Handmade) -> str:
    """What is larger than allowed, or nothing."""
    sizes = [
        (say("{size} layers where {most} will do"), len(found.layers), task.most_layers),
        (say("{size} hidden units where {most} will do"), found.hidden_units, task.most_units),
    ]
    return say(" and ").join(told.format(size=size, most=most) for told, size, most in sizes if _above(size, most))


def _above(size: int, most: int | None) -> bool:
    return most is not None and size > most


def _right_if_turned(task: ByHandTask, written: list[dict[str, object]]) -> bool:
    """Whether the matrices, read with a column a unit, give the whole truth table."""
    try:
        found = work_out(task, read_layers(written, task.table.width, turned=True))
    except PlanError:
        return False
    return all(row.right for row in found.rows)


def _shown(inputs: list[float]) -> str:
    return f"({', '.join(f'{value:g}' for value in inputs)})"


def _missing(task: ByHandTask, evidence: Evidence) -> TaskGrade:
    submission = evidence.submission
    if submission.status is Status.FAULT and submission.cause:
        return _result(task, None, Verdict.PERSON, submission.cause)
    remedy = say("Write it into answers.yaml as {line}.").format(line=f"`{task.id}: ...`") + f" {say(FORM)}"
    cause = Cause(what=say("No network for this task was found."), remedy=remedy)
    return _result(task, None, Verdict.NOTHING, cause)


def _result(
    task: ByHandTask, text: str | None, verdict: Verdict, cause: Cause, share: float = 0.0,
    found: Handmade | None = None,
) -> TaskGrade:  # fmt: skip
    points = None if verdict is Verdict.PERSON else round(share * task.points, 2)
    return TaskGrade(
        task=task.id, verdict=verdict, points=points, most_points=task.points, reason=cause.what, remedy=cause.remedy,
        answer=text, handmade=found,
    )  # fmt: skip
