"""``askdocs copy``: a corpus to another place, a folder or a server."""

from __future__ import annotations

from pathlib import Path

import click

from askdocs.cli.common import PlaceType, emit_json, json_option, say


@click.command("copy")
@click.argument("origin", type=PlaceType(), metavar="FROM")
@click.argument("target", type=PlaceType(), metavar="TO")
@json_option
def copy_command(origin: Path | str, target: Path | str, as_json: bool) -> int:
    """Copy every article of the corpus FROM into the corpus TO, with its vectors, and compare both in the end.

    FROM and TO are folders or postgresql:// addresses; TO is made if it is not there. A copy that was interrupted
    goes on where it was when it is called again.

    \b
    askdocs copy .askdocs "postgresql://ann@db.example/team?corpus=news"
    """
    from askdocs.core.reports import AddProgress
    from askdocs.corpus.copying import check_copied, copy_articles
    from askdocs.corpus.corpus import Corpus
    from askdocs.ingest.progress import Progress
    from askdocs.terminal.render import counted

    with (
        Corpus.open(origin, create=False) as one,
        Corpus.open(target) as other,
        Progress(shown=not as_json) as progress,
    ):
        report = copy_articles(
            one.storage, other.storage, lambda done, total: progress.tick(AddProgress(articles=done))
        )
        check_copied(report, one.storage, other.storage)
        name = other.storage.name
    for skipped in report.skipped:
        say(f"skipped {skipped.source}: {skipped.reason}")
    if as_json:
        emit_json(report)
    else:
        say(f"{counted(report.copied, 'article')} copied to {name}, {report.unchanged} were there; both are the same")
    return 1 if report.skipped else 0
