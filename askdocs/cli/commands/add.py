"""``askdocs add``: put articles into a corpus, and with ``--watch`` keep following them."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from askdocs.cli.common import corpus_option, emit_json, json_option, open_corpus, say

if TYPE_CHECKING:
    from askdocs.core.reports import AddReport
    from askdocs.corpus.corpus import Corpus


@click.command("add")
@click.argument("paths", nargs=-1, required=True, metavar="PATHS...")
@click.option("--prune", is_flag=True, help="Remove articles whose files under PATHS are gone.")
@click.option("--watch", is_flag=True, help="Then follow PATHS for changes until Ctrl-C.")
@click.option(
    "--workers",
    type=click.IntRange(1, 1024),
    metavar="N",
    help="Add with N processes at once, to a corpus on Postgres.",
)
@click.option(
    "--ray",
    metavar="ADDRESS",
    help="Add on the Ray cluster at ADDRESS (ray://host:port, auto, or local: this machine), to a corpus on Postgres.",
)
@corpus_option
@json_option
def add_command(
    paths: tuple[str, ...],
    prune: bool,
    watch: bool,
    workers: int | None,
    ray: str | None,
    corpus_path: Path | str | None,
    as_json: bool,
) -> int:
    """Add PATHS (files, folders, globs, http(s) URLs) to the corpus, which is made if it is not there.

    What did not change is left alone; what cannot be read is reported and skipped.
    """
    if watch and (workers or ray):
        raise click.UsageError("--watch adds with one process; leave --workers and --ray out, or add with them first")
    progress = sys.stderr.isatty()
    with _interrupts(taken=watch) as interrupts:
        with open_corpus(corpus_path, create=True) as corpus:
            if watch:
                report = _follow(corpus, paths, prune, interrupts)
            else:
                if ray:
                    report = corpus.add_with_ray(*paths, address=ray, workers=workers, prune=prune, progress=progress)
                else:
                    report = corpus.add(*paths, prune=prune, progress=progress, workers=workers)
                tell(corpus, report)
        if as_json:
            emit_json(report)
    stored = report.added + report.updated + report.unchanged + report.moved + report.removed
    return 1 if report.skipped and not stored else 0


def tell(corpus: Corpus, report: AddReport) -> None:
    """Say on stderr what adding came to."""
    for line in outcome(corpus, report):
        say(line)


def outcome(corpus: Corpus, report: AddReport) -> Iterator[str]:
    """What was skipped and why, line by line; then how many articles were added, and how many of all have no date."""
    for skipped in report.skipped:
        yield f"skipped {skipped.source}: {skipped.reason}"
    yield "; ".join(filter(None, (summary(report), _undated(corpus))))


def _undated(corpus: Corpus) -> str:
    """How many articles have no date; empty where all have one, and where none has, for nobody asks by date then."""
    from askdocs.terminal.render import undated

    kept = corpus.kept({"published": ">=0001-01-01"})
    return undated(kept) if kept.articles else ""


def summary(report: AddReport) -> str:
    """The counts of a report that are not zero.

    >>> from askdocs import AddReport
    >>> summary(AddReport(added=2, unchanged=1))
    '2 added, 1 unchanged'
    """
    counts = {name: getattr(report, name) for name in ("added", "updated", "moved", "removed", "unchanged")}
    counts["skipped"] = len(report.skipped)
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "nothing to add"


class _Interrupts:
    """What Ctrl-C does to ``--watch``: it ends at the next whole step, pressed again at once, but once only.

    A KeyboardInterrupt anywhere would lose the count of what was stored already, or the sums on their way out.
    """

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.over = False
        self._pressed = False

    def take(self, number: int, frame: FrameType | None) -> None:
        """Be the handler of SIGINT."""
        if not self._pressed:
            self._pressed = True
            self.stop.set()
        elif not self.over:
            self.over = True
            raise KeyboardInterrupt


@contextlib.contextmanager
def _interrupts(*, taken: bool) -> Iterator[_Interrupts]:
    """Take Ctrl-C during the block, where it would end the program: not where it is ignored, as after ``nohup``."""
    interrupts = _Interrupts()
    before = signal.getsignal(signal.SIGINT)
    in_main = threading.current_thread() is threading.main_thread()  # no other may take signals
    if not (taken and in_main and before is signal.default_int_handler):
        yield interrupts
        return
    signal.signal(signal.SIGINT, interrupts.take)
    try:
        yield interrupts
    finally:
        signal.signal(signal.SIGINT, before)


def _follow(corpus: Corpus, paths: tuple[str, ...], prune: bool, interrupts: _Interrupts) -> AddReport:
    """Add, then bring the corpus up after each change under ``paths`` until Ctrl-C; gives the sum of all reports."""
    from askdocs.core.reports import AddReport
    from askdocs.ingest.watch import require_watchfiles

    require_watchfiles()  # before anything is promised
    total = AddReport()
    say("watching for changes; Ctrl-C ends it")
    try:
        try:
            for report in corpus.watch(*paths, prune=prune, stop=interrupts.stop):
                total = _sum(total, report)
                tell(corpus, report)
        finally:
            interrupts.over = True  # inside the outer try: whatever is raised before this is caught below
    except KeyboardInterrupt:
        pass
    say("no longer watching")
    return total


def _sum(total: AddReport, more: AddReport) -> AddReport:
    counted = ("added", "updated", "moved", "removed", "skipped")
    sums = {name: getattr(total, name) + getattr(more, name) for name in counted}
    return total.model_copy(update=sums | {"unchanged": total.unchanged or more.unchanged})
