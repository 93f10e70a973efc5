"""Corpora by name, as ``--corpus NAME=DIR`` gives them to a command that serves several."""

from __future__ import annotations

import re
from pathlib import Path

import click

from askdocs.core.places import is_address, place_of

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


def named_places(given: tuple[str, ...]) -> dict[str, Path | str]:
    """The folders of ``--corpus`` by name; a folder without one is named after itself.

    >>> [(name, folder.name) for name, folder in named_places(("/data/news.askdocs", "q3=/data/reports")).items()]
    [('news', 'news.askdocs'), ('q3', 'reports')]
    """
    folders: dict[str, Path | str] = {}
    for one in given:
        name, sign, folder = one.partition("=")
        if is_address(one):
            from askdocs.storage.postgres.address import Address

            folder, name = one, Address.of(one).corpus
        elif not sign or Path(one).is_dir():
            folder, name = one, _name_of(Path(one))
        if not _NAME.fullmatch(name):
            raise click.UsageError(f"--corpus {one}: a name of letters, figures, - and _ is wanted before the =")
        if name in folders:
            raise click.UsageError(f"--corpus {one}: the name {name!r} is taken; give another as NAME={folder}")
        folders[name] = place_of(folder)
    return folders


def _name_of(folder: Path) -> str:
    """A name made of that of a folder: "news" of ``news.askdocs``, "askdocs" of ``.askdocs``."""
    words = folder.absolute().name.strip(".").removesuffix(".askdocs")
    return re.sub(r"[^A-Za-z0-9_-]+", "-", words).strip("-_")[:64] or "articles"
