"""The command that tells an editor what an assignment may say."""

import click

from netgrade.cli.group import main


@main.command()
def schema() -> None:
    """Print the JSON Schema of assignment.yaml, by which editors complete and check it.

    `netgrade new-assignment` writes it as assignments/assignment.schema.json, and a line that names it into the file.
    """
    from netgrade.schema import schema_text

    click.echo(schema_text(), nl=False)
