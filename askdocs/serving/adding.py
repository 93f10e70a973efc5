"""The jobs that add to a corpus: files that were sent, an address, and files that were left when the service ended."""

from __future__ import annotations

import contextlib
import functools
import logging
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import httpx

from askdocs.core.errors import CorpusLocked, SourceError
from askdocs.core.reports import AddProgress, AddReport, Skipped
from askdocs.corpus.corpus import Corpus
from askdocs.ingest.file_state import absolute
from askdocs.ingest.sources.files import name
from askdocs.serving.indexing import Indexing, Outcome, Work
from askdocs.serving.jobs import JobFile
from askdocs.serving.upload_folder import Placed, UploadFolder
from askdocs.storage.listing import articles_of_file

_SHOWN_SKIPPED = 200  # a table may hold a million rows that cannot be read
_TRIES = 10  # at a corpus that another process writes to, each as long as the corpus waits for it
_STATES = {"new": "added", "replaced": "updated", "same": "unchanged"}
_log = logging.getLogger(__name__)

Tell = Callable[[AddProgress], None]


def files_work(folder: UploadFolder, batch: Path) -> Work:
    """Add the files of one request."""

    def work(corpus: Corpus, tell: Tell, stop: threading.Event) -> Outcome:
        placed = _placed(corpus, folder, [batch])
        report = _added(corpus, [one.path for one in placed], tell, stop)
        files = () if stop.is_set() else tuple(_settled(corpus, one, report) for one in placed)
        folder.discard(batch)
        return Outcome(_shown(report, folder), files)

    return work


def address_work(address: str) -> Work:
    """Add a page of the public web, whose address ``checked_address`` let through."""

    def work(corpus: Corpus, tell: Tell, stop: threading.Event) -> Outcome:
        report = _added(corpus, [address], tell, stop)
        reason = report.skipped[0].reason if report.skipped else None
        counts = (("skipped", reason), ("added", report.added), ("updated", report.updated + report.moved))
        state = next((state for state, count in counts if count), "unchanged")
        return Outcome(report, (JobFile.model_validate({"name": address, "state": state, "reason": reason}),))

    return work


def checked_address(address: str) -> str:
    """An address of the web, as it was given: whether it is public is found out when it is fetched.

    >>> checked_address("https://example.org/a?b=1")
    'https://example.org/a?b=1'

    Raises SourceError for whatever else could be a file, a pattern or a folder of this machine.
    """
    shown = ascii(address[:80])[1:-1]
    if not address.lower().startswith(("http://", "https://")):
        raise SourceError(shown, "an address that begins with http:// or https:// is wanted")
    if not address.isprintable() or " " in address or "\\" in address:
        raise SourceError(shown, "the address holds a blank, a backslash or what is not printed")
    try:
        parts = httpx.URL(address)
    except (httpx.InvalidURL, ValueError) as error:
        raise SourceError(shown, f"it is no address: {error}") from error
    if not 0 < (parts.port or 80) < 65536:
        raise SourceError(shown, "its port is none")
    if not parts.host:
        raise SourceError(shown, "the address names no host")
    if parts.userinfo:
        raise SourceError(shown, "a URL with a user name or password in it is not fetched")
    return address


def resume(indexing: Indexing, corpus: str, folder: UploadFolder) -> None:
    """Index what was left when the service ended, where there is something.

    Files that did not change cost a look at each. Where the process died of it the last time, this time is left out,
    so that one file cannot keep a service from starting.
    """
    try:
        batches = folder.left()
        total = len(folder.files()) + sum(map(len, map(folder.files_of, batches)))
        if not total:
            return
        begun = folder.begin_resuming()
    except OSError as error:  # only to be read here, or not even that; who adds something is told so
        _log.info("%s: what was left in it is not indexed (%s)", folder.path, error.strerror)
        return
    if not begun:
        _log.warning("%s: indexing what was left ended the process; add it with `askdocs add %s`", corpus, folder.path)
        return
    indexing.submit(corpus, functools.partial(_resumed, folder, batches), total=total)


def _resumed(
    folder: UploadFolder, batches: Sequence[Path], corpus: Corpus, tell: Tell, stop: threading.Event
) -> Outcome:
    try:
        placed = _placed(corpus, folder, batches)
        report = _added(corpus, [folder.path], tell, stop)
        files = () if stop.is_set() else tuple(_settled(corpus, one, report) for one in placed)
        for batch in batches:
            folder.discard(batch)
        return Outcome(_shown(report, folder), files)
    finally:
        with contextlib.suppress(OSError):
            folder.end_resuming()


def _placed(corpus: Corpus, folder: UploadFolder, batches: Sequence[Path]) -> list[Placed]:
    """The files of requests in their places; one that was there, and was never indexed, counts as new."""
    placed = [one for batch in batches for one in folder.place(batch)]
    return [
        one._replace(state="new") if one.state == "same" and not _is_used(corpus, one.path) else one for one in placed
    ]


def _added(corpus: Corpus, sources: Sequence[Path | str], tell: Tell, stop: threading.Event) -> AddReport:
    """Add sources, waiting for another process that writes. Raises CorpusLocked where it goes on for too long."""
    for _ in range(_TRIES - 1):
        with contextlib.suppress(CorpusLocked):
            return corpus.add(*sources, progress=tell, stop=stop)
        if stop.is_set():
            break
    return corpus.add(*sources, progress=tell, stop=stop)


def _settled(corpus: Corpus, placed: Placed, report: AddReport) -> JobFile:
    """What came of a file; one that could not be read is taken away again, and the one before it put back."""
    source = name(placed.path)
    reasons = [one.reason for one in report.skipped if one.source == source]
    if not reasons and not _is_used(corpus, placed.path):
        parts = [one.reason for one in report.skipped if one.source.startswith(source + "#")]
        reasons = parts or ["it holds no article"]
    if not reasons:
        return JobFile.model_validate({"name": placed.path.name, "state": _STATES[placed.state]})
    if placed.state != "same":
        placed.take_back()
    return JobFile(name=placed.path.name, state="skipped", reason=reasons[0])


def _is_used(corpus: Corpus, path: Path) -> bool:
    with corpus.searcher.snapshot() as store:
        return articles_of_file(store, absolute(path)) > 0


def _shown(report: AddReport, folder: UploadFolder) -> AddReport:
    """A report that names files as they are known to clients, without the folder of the machine, and is not endless."""
    prefix = name(folder.path) + os.sep
    skipped = [
        one.model_copy(update={"source": one.source.removeprefix(prefix)}) for one in report.skipped[:_SHOWN_SKIPPED]
    ]
    if more := len(report.skipped) - len(skipped):
        skipped.append(Skipped(source="others", reason=f"{more} more were skipped"))
    return report.model_copy(update={"skipped": tuple(skipped)})
