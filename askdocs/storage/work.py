"""What several processes need to add to one corpus at once: a queue of sources, and what came of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol

from askdocs.core.reports import AddReport
from askdocs.storage.writer import Writer

Outcome = Literal["added", "updated", "unchanged", "moved", "removed", "skipped"]
TRIES = 3  # after which a source is skipped whose worker was ended each time


class Work(NamedTuple):
    """A file or address to add: as it was given, and its absolute path, by which another machine knows it."""

    given: str
    file: str


class WorkRun(Protocol):
    """One call of ``Corpus.add`` with workers, as the process sees it that looks after them."""

    @property
    def number(self) -> int:
        """The number that workers find it by."""

    def put(self, work: Sequence[Work]) -> None:
        """Queue sources; one that is queued already is not queued again."""

    def complete(self) -> None:
        """Say that nothing more will be put."""

    def beat(self, workers: Sequence[str]) -> None:
        """Say that this run lives; what others than these workers hold of it is taken again."""

    def left(self) -> int:
        """How many sources are not done."""

    def report(self) -> AddReport:
        """What came of the sources so far."""


class WorkShare(Protocol):
    """What one worker takes from the queue of a run."""

    @property
    def writer(self) -> Writer:
        """The connection that stores what came of a source together with the change it describes."""

    def take(self, limit: int) -> list[Work] | None:
        """The next sources to add; empty while others hold all that are left, ``None`` once all are done."""

    def note(self, outcome: Outcome, source: str, reason: str = "") -> None:
        """Remember what came of an article; stored with the change that is going on, or by ``done``.

        What was stored of an article first is what counts: a source that is done again finds it unchanged.
        """

    def done(self) -> None:
        """Say that what was taken is added."""

    def give_back(self) -> None:
        """Say that what was taken is not added, so that it is taken again."""
