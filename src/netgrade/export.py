"""Export: the grade book for pandas, the marks that go into a system, and the last summary of a run."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from netgrade.documents import plain_cell, shown
from netgrade.kinds.sweep import label
from netgrade.lms import HandIn, Mark
from netgrade.lms.mark import listed
from netgrade.objects.assignment import Assignment
from netgrade.objects.base import Digest, Slug
from netgrade.objects.grade import Grade, TaskGrade, Verdict
from netgrade.objects.measurement import Measurement, Speed
from netgrade.objects.plan import CheckedModel
from netgrade.objects.submission import Roster


def gradebook(grades: Sequence[Grade], roster: Roster) -> str:
    """The grade book as CSV: one row for each student and assignment, tasks in columns of their own.

    Read it back with `pandas.read_csv(path, dtype={"slug": str, "student": str}, keep_default_na=False,
    na_values=[""])`: there are students who are called Null, or 007.
    Points that are not given yet are empty, never zero. A student without a name in `roster` is called by the slug.
    """
    ordered = sorted(grades, key=lambda grade: (grade.assignment, _name(grade, roster), grade.slug))
    rows = [
        {
            "assignment": grade.assignment,
            "student": plain_cell(_name(grade, roster)),
            "slug": grade.slug,
            "points": grade.points,
            "most_points": grade.most_points,
            "complete": "yes" if grade.complete else "no",
            "late_factor": grade.late_factor,
        }
        | {f"{t.task}_points": t.points for t in grade.tasks}
        | {f"{t.task}_verdict": t.verdict.value for t in grade.tasks}
        | {f"{t.task}_accuracy": round(accuracy, 4) for t in grade.tasks if (accuracy := _accuracy(t)) is not None}
        | {
            f"{t.task}_error": round(t.measurement.clock.error, 2)
            for t in grade.tasks
            if t.measurement and t.measurement.clock
        }
        for grade in ordered
    ]
    text = io.StringIO()
    # The line ends of RFC 4180: Python then quotes a name that holds either half of one.
    pd.DataFrame(rows).to_csv(text, index=False, lineterminator="\r\n")
    return text.getvalue()


def marks(
    grades: Sequence[Grade], hand_ins: Mapping[Slug, HandIn], assignment: Assignment, reports: Path
) -> tuple[list[Mark], list[str]]:
    """What each student is to receive in a system, by the names that it knows, and sentences on what is missing.

    `reports` has a folder for each slug.
    """
    titles = {task.id: task.title for task in assignment.tasks}
    known = {grade.slug: grade for grade in grades}
    found, bare = [], []
    for slug, hand_in in hand_ins.items():
        if slug in known:
            report = reports / slug / "report.pdf"
            found.append(Mark(hand_in, known[slug], titles, report if report.is_file() else None))
            bare += [] if report.is_file() else [hand_in.student]
    without = [hand_in.student for slug, hand_in in hand_ins.items() if slug not in known]
    told = [f"Not graded yet, so run `snakemake --cores all` first: {listed(without)}."] if without else []
    if bare:
        told.append(f"There is no report to go with the grade: {listed(bare)}.")
    return found, told


def summary(grades: Sequence[Grade]) -> str:
    """What was graded, what was not and why, for the end of a run; logs may keep it, so it carries no names."""
    grades = sorted(grades, key=lambda grade: (grade.assignment, grade.slug))
    tasks = [(grade, task) for grade in grades for task in grade.tasks]
    waiting = [(grade, task) for grade, task in tasks if task.points is None]
    lines = [
        f"{_counted(len(grades), 'submission')}, {_counted(len(tasks), 'task')}: {len(tasks) - len(waiting)} graded, "
        f"{len(waiting)} left for a person."
    ]
    counts = {v: sum(task.verdict is v for _, task in tasks) for v in Verdict}
    lines.append("  " + ", ".join(f"{count} {verdict.value}" for verdict, count in counts.items() if count))
    if waiting:
        lines += ["", "Not graded yet:"]
    lines += [f"  {grade.slug}  {grade.assignment}/{task.task}: {shown(task.reason)}" for grade, task in waiting]
    return "\n".join(lines) + "\n"


def reference_table(assignment: Assignment, reference: Grade, speeds: Mapping[Digest, Sequence[Speed]]) -> str:
    """What the reference models reach, as a Markdown table: means over their trainings.

    Accuracies, of clocks mean errors in minutes. A sweep has a row for each variant, the best first and alone with the
    threshold.
    """
    thresholds = {task.id: getattr(task, "threshold", None) or "" for task in assignment.model_tasks}
    rows = [
        {"task": name, "threshold": "" if place else thresholds.get(task.task, "")}
        | _reference_row(model, measured, speeds)
        for task in reference.tasks
        for place, (name, model, measured) in enumerate(_measured(task))
    ]
    return pd.DataFrame(rows).to_markdown(index=False)


def _measured(task: TaskGrade) -> list[tuple[str, CheckedModel, Measurement]]:
    """The models that a task itself trained: its one, or the variants of a sweep, each with what tells it apart."""
    if task.model is None or task.measurement is None:
        return []  # a comparison shows the models of other tasks
    if not task.variants:
        return [(task.task, task.model, task.measurement)]
    return [
        (f"{task.task}: {label(one)} on {one.dataset}", one.model, one.measurement)
        for one in task.variants
        if one.model and one.measurement
    ]


def _reference_row(
    model: CheckedModel, measured: Measurement, speeds: Mapping[Digest, Sequence[Speed]]
) -> dict[str, str]:
    seeds, fast = measured.seeds, speeds.get(measured.plan, ())
    return _reached(measured) | {
        "parameters": f"{model.parameters:,}",
        "epochs": ", ".join(sorted({str(s.epochs_run) for s in seeds})),
        "trainings": str(len(seeds)),
        "seconds each": f"{sum(s.train_seconds for s in fast) / len(fast):.0f}" if fast else "",
        "machine": ", ".join(sorted({s.device for s in fast})),
    }


def _reached(measured: Measurement) -> dict[str, str]:
    """Means over the trainings, and the interval of the test images."""
    seeds, clock, interval = measured.seeds, measured.clock, measured.interval
    if clock is not None:
        return {
            "train": _mean([s.train_error for s in seeds], "{:.1f} min"),
            "validation": _mean([s.validation_error for s in seeds], "{:.1f} min"),
            "test": f"{clock.error:.1f} min",
            "95 % interval": f"{clock.interval.low:.1f} to {clock.interval.high:.1f} min",
        }
    return {
        "train": _mean([s.train_accuracy for s in seeds]),
        "validation": _mean([s.validation_accuracy for s in seeds]),
        "test": _mean([s.test_accuracy for s in seeds]),
        "95 % interval": f"{interval.low:.1%} to {interval.high:.1%}" if interval else "",
    }


def _name(grade: Grade, roster: Roster) -> str:
    return roster.names(grade.assignment).get(grade.slug, grade.slug)


def _mean(values: Sequence[float | None], form: str = "{:.1%}") -> str:
    known = [value for value in values if value is not None]
    return form.format(sum(known) / len(known)) if known else ""


def _accuracy(task: TaskGrade) -> float | None:
    return task.measurement.accuracy if task.measurement else None


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
