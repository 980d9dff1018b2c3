"""The group that every command belongs to. The library raises; here an error becomes a sentence."""

from collections.abc import Iterable
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path

import click

from netgrade import __version__
from netgrade.errors import NetgradeError
from netgrade.objects.assignment import Assignment, Course, CourseAssignment
from netgrade.objects.base import Slug, TaskId
from netgrade.objects.dataset import Dataset, at_scale
from netgrade.objects.grade import Grades, Override
from netgrade.objects.sight import Seen, Sights
from netgrade.objects.submission import Roster
from netgrade.running import end_with_workflow

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)
DATASETS = click.option("--dataset", "datasets", type=FILE, required=True, multiple=True, help="One of the data sets.")

DECLARATIONS = Path("results/store/declarations")
IMAGES = Path("results/store/images")
NETWORKS = Path("results/store/networks")


class OneSentence(click.Group):
    """A group whose commands end in a sentence where something a person can mend went wrong."""

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; a slip of the pen is answered with the nearest right one."""
        name = args[0]
        if self.get_command(context, name) is None and not name.startswith("-"):
            close = get_close_matches(name, self.list_commands(context), n=1)
            hint = f"; did you mean `{close[0]}`?" if close else ""
            context.fail(f"There is no command `{name}`{hint}")
        return super().resolve_command(context, args)

    def invoke(self, context: click.Context) -> object:
        """Run the command; turn what netgrade raises into what click shows."""
        try:
            return super().invoke(context)
        except NetgradeError as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
            raise click.ClickException(f"{what}\n  Mend that, then run again: it goes on where it stopped.") from error


SECTIONS = {
    "Your own work": ("check", "submit"),
    "A course": ("new-course", "new-assignment", "handout", "drawing-page", "references", "doctor"),
    "Grading": ("grade", "status", "mark", "preview", "export"),
    "A grade": ("explain", "history", "verify", "replay"),
    "Room and order": ("clean", "forget", "schema", "completion"),
}
"""The commands for people, in the order in which the help shows them."""


class Commands(OneSentence):
    """The commands for people, and `stage` with those of the workflow: only one of both is loaded."""

    def list_commands(self, context: click.Context) -> list[str]:
        """The names of all commands."""
        import_module("netgrade.cli.commands")
        return super().list_commands(context)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command of that name."""
        import_module("netgrade.cli.stages" if name == "stage" else "netgrade.cli.commands")
        return super().get_command(context, name)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each section of commands, with the whole first sentence of each."""
        for title, names in SECTIONS.items():
            commands = [(name, self.get_command(context, name)) for name in names]
            with formatter.section(title):
                formatter.write_dl([(name, command.get_short_help_str(200)) for name, command in commands if command])


EXIT = "Exit status: 0 all is well, 1 something is wrong and is told, 2 wrong usage."


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXIT)
@click.version_option(__version__)
def main() -> None:
    """Grade deep-learning assignments. Everyday use: `netgrade grade`."""


@main.group(cls=OneSentence, hidden=True)
def stage() -> None:
    """Stages of the workflow: what its jobs call. Paths in, paths out."""
    end_with_workflow()


def complete_assignment(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    """The assignments of this course that begin so, for the shell."""
    try:
        return [entry.id for entry in course_here().assignments if entry.id.startswith(begun)]
    except NetgradeError:
        return []


ASSIGNMENT = click.argument("assignment", shell_complete=complete_assignment)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for a script instead.")


def course_here() -> Course:
    """The course in this folder. Raises NetgradeError where there is none."""
    from netgrade.spec import load_course

    if not Path("config.yaml").is_file():
        remedy = "Change into a course's folder, or make one: `netgrade new-course my-course`."
        raise NetgradeError("There is no course in this folder: no config.yaml", remedy)
    return load_course(Path("config.yaml"))


def entries_here(names: Iterable[str]) -> list[CourseAssignment]:
    """The course's assignments with these ids; all of them where none is named. Raises NetgradeError."""
    from netgrade.spec import known

    entries = {entry.id: entry for entry in course_here().assignments}
    return [entries[known(name, entries, "config.yaml")] for name in names] or list(entries.values())


def load_datasets(paths: Iterable[Path]) -> dict[str, Dataset]:
    """The data sets that were laid out, by name."""
    from netgrade.store import load

    found = (load(path, Dataset).read_from(path.parent.absolute()) for path in paths)
    return {dataset.name: dataset for dataset in found}


def training_data(assignment: Assignment, paths: Iterable[Path]) -> dict[str, Dataset]:
    """The data sets by name, as much of each as the assignment's scale trains and tests."""
    return at_scale(load_datasets(paths), assignment.scale)


def assignment_of(name: str) -> Assignment:
    """The assignment of this course with that id. Raises NetgradeError with the nearest right one."""
    from netgrade.spec import known, load_assignment

    known(name, sorted(path.parent.name for path in Path("assignments").glob("*/assignment.yaml")), "assignments/")
    return load_assignment(Path("assignments", name, "assignment.yaml"))


def last_grades(assignment: str, chunk: str) -> Grades | None:
    """The grades after the last round that a chunk needed; None where it was not graded yet."""
    from netgrade.store import load

    path = Path("results/settle", assignment, f"{chunk}.json")
    return load(path, Grades) if path.is_file() else None


def graded_so_far(assignment: str) -> dict[str, Grades]:
    """The grades of all students' chunks, by chunk. Raises NetgradeError where nobody was graded."""
    chunks = sorted(path.stem for path in Path("results/settle", assignment).glob("c??.json"))
    found = {chunk: last for chunk in chunks if (last := last_grades(assignment, chunk))}
    if not found:
        raise NetgradeError(f"Nobody was graded in {assignment} yet", "Run `netgrade grade`.")
    return found


def roster_at(path: Path | None) -> Roster:
    """Whom the slugs stand for; nobody where marking is anonymous."""
    from netgrade.store import load

    return load(path, Roster) if path else Roster(students={})


def sights_at(path: Path | None) -> dict[Slug, dict[TaskId, Seen]]:
    """What the networks of each submission see; nothing where no task asks for it."""
    from netgrade.store import load

    return load(path, Sights).seen if path else {}


def marks_of(assignment: str, overrides: Path | None) -> list[Override]:
    """The teacher's marks, with every student named by slug."""
    from netgrade.collect import ROSTER
    from netgrade.spec import by_slug, load_overrides

    return by_slug(load_overrides(overrides), roster_at(ROSTER).names(assignment)) if overrides else []
