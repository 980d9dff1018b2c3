"""The commands for students: what the grader will find in their work, and the zip to hand in."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from netgrade.cli.group import AS_JSON, FILE, main

if TYPE_CHECKING:
    from netgrade.selfcheck.work import Work

PLACE = click.argument("place", type=click.Path(path_type=Path, exists=True), default=".")
RULES = click.option("--rules", type=FILE, help="What the course gave out; rules.yaml beside the work by default.")


@main.command()
@PLACE
@RULES
@click.option("--train", is_flag=True, help="Also train for a short time, on training images, and write the report.")
@AS_JSON
def check(place: Path, rules: Path | None, train: bool, as_json: bool) -> None:
    """Say what the grader will find in your work, before you hand it in.

    PLACE is your notebook, your Python file, the folder of both, or a zip that `netgrade submit` made. First the files
    are looked at; then your code runs once, as in grading. Exit status 0: everything will be graded; 1: there is
    something to mend.
    """
    from netgrade.selfcheck.work import find_rules, laid_out

    with laid_out(place, find_rules(place, rules)) as work:
        ok = _told(work, place if place.is_dir() else place.parent, train, as_json)
    sys.exit(0 if ok else 1)


@main.command()
@PLACE
@RULES
@click.option("--output", type=FILE, help="The zip to write; `<assignment>.zip` beside the work by default.")
def submit(place: Path, rules: Path | None, output: Path | None) -> None:
    """Check your work, and make the zip to hand in.

    PLACE is your notebook, your Python file, or the folder of both. The zip holds what the grader reads and nothing
    else; the same files always make the same zip. It is made in any case; exit status 1 says that there is something
    to mend.
    """
    from netgrade.selfcheck.work import find_rules, laid_out
    from netgrade.store import write_bytes

    folder = place if place.is_dir() else place.parent
    with laid_out(place, find_rules(place, rules)) as work:
        target = output or folder / f"{work.assignment.id}.zip"
        if target.suffix.lower() != ".zip" or target.resolve() == place.resolve():
            raise click.UsageError("The output has to be another file, and its name has to end in `.zip`.")
        write_bytes(target, work.packed)
        ok = _told(work, folder, train=False, as_json=False)
    names = work.gathered.files
    click.echo(f"Hand in {target}: {len(names)} file{'s' * (len(names) > 1)}, {len(work.packed) / 1000:,.0f} kB.")
    for name in names:
        click.echo(f"  {name}")
    sys.exit(0 if ok else 1)


def _told(work: "Work", folder: Path, train: bool, as_json: bool) -> bool:
    """Look at the work in both steps, print what is seen, and say whether everything will be graded."""
    from netgrade.selfcheck.data import training_images
    from netgrade.selfcheck.show import first_shown, result_shown
    from netgrade.selfcheck.work import look_at_files, run_code

    console, progress = Console(), Console(stderr=True)
    if not as_json:
        console.print(*first_shown(look_at_files(work)), sep="\n")
    data = training_images(work.assignment, progress.print)
    with progress.status("Running your code, as the grader does …"):
        seen = run_code(work, data)
    result = seen.result
    if train:
        from netgrade.selfcheck.training import train_briefly

        result = train_briefly(work, seen, folder)
    if as_json:
        click.echo(result.model_dump_json(indent=2))
    else:
        console.print(*result_shown(result), sep="\n")
    return result.ok
