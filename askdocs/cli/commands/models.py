"""``askdocs models``: which models there are, fetching one, and where its file is."""

from __future__ import annotations

import sys

import click

from askdocs.cli.common import emit_json, json_option, say, terminal
from askdocs.text.sanitize import one_line


@click.group("models", invoke_without_command=True)
@json_option
@click.pass_context
def models_command(context: click.Context, as_json: bool) -> None:
    """List, download or locate models. Without a command: list."""
    if context.invoked_subcommand is None:
        _list(as_json)


@models_command.command("list")
@json_option
def list_models(as_json: bool) -> None:
    """List the models that can be named, and whether each is here."""
    _list(as_json)


@models_command.command("pull")
@click.argument("name")
@json_option
def pull_model(name: str, as_json: bool) -> None:
    """Download the model NAME once, resumably, and check it."""
    from askdocs.models.registry import pull

    path = pull(name, progress=sys.stderr.isatty())
    if as_json:
        emit_json({"model": name, "path": path})
    else:
        say(f"{name}: {path}")


@models_command.command("path")
@click.argument("name")
@json_option
def model_path(name: str, as_json: bool) -> None:
    """Print where the file of the model NAME is; downloads nothing."""
    from askdocs.models.registry import locate

    path = locate(name)
    if as_json:
        emit_json({"model": name, "path": path})
    else:
        click.echo(str(path))


def _list(as_json: bool) -> None:
    from askdocs.models.registry import known_models

    models = [model.model_dump(mode="json") for model in known_models()]
    if as_json:
        emit_json({"models": models})
        return
    from askdocs.terminal.render import print_plain

    console = terminal()
    for model in models:
        print_plain(console, f"{one_line(str(model['name'])):24}  {one_line(str(model['description']))}")
