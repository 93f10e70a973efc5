"""``askdocs completion``: the script that lets a shell complete commands and options."""

from __future__ import annotations

import click

_FILES = {"bash": "~/.bashrc", "zsh": "~/.zshrc", "fish": "~/.config/fish/completions/askdocs.fish"}


@click.command("completion")
@click.argument("shell", type=click.Choice(sorted(_FILES)))
def completion_command(shell: str) -> None:
    """Print the completion script of SHELL: bash, zsh or fish.

    \b
    bash  echo 'eval "$(askdocs completion bash)"' >> ~/.bashrc
    zsh   echo 'eval "$(askdocs completion zsh)"' >> ~/.zshrc
    fish  askdocs completion fish > ~/.config/fish/completions/askdocs.fish
    """
    from click.shell_completion import get_completion_class

    from askdocs.cli.main import cli

    maker = get_completion_class(shell)
    assert maker is not None
    click.echo(maker(cli, {}, "askdocs", "_ASKDOCS_COMPLETE").source())
