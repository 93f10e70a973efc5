"""``askdocs models``: which models there are, fetching one, where its file is, and what it is worth here."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from askdocs.cli.common import emit_json, json_option, say, terminal
from askdocs.text.sanitize import one_line

if TYPE_CHECKING:
    from rich.console import Console

    from askdocs.models.listing import Group, KnownModel

_HEADINGS: dict[Group, str] = {
    "bundled": "Come with askdocs:",
    "form": "Any other, as --model takes it:",
    "recommended": "Recommended, smallest first; not run by askdocs itself (askdocs models try NAME):",
    "downloaded": "Downloaded besides:",
}
_INDENT = 20


@click.group("models", invoke_without_command=True)
@json_option
@click.pass_context
def models_command(context: click.Context, as_json: bool) -> None:
    """List, download, locate or measure models. Without a command: list."""
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
    """Download the model NAME once, resumably, and check it.

    NAME is one of `askdocs models list`, or hf:OWNER/REPO/FILE.gguf; of a split model all files are downloaded.
    HF_TOKEN, HF_ENDPOINT, HF_HOME and HTTPS_PROXY are obeyed.
    """
    from askdocs.models.registry import pull

    try:
        path = pull(name, progress=sys.stderr.isatty())
    except KeyboardInterrupt:
        say("askdocs: stopped; what came is kept, and the same command goes on there")
        raise
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


@models_command.command("try")
@click.argument("name", metavar="NAME|FILE.gguf")
@click.option("--suite", default="smoke", show_default=True, metavar="SUITE", help="The questions: news, or a folder.")
@click.option("--against", default="smollm2", show_default=True, metavar="NAME", help="The model to compare it with.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Keep the outcomes and the report here.")
@json_option
def try_model(name: str, suite: str, against: str, out: Path | None, as_json: bool) -> None:
    """Measure a model on this machine: right answers, speed, memory, and whether it beats the bundled one."""
    from askdocs.evaluation.trial import trial_lines, try_model

    result = try_model(name, suite=suite, against=against, out=out)
    if as_json:
        emit_json(result)
        return
    from askdocs.terminal.render import print_plain

    console = terminal()
    for line in trial_lines(result):
        print_plain(console, line)


def _list(as_json: bool) -> None:
    from askdocs.models.listing import known_models

    known = known_models()
    if as_json:
        emit_json({"models": known})
        return
    from askdocs.terminal.render import print_plain

    console = terminal()
    for group, heading in _HEADINGS.items():
        if models := [model for model in known if model.group == group]:
            print_plain(console, heading)
            for model in models:
                _print_model(console, model)


def _print_model(console: Console, model: KnownModel) -> None:
    from askdocs.terminal.render import print_plain

    name, description = f"  {one_line(model.name)}", one_line(model.description)
    if len(name) >= _INDENT:
        print_plain(console, name)
        name = ""
    blank = " " * _INDENT
    if model.entry is None:
        print_plain(console, f"{name:{_INDENT}}{description}", hang=_INDENT)
        return
    entry, here = model.entry, ", downloaded" if model.available else ""
    print_plain(
        console,
        f"{name:{_INDENT}}{entry.parameters / 1e9:.1f} B weights, {entry.file_bytes / 1e9:.2f} GB file, "
        f"{entry.memory_bytes / 1e9:.1f} GB memory, {entry.licence.removeprefix('LicenseRef-')}{here}",
    )
    print_plain(console, f"{blank}{description}", hang=_INDENT)
    print_plain(console, f"{blank}{entry.hf}")
