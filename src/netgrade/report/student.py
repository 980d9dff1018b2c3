"""A student's page: from a Grade to what the report's template shows."""

from netgrade.language import localised, moment, say
from netgrade.objects.assignment import Assignment
from netgrade.objects.grade import Grade, TaskGrade, Verdict
from netgrade.objects.measurement import Measurement
from netgrade.objects.scale import SIZES
from netgrade.objects.tasks import ClassifierTask, ClockTask, SweepTask, Task
from netgrade.report.backdrop import Backdrop
from netgrade.report.method import how_it_was_measured
from netgrade.report.next_steps import next_steps, outcomes
from netgrade.report.parts.curves import mean
from netgrade.report.parts.evaluation import interval_text
from netgrade.report.sections import section_of
from netgrade.report.sections.clock import clock_row
from netgrade.report.text import MISSING, count, ending, line, percent, plural, points, points_of
from netgrade.report.view import Fact, ModelRow, Notice, StudentPage, SummaryRow, mark_of

MOST_FINDINGS = 40
MOST_OUTPUT = 6000


def student_page(grade: Grade, backdrop: Backdrop) -> StudentPage:
    """The page of one student."""
    assignment = backdrop.assignment
    tasks = {task.id: task for task in assignment.tasks}
    known = [graded for graded in grade.tasks if graded.task in tasks]
    measured, sights = backdrop.measured, backdrop.sights.get(grade.slug, {})
    student = line(backdrop.names.get(grade.slug, ""), 100) or grade.slug
    return StudentPage(
        title=f"{student}: {assignment.title}",
        assignment=assignment.title,
        student=student,
        points=MISSING if backdrop.own_check else points(grade.points),
        most_points=points(grade.most_points),
        complete=grade.complete,
        outcome=outcomes(grade),
        facts=_facts(grade, assignment),
        notices=_notices(grade, assignment, measured, backdrop.own_check),
        steps=next_steps(assignment.tasks, grade),
        summary=tuple(_summary_row(tasks[g.task], g) for g in known),
        models=tuple(_model_row(tasks[g.task], g, g.measurement) for g in known if g.model and g.measurement),
        sections=tuple(section_of(tasks[g.task], g, backdrop, sights.get(g.task)) for g in known),
        findings=tuple(line(text, 400) for text in grade.findings[:MOST_FINDINGS]),
        method=how_it_was_measured(assignment),
        output=ending(grade.output, MOST_OUTPUT) if grade.output.strip() else "",
    )


def needs_a_person(graded: TaskGrade) -> bool:
    """Whether no points can be given before someone has looked at the task."""
    return graded.points is None and graded.verdict is not Verdict.UNDECIDED


def data_notices(measurements: list[Measurement]) -> list[Notice]:
    """What is to be known about the images that everything was measured on."""
    names = sorted({m.dataset for m in measurements if m.stand_in})
    stand_in = say(
        "The images of {} are drawn by the grader and stand in for a public data set. The figures below hold "
        "for these images alone; do not compare them with published accuracies."
    )
    notices = [Notice(say("Stand-in data"), stand_in.format(", ".join(names)))] if names else []
    notes = sorted({m.data_note for m in measurements if m.data_note})
    return notices + [Notice(say("About the data"), line(note, 400)) for note in notes]


def _facts(grade: Grade, assignment: Assignment) -> tuple[Fact, ...]:
    handed_in = f"{moment(grade.handed_in)} UTC" if grade.handed_in else say("time not known")
    facts = [Fact(say("Handed in"), handed_in)]
    if assignment.due:
        facts.append(Fact(say("Due"), f"{moment(assignment.due)} UTC"))
    return (*facts, Fact(say("Submission"), grade.submission[:12]))


def scale_notices(assignment: Assignment) -> list[Notice]:
    """That the trainings were smaller than the assignment's, where they were."""
    if assignment.scale == "full":
        return []
    size = SIZES[assignment.scale]
    text = plural(
        size.epochs,
        "At most {trained} images and {number} epoch were trained, and {tested} images tested. That shows whether "
        "everything runs; thresholds are judged at full scale only.",
        "At most {trained} images and {number} epochs were trained, and {tested} images tested. That shows whether "
        "everything runs; thresholds are judged at full scale only.",
        trained=count(size.train_images),
        tested=count(size.test_images),
    )
    return [Notice(say("{scale} scale").format(scale=assignment.scale.capitalize()), text)]


def _own_check() -> Notice:
    """That no grader made this page."""
    text = say(
        "Made with netgrade check on your own machine. The networks were trained once and for a short time, and what "
        "is called test images here are training images that were held out. Answers are not compared with anything. "
        "The grader trains at full length and measures on images that nobody outside has."
    )
    return Notice(say("Your own check, and no grade"), text)


def _notices(
    grade: Grade, assignment: Assignment, reference: dict[str, Measurement], own_check: bool
) -> tuple[Notice, ...]:
    tasks = {task.id: task for task in assignment.tasks}
    # The reference models see the same images, so that a report without any measurement says it too.
    measured = [g.measurement for g in grade.tasks if g.measurement] + [*reference.values()]
    notices = [*scale_notices(assignment), *data_notices(measured)]
    if own_check:
        return (_own_check(), *notices)
    if grade.isolation == "none":
        text = say("The code of this submission was run unprotected, because the instructor allowed that.")
        notices.append(Notice(say("No isolation"), text))
    if grade.late_note:
        notices.append(Notice(say("Late"), line(grade.late_note, 300)))
    waiting = [tasks[g.task].title for g in grade.tasks if g.task in tasks and needs_a_person(g)]
    if waiting:
        notices.append(Notice(say("A person has to look at"), "; ".join(waiting) + "."))
    if undecided := [tasks[g.task].title for g in grade.tasks if g.verdict is Verdict.UNDECIDED and g.task in tasks]:
        notices.append(Notice(say("Further trainings are to come for"), "; ".join(undecided) + "."))
    return tuple(notices)


def threshold_text(task: Task) -> str:
    """`> 45%`, or a dash where the task has no threshold."""
    if not isinstance(task, ClassifierTask | ClockTask | SweepTask) or task.threshold is None:
        return MISSING
    bound = task.threshold.removeprefix("accuracy").removeprefix("error")
    return localised(line(bound.replace(">=", "≥").replace("<=", "≤").replace(" %", "%"), 40))


def _summary_row(task: Task, graded: TaskGrade) -> SummaryRow:
    return SummaryRow(
        anchor=task.id, title=task.title, mark=mark_of(graded.verdict),
        points=points_of(graded.points, graded.most_points),
        measured=interval_text(graded.measurement), threshold=threshold_text(task),
    )  # fmt: skip


def _model_row(task: Task, graded: TaskGrade, measured: Measurement) -> ModelRow:
    if measured.clock is not None:
        return clock_row(task, graded, measured, measured.clock)
    return ModelRow(
        anchor=task.id, title=task.title,
        parameters=count(graded.model.parameters) if graded.model else MISSING,
        epochs=str(max((s.epochs_run for s in measured.seeds), default=MISSING)),
        train=percent(mean([s.train_accuracy for s in measured.seeds])),
        validation=percent(mean([s.validation_accuracy for s in measured.seeds])),
        test=percent(measured.accuracy), gap=percent(measured.gap),
    )  # fmt: skip
