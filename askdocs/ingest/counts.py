"""What an ``AddReport`` says, while it grows."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from askdocs.core.reports import AddProgress, AddReport, Skipped
from askdocs.storage.work import Outcome

Note = Callable[[Outcome, str, str], None]


def unnoted(outcome: Outcome, source: str, reason: str = "") -> None:
    """Nobody else wants to know."""


@dataclass
class Counts:
    """How many articles had which outcome, and of how many files; ``note`` is told each outcome.

    ``seconds`` is the time each stage took.

    >>> counts = Counts()
    >>> counts.count("added", "a.md")
    >>> counts.count("skipped", "b.md", "it is empty")
    >>> counts.done, counts.report().skipped[0].reason
    (1, 'it is empty')
    """

    note: Note = unnoted
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    moved: int = 0
    removed: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    files_read: int = 0
    files_stored: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    def count(self, outcome: Outcome, source: str, reason: str = "") -> None:
        """Count an article; ``reason`` says why it was skipped."""
        if outcome == "skipped":
            self.skipped.append(Skipped(source=source, reason=reason))
        else:
            setattr(self, outcome, getattr(self, outcome) + 1)
        self.note(outcome, source, reason)

    @contextlib.contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the seconds of a block to a stage."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + time.perf_counter() - start

    @property
    def done(self) -> int:
        """How many articles are stored as they should be."""
        return self.added + self.updated + self.unchanged + self.moved

    def progress(self) -> AddProgress:
        """How far it is."""
        return AddProgress(read=self.files_read, stored=self.files_stored, articles=self.done)

    def report(self) -> AddReport:
        """The same as a model."""
        return AddReport(
            added=self.added,
            updated=self.updated,
            unchanged=self.unchanged,
            moved=self.moved,
            removed=self.removed,
            skipped=tuple(self.skipped),
        )


def summed_progress(parts: Iterable[AddProgress]) -> AddProgress:
    """How far several are together."""
    held = list(parts)
    return AddProgress(
        read=sum(one.read for one in held),
        stored=sum(one.stored for one in held),
        articles=sum(one.articles for one in held),
    )


def summed(reports: list[AddReport]) -> AddReport:
    """The sum of reports on different sources.

    >>> summed([AddReport(added=1), AddReport(added=2, unchanged=1)])
    AddReport(added=3, updated=0, unchanged=1, moved=0, removed=0, skipped=())
    """
    names = ("added", "updated", "unchanged", "moved", "removed")
    sums = {name: sum(getattr(report, name) for report in reports) for name in names}
    return AddReport(**sums, skipped=tuple(one for report in reports for one in report.skipped))
