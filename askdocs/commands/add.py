"""``askdocs add``: put articles into a corpus, and with ``--watch`` keep following them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from askdocs.commands.common import corpus_option, emit_json, json_option, open_corpus, say

if TYPE_CHECKING:
    from askdocs.corpus import Corpus
    from askdocs.types import AddReport


@click.command("add")
@click.argument("paths", nargs=-1, required=True, metavar="PATHS...")
@click.option("--prune", is_flag=True, help="Remove articles whose files under PATHS are gone.")
@click.option("--watch", is_flag=True, help="Then follow PATHS for changes until Ctrl-C.")
@corpus_option
@json_option
def add_command(paths: tuple[str, ...], prune: bool, watch: bool, corpus_path: Path | None, as_json: bool) -> int:
    """Add PATHS (files, folders, globs, http(s) URLs) to the corpus, which is made if it is not there.

    What did not change is left alone; what cannot be read is reported and skipped.
    """
    progress = sys.stderr.isatty()
    with open_corpus(corpus_path, create=True) as corpus:
        if watch:
            report = _follow(corpus, paths, prune)
        else:
            report = corpus.add(*paths, prune=prune, progress=progress)
            tell(corpus, report)
    if as_json:
        emit_json(report)
    stored = report.added + report.updated + report.unchanged + report.moved + report.removed
    return 1 if report.skipped and not stored else 0


def tell(corpus: Corpus, report: AddReport) -> None:
    """Say on stderr what was skipped and why, how many articles were added, and how many of all have no date."""
    for skipped in report.skipped:
        say(f"skipped {skipped.source}: {skipped.reason}")
    say("; ".join(filter(None, (summary(report), _undated(corpus)))))


def _undated(corpus: Corpus) -> str:
    """How many articles have no date; empty where all have one, and where none has, for nobody asks by date then."""
    from askdocs.render import undated

    kept = corpus.kept({"published": ">=0001-01-01"})
    return undated(kept) if kept.articles else ""


def summary(report: AddReport) -> str:
    """The counts of a report that are not zero.

    >>> from askdocs.types import AddReport
    >>> summary(AddReport(added=2, unchanged=1))
    '2 added, 1 unchanged'
    """
    counts = {name: getattr(report, name) for name in ("added", "updated", "moved", "removed", "unchanged")}
    counts["skipped"] = len(report.skipped)
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "nothing to add"


def _follow(corpus: Corpus, paths: tuple[str, ...], prune: bool) -> AddReport:
    """Add, then bring the corpus up after each change under ``paths`` until Ctrl-C; gives the sum of all reports."""
    from askdocs.types import AddReport

    total = AddReport()
    say("watching for changes; Ctrl-C ends it")
    try:
        for report in corpus.watch(*paths, prune=prune):
            tell(corpus, report)
            total = _sum(total, report)
    except KeyboardInterrupt:
        say("no longer watching")
    return total


def _sum(total: AddReport, more: AddReport) -> AddReport:
    counted = ("added", "updated", "moved", "removed", "skipped")
    sums = {name: getattr(total, name) + getattr(more, name) for name in counted}
    return total.model_copy(update=sums | {"unchanged": total.unchanged or more.unchanged})
