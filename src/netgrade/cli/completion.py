"""The command that teaches a shell to complete netgrade's commands, options and assignments."""

import click
from click.shell_completion import get_completion_class

from netgrade.cli.group import main

VARIABLE = "_NETGRADE_COMPLETE"
"""Where a shell says, in the way of click, that it asks for completions."""


@main.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script with which a SHELL completes commands, options and assignments.

    \b
    bash:  echo 'eval "$(netgrade completion bash)"' >> ~/.bashrc
    zsh:   echo 'eval "$(netgrade completion zsh)"' >> ~/.zshrc
    fish:  netgrade completion fish > ~/.config/fish/completions/netgrade.fish
    """
    kind = get_completion_class(shell)
    assert kind is not None  # click knows all three
    click.echo(kind(main, {}, "netgrade", VARIABLE).source())
