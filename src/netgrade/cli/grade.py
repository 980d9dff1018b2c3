"""The command that grades: a thin door to Snakemake, which does everything, with a view of the whole run."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click
from rich.live import Live
from rich.text import Text

from netgrade.cli.group import complete_assignment, course_here, entries_here, main
from netgrade.cli.status import MOST_SHOWN, view
from netgrade.documents import shown
from netgrade.errors import NetgradeError
from netgrade.store import BUNDLES

if TYPE_CHECKING:
    from netgrade.status import Part, Status

AFTER_DASHES = "netgrade.after_dashes"
PASSED = "Behind `--`, everything goes to Snakemake as it is, whose own words then take the place of the view."
OWN_CORES = ("-c", "--cores", "-j", "--jobs")
MOST_TAIL = 40
"""Lines of Snakemake's own that are shown where nothing else says what went wrong."""


class PassesOn(click.Command):
    """A command that keeps what stands behind `--` for another program."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """Take what stands before `--`; click would mix both."""
        at = args.index("--") if "--" in args else len(args)
        context.meta[AFTER_DASHES] = args[at + 1 :]
        return super().parse_args(context, args[:at])


@main.command(cls=PassesOn, options_metavar="[OPTIONS]", epilog=PASSED)
@click.argument("assignments", nargs=-1, shell_complete=complete_assignment)
@click.option("--cores", help="How many cores to use; without this, all.")
@click.option("--profile", help="Folder of a Snakemake profile, such as profiles/slurm.")
@click.pass_context
def grade(context: click.Context, assignments: tuple[str, ...], cores: str | None, profile: str | None) -> None:
    """Grade the course in this folder, or only the ASSIGNMENTS that are named.

    This runs `snakemake`, which does only what has changed and goes on where an earlier run stopped. Only a run of the
    whole course writes the grade book. Exit status 1 where not everything could be done; what waits for a person is
    told, and is no failure.
    """
    entries_here(assignments)
    more = context.meta[AFTER_DASHES]
    if assignments and "--config" in more:
        raise click.UsageError("Name the assignments behind `--` as well: --config only=lab-1,lab-2 ...")
    command = _command(assignments, cores, profile, more)
    # Jobs call `netgrade`, which has to be this one.
    environment = os.environ | {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])}
    if not sys.stdout.isatty() or more:
        # This process becomes Snakemake, so that whatever ends it ends the run.
        os.execve(command[0], command, environment)
    status = _watched(command, environment, assignments)
    sys.exit(status if status in (0, 2) else 1)


def _command(assignments: Sequence[str], cores: str | None, profile: str | None, more: Sequence[str]) -> list[str]:
    only = ["--config", f"only={','.join(assignments)}"] if assignments else []
    chosen = profile or any(word.startswith(OWN_CORES) for word in more)
    counted = ["--cores", cores] if cores else [] if chosen else ["--cores", "all"]
    profiled = ["--workflow-profile", profile] if profile else []
    return [sys.executable, "-m", "snakemake", *only, *counted, *profiled, *more]


def _watched(command: Sequence[str], environment: dict[str, str], assignments: Sequence[str]) -> int:
    """Run it behind a view of the whole, and say at the end what came of it."""
    begun = datetime.now().astimezone().replace(microsecond=0)
    # A file rather than a pipe: should this process be killed, the run goes on undisturbed.
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        child = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
        with Live(Text("Looking at what there is to do."), refresh_per_second=4, transient=True) as live:
            status = _wait(child, live)
        try:
            found = _look()
        except NetgradeError:
            found = None
        for line in _ending(found, status, begun, assignments, output):
            click.echo(line)
    return status


def _wait(child: subprocess.Popen[bytes], live: Live) -> int:
    """Wait for the run. Ctrl and C reaches it as well, and it ends in order; a second one ends it at once."""
    try:
        while True:
            # A mistake in the course's own files is the run's to tell.
            with suppress(NetgradeError):
                found = _look()
                live.update(view(found, begins=not found.at_work))
            with suppress(subprocess.TimeoutExpired):
                return child.wait(1)
    except KeyboardInterrupt:
        live.update(Text("Stopping: what is finished is kept, and the next run goes on from there."))
        with suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
            return child.wait(60)
        child.kill()
        return child.wait()


def _look() -> "Status":
    from netgrade.status import status_of

    return status_of(course_here(), Path())


def _ending(
    found: "Status | None", status: int, begun: datetime, assignments: Sequence[str], output: IO[str]
) -> Iterator[str]:
    """Where the reports are, who needs a person, and what failed."""
    ran = found is not None and found.run is not None and found.run.begun >= begun
    if found is not None and (ran or not status):
        for part in found.parts:
            if not assignments or part.assignment in assignments:
                yield from _told(part)
        if Path("reports/gradebook.csv").is_file() and not assignments:
            yield "Grade book: reports/gradebook.csv"
        if changed := _changed(found, begun):
            yield f"Grades that changed: {changed:,}; `netgrade history --last-run` says how and why."
    run = found.run if ran and found else None
    failures = run.failures if run else ()
    yield from (shown(f"Failed: {one.log}: {one.what}") for one in failures)
    if status and not failures and not (run and run.stopped):
        output.seek(0)
        yield from (line.rstrip("\n") for line in output.readlines()[-MOST_TAIL:])
    if status:
        yield "Not everything was done. `netgrade grade` goes on from here."


def _changed(found: "Status", begun: datetime) -> int:
    """How many grades that were there before this run are others by now."""
    from netgrade.history import steps_of

    steps = [step for part in found.parts for step in steps_of(BUNDLES, part.assignment, {}, begun)]
    return len({(step.assignment, step.slug) for step in steps if step.moved and step.before is not None})


def _told(part: "Part") -> Iterator[str]:
    """The end of one assignment, with the first of those who wait."""
    page = Path("reports", part.assignment, "class.html")
    where = f", {page}" if page.is_file() else ""
    yield f"{part.assignment}: {part.graded} of {part.submissions} submissions graded{where}"
    if part.waits:
        students, tasks = len({one.student for one in part.waits}), len(part.waits)
        count = f"{tasks} task{'s' if tasks > 1 else ''} of {students} student{'s' if students > 1 else ''}"
        yield f"  {count} for a person to mark, with `netgrade mark {part.assignment}`:"
        yield from (shown(f"  {one.student} · {one.task or 'late'}: {one.why}") for one in part.waits[:MOST_SHOWN])
        if tasks > MOST_SHOWN:
            yield f"  and {tasks - MOST_SHOWN:,} more"
