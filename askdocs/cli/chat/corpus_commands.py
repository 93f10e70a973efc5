"""The commands of the chat that change or list the corpus: ``/add``, ``/remove``, ``/list``."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from askdocs.core.errors import CorpusError
from askdocs.terminal.render import print_plain, short_source
from askdocs.text.sanitize import one_line

if TYPE_CHECKING:
    from rich.console import Console

    from askdocs.cli.chat.session import Session

_SHOWN = 20


def add(session: Session, argument: str, console: Console) -> None:
    """Add files, folders, globs or URLs; several may be given, quoted as in a shell."""
    from askdocs.cli.commands.add import outcome

    try:
        paths = shlex.split(argument)
    except ValueError:  # a lone quotation mark: a name with an apostrophe
        paths = [argument]
    if not paths:
        raise CorpusError("/add: name a file, folder, glob or URL")
    report = session.corpus.add(*paths, progress=console.is_terminal)
    for line in outcome(session.corpus, report):
        print_plain(console, one_line(line))


def remove(session: Session, argument: str, console: Console) -> None:
    """Remove the article of a source or an id."""
    if not argument:
        raise CorpusError("/remove: name a source; /list shows them")
    gone: list[str] = []
    removed = session.corpus.remove(source=argument, each=gone.append)
    if not removed:
        raise CorpusError(f"/remove {argument}: no article has this source; /list shows them")
    for source in gone[:_SHOWN]:
        print_plain(console, f"removed {short_source(source)}", 8)
    more = f", {removed - _SHOWN} of them not shown" if removed > _SHOWN else ""
    print_plain(console, f"{removed} removed{more}")


def list_articles(session: Session, argument: str, console: Console) -> None:
    """The articles of the corpus, one a line: date, title, source."""
    count = 0
    for article in session.corpus.articles():
        count += 1
        published = article.published.isoformat() if article.published else " " * 10
        print_plain(console, f"{published}  {one_line(article.title, 60) or '-'}  {short_source(article.source)}", 12)
    if not count:
        print_plain(console, "no articles yet; /add PATH adds some")
