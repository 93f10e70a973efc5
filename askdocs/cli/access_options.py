"""The options of ``askdocs serve`` that say who may use it, and how much they may send."""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict

import click

from askdocs.cli.common import Function


class AccessOptions(TypedDict):
    """What the options give, by the names of the fields of ``ServeSettings``."""

    hosts: tuple[str, ...]
    origins: tuple[str, ...]
    proxies: tuple[str, ...]
    log_questions: bool
    upload_bytes: int
    upload_files: int


def access_options(function: Function) -> Function:
    """``--token-file``, and the options of :class:`AccessOptions`."""
    options = (
        click.option(
            "--token-file",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="Lines NAME SECRET [CORPUS,CORPUS]; one token alone can be in the variable ASKDOCS_TOKEN.",
        ),
        click.option(
            "--allow-host", "hosts", multiple=True, metavar="NAME", help="Another name the service is called by."
        ),
        click.option(
            "--allow-origin", "origins", multiple=True, metavar="ORIGIN",
            help="Whose pages may call it, as https://wiki.example.org (CORS).",
        ),
        click.option(
            "--behind-proxy", "proxies", multiple=True, metavar="ADDRESS",
            help="The proxy whose X-Forwarded-For and -Proto are believed.",
        ),
        click.option("--log-questions", is_flag=True, help="Write what was asked into the log, too."),
        click.option(
            "--upload-bytes", type=click.IntRange(1), default=20 * 1024**2, show_default=True, metavar="N",
            help="How large one uploaded file may be.",
        ),
        click.option(
            "--upload-files", type=click.IntRange(1), default=100, show_default=True, metavar="N",
            help="How many files one upload may hold.",
        ),
    )  # fmt: skip
    for option in reversed(options):
        function = option(function)
    return function
