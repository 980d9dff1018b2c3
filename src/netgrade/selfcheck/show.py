"""Show: what a check found, as tables for a terminal or a notebook. Texts of the student's are shown as they are."""

from collections.abc import Iterator
from io import StringIO

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from netgrade.objects.selfcheck import ModelLook, Selfcheck, State, TaskLook

WIDTH = 110
_MARKS = {State.READY: "✓", State.MEND: "✗", State.MISSING: "–"}
_COLOURS = {State.READY: "green", State.MEND: "red", State.MISSING: "yellow"}
_MOST_NAMES = 12
_MOST_MODELS = 20
_MOST_OUTPUT = 1500


def files_shown(result: Selfcheck) -> Iterator[RenderableType]:
    """Which files are handed in, and which stay."""
    size = sum(file.size for file in result.files)
    yield Text(f"{result.title}: {len(result.files)} file{'s' * (len(result.files) != 1)}, {size / 1000:,.0f} kB")
    yield Text(f"  handed in: {_names([file.path for file in result.files])}")
    for one in result.left_out[:_MOST_NAMES]:
        yield Text(f"  left out:  {one.path}: {one.why}")
    if len(result.left_out) > _MOST_NAMES:
        yield Text(f"  and {len(result.left_out) - _MOST_NAMES} more files that nothing reads")


def first_shown(result: Selfcheck) -> Iterator[RenderableType]:
    """What is known before the code runs."""
    yield from files_shown(result)
    yield tasks_shown(result)
    yield from _notes(result)


def tasks_shown(result: Selfcheck) -> Table:
    """One row a task."""
    title = "What the grader will see" if result.ran else "Seen in the files, before the code runs"
    table = Table("", "task", "points", "found in", "what", title=title, title_justify="left")
    for task in result.tasks:
        mark = Text(_MARKS[task.state], style=_COLOURS[task.state])
        what = Text(task.told) + (Text(f"\n{task.remedy}", style="italic") if task.remedy else Text())
        table.add_row(mark, Text(f"{task.title} ({task.task})"), f"{task.points:g}", Text(task.where), what)
    return table


def result_shown(result: Selfcheck) -> Iterator[RenderableType]:
    """Everything that is known after the code has run."""
    yield tasks_shown(result)
    for task in result.tasks:
        yield from _models(task)
    yield from _notes(result)
    if result.output.strip():
        yield Text("The end of what the code printed:")
        yield Text(result.output[-_MOST_OUTPUT:], style="dim")
    yield Text(result.isolation, style="dim")
    if result.report:
        yield Text(f"The report of the short training: {result.report}")
    yield ending(result)


def ending(result: Selfcheck) -> Text:
    """The last line: whether everything will be graded."""
    if result.ok:
        return Text("Everything will be graded. This is no grade: what it is worth, the grader says.", style="green")
    count = sum(task.state is not State.READY for task in result.tasks)
    what = f"{count} of {len(result.tasks)} tasks to mend (✗) or not found (–): see the table above."
    return Text(what, style="red")


def as_html(result: Selfcheck) -> str:
    """The same for a notebook."""
    console = _printed(result, record=True)
    return console.export_html(inline_styles=True, code_format='<pre style="white-space:pre-wrap">{code}</pre>')


def as_text(result: Selfcheck) -> str:
    """The same without colours."""
    return _printed(result, record=True).export_text()


def _printed(result: Selfcheck, record: bool) -> Console:
    console = Console(file=StringIO(), record=record, width=WIDTH)
    console.print(*files_shown(result), *result_shown(result), sep="\n")
    return console


def _notes(result: Selfcheck) -> Iterator[Text]:
    return (Text(f"Note: {note}") for note in result.notes)


def _models(task: TaskLook) -> Iterator[RenderableType]:
    if len(task.models) > 1:
        yield _variants(task)
        return
    for name, look in task.models.items():
        if look.model.rows:
            yield _layers(name, look)


def _layers(name: str, look: ModelLook) -> Table:
    """The layers of one network, and below them what is to be known of it."""
    table = Table("layer", "kind", "output", "parameters", title=f"{name}: layers", title_justify="left")
    table.columns[3].justify = "right"
    for row in look.model.rows:
        table.add_row(Text(row.name), row.kind, "×".join(map(str, row.output_shape)), f"{row.parameters:,}")
    told = [*look.settings, *look.model.findings]
    if look.expected_seconds:
        told.append(f"at full length about {_duration(look.expected_seconds)} on this machine, as fast as just now")
    elif look.seconds:
        told.append(f"one training takes about {_span(*look.seconds)} on this machine")
    table.caption, table.caption_justify = Text("\n".join(told)), "left"
    return table


def _variants(task: TaskLook) -> Table:
    """The networks of a sweep, one a row, and below what all of them share."""
    table = Table("variant", "what", "one training, about", title=f"{task.task}: variants", title_justify="left")
    looks = list(task.models.items())
    shared = [told for told in looks[0][1].settings if all(told in look.settings for _, look in looks)]
    for name, look in looks[:_MOST_MODELS]:
        factors = ", ".join(f"{factor} {value}" for factor, value in look.model.factors.items())
        own = [told for told in look.settings if told not in shared] + look.model.findings
        if look.model.cause:
            own.append(look.model.cause.what)
        taken = _span(*look.seconds) if look.seconds else ""
        table.add_row(Text(factors or name.partition("/")[2]), Text("\n".join(own)), taken)
    more = [f"and {len(looks) - _MOST_MODELS} more variants"] if len(looks) > _MOST_MODELS else []
    table.caption, table.caption_justify = Text("\n".join([*more, *shared])), "left"
    return table


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _span(low: float, high: float) -> str:
    """Two durations of one figure each, `20 to 60 s` or `50 s to 2 min`."""
    (least, unit), (most, longer) = (_in_one_figure(seconds) for seconds in (low, high))
    return f"{least}{f' {unit}' if unit != longer else ''} to {most} {longer}"


def _in_one_figure(seconds: float) -> tuple[str, str]:
    size, unit = (1, "s") if seconds < 90 else (60, "min") if seconds < 5400 else (3600, "h")
    return f"{float(f'{max(1.0, seconds / size):.1g}'):g}", unit


def _names(names: list[str]) -> str:
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more
