"""How a grade was measured, in sentences for the last page."""

from netgrade.language import later, say
from netgrade.objects.assignment import Assignment
from netgrade.objects.tasks import ClassifierTask
from netgrade.report.text import percent, plural

RULES = {
    "pass": (
        later("A borderline result earns all points."),
        later("In “{task}” a borderline result earns all points."),
    ),
    "fail": (
        later("A borderline result is treated as a miss."),
        later("In “{task}” a borderline result is treated as a miss."),
    ),
    "person": (
        later("A borderline result is decided by a person."),
        later("In “{task}” a borderline result is decided by a person."),
    ),
}
"""What becomes of a borderline result, where all tasks have one rule, and of one task."""


def how_it_was_measured(assignment: Assignment) -> tuple[str, ...]:
    """One paragraph each on the training, the seeds, the verdict, partial credit, lateness, diagnosis and speed."""
    paragraphs = [
        *((_training(), _seeds(assignment)) if assignment.model_tasks else ()),
        _images(assignment),
        _verdict(assignment),
        _partial_credit(assignment),
        _late(assignment),
        _inside(assignment),
        _speed(assignment),
    ]
    return tuple(p for p in paragraphs if p)


def _training() -> str:
    return say(
        "What is graded is the design, not one lucky run. Each model was rebuilt from its description, "
        "initialised with the grader's own seeds, and trained as the submission asked; the grader counted "
        "epochs and samples itself. The code that was handed in never saw the test labels. The same design, "
        "whoever sends it, is trained once."
    )


def _seeds(assignment: Assignment) -> str:
    seeds = assignment.seeds
    times = _times(seeds.first)
    if seeds.most == seeds.first:
        alone = say("Each model was first trained {times}, with the seeds from {seed} on.")
        return alone.format(times=times, seed=seeds.base)
    return plural(
        seeds.step,
        "Each model was first trained {times}. While the 95% interval of its test accuracy held the threshold, "
        "{number} further training followed each time, up to {most} in all. The interval covers both the choice of "
        "test images and the differences between trainings.",
        "Each model was first trained {times}. While the 95% interval of its test accuracy held the threshold, "
        "{number} further trainings followed each time, up to {most} in all. The interval covers both the choice of "
        "test images and the differences between trainings.",
        times=times,
        most=str(seeds.most),
    )


def _times(number: int) -> str:
    if number <= 2:
        return say("once") if number == 1 else say("twice")
    return say("{number} times").format(number=number)


def _verdict(assignment: Assignment) -> str:
    if not assignment.classifiers:
        return ""
    rules = {task.borderline for task in assignment.classifiers}
    if len(rules) == 1:
        ending = say(RULES[rules.pop()][0])
    else:
        ending = " ".join(say(RULES[t.borderline][1]).format(task=t.title) for t in assignment.classifiers)
    told = say(
        "A task is passed when its whole interval meets the threshold, not passed when its whole interval "
        "misses it, and borderline when the last training still leaves the threshold inside."
    )
    return f"{told} {ending}"


def _partial_credit(assignment: Assignment) -> str:
    parts = [_partial_sentence(task) for task in assignment.classifiers if task.partial_credit]
    told = say("Below the threshold, points rise linearly with the accuracy: {tasks}.")
    return told.format(tasks="; ".join(parts)) if parts else ""


def _partial_sentence(task: ClassifierTask) -> str:
    zero = task.partial_credit.zero_at if task.partial_credit else 0.0
    return say("“{task}” from none at {zero}").format(task=task.title, zero=percent(zero, 0))


def _images(assignment: Assignment) -> str:
    if not assignment.style_tasks:
        return ""
    return say(
        "Images were decoded in the sandbox, where code that makes images also ran, and written anew before anything "
        "was measured or shown. Content and style are distances between the features that a network finds in two "
        "images, as Gatys, Ecker and Bethge (2016) define them, divided by the size of the features that they are "
        "compared with."
    )


def _late(assignment: Assignment) -> str:
    if assignment.due is None or assignment.late is None:
        return ""
    return plural(
        assignment.late.days,
        "Each day begun after the deadline takes {share} of the points; after {number} day nothing counts.",
        "Each day begun after the deadline takes {share} of the points; after {number} days nothing counts.",
        share=percent(assignment.late.per_day, 0),
    )


def _inside(assignment: Assignment) -> str:
    if not assignment.model_tasks:
        return ""
    return say(
        "While a model was trained, the grader looked inside. It measured the accuracy on the validation images before "
        "the first step. After each epoch it counted, on up to 500 training images, the units of ReLU layers that "
        "fired for none and the outputs of sigmoid and tanh layers within 1% of their range from a bound. At the end "
        "it compared the weights of the units of each layer. The last steps of a training that diverged were repeated "
        "with the norms of their gradients."
    )


def _speed(assignment: Assignment) -> str:
    if not assignment.model_tasks:
        return ""
    return say(
        "Speeds are measured in the same way for everyone, and have no part in any grade. Training: images per second "
        "of each epoch, compilation, validation and files left out; the median over the epochs after the first, which "
        "warms up, or the only one. Inference: up to five whole batches of test images, after the model has answered "
        "all of them once; the median of these. “Others at work” is how many of the machine's cores other programs "
        "kept busy meanwhile: only figures of one machine with nobody else at work compare well."
    )
