"""``askdocs serve``: the corpus over HTTP, with a page in the browser."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from askdocs.cli.access_options import AccessOptions, access_options
from askdocs.cli.common import corpus_place, say
from askdocs.cli.named_places import named_places
from askdocs.core.errors import AskdocsError
from askdocs.core.extras import require

if TYPE_CHECKING:
    from askdocs.serving.settings import ServeSettings


@click.command("serve")
@click.option(
    "--corpus",
    "corpora",
    multiple=True,
    metavar="[NAME=]DIR",
    help="A folder to serve, or a postgresql:// address; may be repeated, the first is the default.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on; others need a token.")
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="The port.")
@click.option("--model", "models", multiple=True, metavar="NAME", help="A model requests may name; the first answers.")
@click.option("--waiting", type=click.IntRange(1), default=32, show_default=True, help="How many questions may wait.")
@click.option("--at-once", type=click.IntRange(1), default=2, show_default=True, help="How many are worked on at once.")
@click.option("--timeout", type=click.FloatRange(0, min_open=True), default=60.0, show_default=True, metavar="SECONDS")
@access_options
def serve_command(
    corpora: tuple[str, ...],
    host: str,
    port: int,
    models: tuple[str, ...],
    waiting: int,
    at_once: int,
    timeout: float,
    token_file: Path | None,
    **access: Unpack[AccessOptions],
) -> int:
    """Serve a corpus over HTTP, with a page to ask and read in; on this machine only, unless --host says otherwise."""
    for package in ("fastapi", "uvicorn", "prometheus_client", "python_multipart"):
        require(package, extra="serve", needed_for="askdocs serve")
    from askdocs.core.listening import address, listen, port_of
    from askdocs.core.settings import load_settings
    from askdocs.core.token_file import tokens_of
    from askdocs.serving.app import create_app
    from askdocs.serving.running import run

    settings = _checked(
        corpora=named_places(corpora) or {"default": corpus_place(None)},
        host=host,
        port=port,
        models=models or (load_settings().model,),
        waiting=waiting,
        at_once=at_once,
        timeout=timeout,
        access=tokens_of(os.environ, token_file),
        **access,
    )
    logging.getLogger("askdocs.access").setLevel(logging.INFO)  # whoever serves others wants to see what comes in
    new = [place for place in settings.corpora.values() if isinstance(place, Path) and not place.exists()]
    with listen(host, port) as listening:
        app = create_app(settings.model_copy(update={"port": port_of(listening)}))
        app.state.service.open()
        for place in new:
            say(f"askdocs: {place}: there was no corpus here, so an empty one was made; add articles on its page")
        say(f"askdocs: {address(host, port_of(listening))} serves {', '.join(settings.corpora)}; Ctrl-C ends it")
        run(app, listening)
    return 0


def _checked(**given: object) -> ServeSettings:
    """The settings. Raises AskdocsError, which says what is wrong with one of them."""
    from pydantic import ValidationError

    from askdocs.serving.settings import ServeSettings

    try:
        return ServeSettings.model_validate(given).checked()
    except ValidationError as error:
        raise AskdocsError(error.errors()[0]["msg"].removeprefix("Value error, ")) from error
