"""``askdocs mcp``: the articles for an assistant that speaks MCP."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from askdocs.cli.common import corpus_place, model_option, say
from askdocs.cli.named_places import named_places
from askdocs.core.extras import require

if TYPE_CHECKING:
    from askdocs.corpus.corpus import Corpus


@click.command("mcp")
@click.option("--corpus", "given", multiple=True, metavar="[NAME=]DIR", help="The folder of a corpus; may be repeated.")
@model_option
@click.option("--http", is_flag=True, help="Serve streamable HTTP, not stdin and stdout.")
@click.option("--host", metavar="ADDRESS", help="Where to listen: 127.0.0.1 if not given; any other wants a token.")
@click.option("--port", type=click.IntRange(0, 65535), metavar="N", help="8766 if not given; 0 takes a free one.")
@click.option("--allow-host", "names", multiple=True, metavar="NAME", help="A name that clients reach this machine by.")
@click.option(
    "--token-file", type=click.Path(path_type=Path), help="A file with the token clients send; else $ASKDOCS_TOKEN."
)
def mcp_command(
    given: tuple[str, ...],
    model: str | None,
    http: bool,
    host: str | None,
    port: int | None,
    names: tuple[str, ...],
    token_file: Path | None,
) -> None:
    """Serve the articles to an assistant that speaks MCP: tools to ask, search and read, articles as resources.

    An assistant starts this itself; docs/howto/mcp.md says what to write into its settings. With --http it listens
    at http://127.0.0.1:8766/mcp instead.
    """
    if not http and (host or port is not None or names or token_file):
        raise click.UsageError("--host, --port, --allow-host and --token-file belong to --http")
    folders = named_places(given) or {"articles": corpus_place(None)}
    require("mcp", extra="mcp", needed_for="askdocs mcp")
    from askdocs.mcp.asking import local_ask
    from askdocs.mcp.run import HttpSettings, check_access, read_token, run_http, run_stdio
    from askdocs.mcp.server import build_server

    with contextlib.ExitStack() as stack:
        corpora = {name: stack.enter_context(_open(folder)) for name, folder in folders.items()}
        server = build_server(corpora, local_ask(model))
        if not http:
            if sys.stdin.isatty():
                say("askdocs: waiting for an assistant on stdin; docs/howto/mcp.md says how one starts this")
            run_stdio(server)
            return
        settings = HttpSettings(
            host=host or "127.0.0.1", port=8766 if port is None else port, token=read_token(token_file), names=names
        )
        check_access(settings)
        run_http(server, settings, lambda address: say(f"askdocs: MCP at {address} ({', '.join(corpora)})"))


def _open(place: Path | str) -> Corpus:
    from askdocs.corpus.corpus import Corpus

    return Corpus.open(place, create=False)
