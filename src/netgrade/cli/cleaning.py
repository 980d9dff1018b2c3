"""The command that makes room."""

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from netgrade.cli.group import main


@main.command()
@click.option("--yes", is_flag=True, help="Remove it; without this, it is only listed.")
def clean(yes: bool) -> None:
    """List what a course keeps and no longer needs, with its size, or remove it.

    That is: trainings of plans that nobody handed in any more, weights of networks that no task looks at, temporary
    files of runs that were killed, and logs. Submissions, marks, grades, reports and audit bundles stay.
    """
    from netgrade.clean import remove, waste
    from netgrade.running import alone
    from netgrade.spec import load_course

    course = load_course(Path("config.yaml"))
    with alone(Path()):
        found = waste(course, Path())
        table = Table("what", "how many", "size")
        for one in found:
            table.add_row(one.kind, f"{len(one.paths):,}", _readable(one.size))
        total = sum(one.size for one in found)
        table.add_row("together", f"{sum(len(one.paths) for one in found):,}", _readable(total))
        Console().print(table)
        if yes:
            remove(found)
    click.echo("Removed." if yes else "Nothing was removed; `netgrade clean --yes` removes all of this.")


def _readable(size: int) -> str:
    """Bytes as megabytes: `1,234.5 MB`."""
    return f"{size / 2**20:,.1f} MB"
