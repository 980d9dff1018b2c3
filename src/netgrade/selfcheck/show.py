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
    for note in result.notes:
        yield Text(f"Note: {note}")
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


def _models(task: TaskLook) -> Iterator[RenderableType]:
    for number, (name, look) in enumerate(task.models.items()):
        if number == _MOST_MODELS:
            yield Text(f"and {len(task.models) - number} more variants of {task.task}")
            return
        if look.model.rows:
            yield _layers(name, look, whole=len(task.models) == 1)


def _layers(name: str, look: ModelLook, whole: bool) -> RenderableType:
    """The layer table; of a variant, one line."""
    model = look.model
    factors = ", ".join(f"{factor} {value}" for factor, value in model.factors.items())
    settings = list(look.settings)
    if look.seconds:
        settings.append(f"one training takes at most {_duration(look.seconds)} on one core")
    caption = "\n".join([*settings, *model.findings])
    if not whole:
        return Text(f"{name}{f' ({factors})' if factors else ''}: {'; '.join([*settings, *model.findings])}")
    table = Table("layer", "kind", "output", "parameters", title=f"{name}: layers", title_justify="left")
    table.columns[3].justify = "right"
    for row in model.rows:
        table.add_row(Text(row.name), row.kind, "×".join(map(str, row.output_shape)), f"{row.parameters:,}")
    table.caption, table.caption_justify = Text(caption), "left"
    return table


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _names(names: list[str]) -> str:
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more
