"""The way of articles into a corpus: find, compare, read, clean, chunk, embed, store.

Work is done only for what changed: a file is known by its size and times, then by the hash of its bytes, an article
by its text, a chunk by the words that are embedded. Chunks are embedded many articles at a time, and stored one
transaction an article. Nothing is held longer than one such batch, so memory does not grow with the folder.

Where several processes write at once, an article is claimed before it is embedded, by its id, the hash of its text:
whoever comes second waits, and finds it stored. Nobody waits while holding claims, so none waits for the other.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from askdocs.core import validation
from askdocs.core.articles import Article, Chunk
from askdocs.core.base import FloatArray
from askdocs.core.errors import AskdocsError, CorpusMismatch
from askdocs.core.protocols import Embedder
from askdocs.core.reports import AddProgress, AddReport, Skipped
from askdocs.embedding import embedder
from askdocs.ingest import chunk as chunking
from askdocs.ingest.article_reading import ArticleReader, Cleaned, Finished
from askdocs.ingest.cleaning import pipeline as cleaning
from askdocs.ingest.counts import Counts, Note, unnoted
from askdocs.ingest.file_state import KnownFiles, exists, is_url
from askdocs.ingest.inputs import SourceInput, each
from askdocs.ingest.sources.dispatch import Read, read
from askdocs.storage.database import row_hash
from askdocs.storage.writer import NewArticle, Source, Writer

_BATCH_CHUNKS = 2048
_BATCH_CHARACTERS = 4_000_000
_BATCH_ARTICLES = 512  # each holds a claim, of which a server of Postgres has some thousands
_CLAIM_SECONDS = 0.05
_log = logging.getLogger(__name__)


@dataclass
class Pending:
    """An article that waits for its vectors; those it has already, by hash: of the article it replaces, or all."""

    article: Article
    chunks: list[Chunk]
    embedded: list[bytes]
    known: dict[bytes, FloatArray]
    source: Source

    def unknown(self) -> dict[bytes, str]:
        """What is to be embedded, by hash."""
        return {
            digest: embedder.chunk_text(chunk, self.article.title)
            for digest, chunk in zip(self.embedded, self.chunks, strict=True)
            if digest not in self.known
        }


Queued = Pending | Cleaned | Finished  # that is ``Cleaned``: an article that is stored already, as it seems


class ArticleAdder:
    """Adds sources to a corpus through its one writer. ``tick`` is told how far it is.

    ``stopped`` is asked before each file: once it says so the rest is left, and the report says what was done.
    ``note`` is told what came of each article, within the change that stores it.
    """

    def __init__(
        self,
        writer: Writer,
        embedder: Embedder,
        tick: Callable[[AddProgress], None] = lambda done: None,
        stopped: Callable[[], bool] = lambda: False,
        note: Note = unnoted,
        read: Callable[[str | Path], Read] = read,
    ) -> None:
        self.counts = Counts(note)
        self._stopped = stopped
        self._writer = writer
        self._embedder = embedder
        self._tick = tick
        self._queue: list[Queued] = []
        self._waiting = [0, 0]  # chunks, characters
        self._cleaner, self._chunker = str(cleaning.VERSION), str(chunking.VERSION)
        self._known = KnownFiles(writer, (self._cleaner, self._chunker))
        self._reader = ArticleReader(writer, self._known, self.counts, self._told, read)

    def add(self, sources: Iterable[SourceInput], prune: bool = False, gone: Iterable[Path] = ()) -> AddReport:
        """Bring the corpus up to these sources; ``gone`` are paths that are known to have been removed."""
        paths: list[tuple[str, bool]] = []
        for source in sources:
            if self._stopped():
                break
            if prune and not (isinstance(source, Article) or is_url(source)):
                paths.append((str(source), False))
            for one in each(source):
                if self._stopped():
                    break
                self.add_one(one)
        self._flush()
        if not self._stopped():
            self.prune([*paths, *((str(path), True) for path in gone)])
        return self.counts.report()

    def add_found(self, found: Iterable[Article | str | Path]) -> None:
        """Add articles, addresses and files, and store them all, unless ``stopped``."""
        for one in found:
            if self._stopped():
                break
            self.add_one(one)
        self._flush()

    def store(self, queued: Iterable[Queued]) -> None:
        """Store what was read, chunked and embedded elsewhere."""
        self._queue += queued
        self._flush()

    def prune(self, paths: Iterable[tuple[str, bool]]) -> None:
        """Remove the articles whose files have gone under paths; each with whether it is sure that it has gone."""
        for path, sure in paths:
            removed, skipped = self._known.pruned(path, sure)
            self.counts.removed += removed
            if skipped is not None:
                self.counts.count("skipped", skipped.source, skipped.reason)

    def forget(self) -> None:
        """Leave what was read and is not stored."""
        self._queue, self._waiting = [], [0, 0]
        self._writer.free_claims()

    def add_one(self, one: Article | str | Path | Skipped) -> None:
        """Read one, and store it with the next batch: at the latest by ``add_found``."""
        for found in self._reader.read(one):
            if isinstance(found, Finished):
                self._queue.append(found)
            else:
                self._add_cleaned(found)

    # -- articles

    def _add_cleaned(self, cleaned: Cleaned) -> None:
        if self._same_number(cleaned) is not None:
            self._queue.append(cleaned)
            return
        if not self._writer.claim(cleaned.article.id):  # another process is embedding it
            self._flush()
            while not self._writer.claim(cleaned.article.id):
                if self._stopped():
                    return
                time.sleep(_CLAIM_SECONDS)
            self._add_cleaned(cleaned)
            return
        self._queue_new(cleaned)
        if (
            len(self._queue) >= _BATCH_ARTICLES
            or self._waiting[0] >= _BATCH_CHUNKS
            or self._waiting[1] >= _BATCH_CHARACTERS
        ):
            self._flush()

    def _queue_new(self, cleaned: Cleaned) -> None:
        pending = self._chunked(cleaned)
        if pending is not None:
            self._queue.append(pending)
            self._waiting[0] += len(pending.chunks)
            self._waiting[1] += len(cleaned.article.text)

    def prepared(self, one: str | Path) -> Iterator[Queued]:
        """What there is to store of a file or address, cut into chunks, for another process to embed and store."""
        for found in self._reader.read(one):
            if isinstance(found, Finished) or self._same_number(found) is not None:
                yield found
            elif (pending := self._chunked(found)) is not None:
                yield pending

    def _chunked(self, cleaned: Cleaned) -> Pending | None:
        article, source = cleaned.article, cleaned.source
        try:
            with self.counts.timed("chunk"):
                chunks = chunking.chunk(article, self._embedder.count_tokens)
        except AskdocsError:
            raise
        except (ValueError, RecursionError, MemoryError) as error:
            _log.warning("%s could not be cut into chunks", source.source, exc_info=True)
            reason = f"it could not be cut into chunks ({type(error).__name__}: {error})"
            self.counts.count("skipped", source.source, reason)
            return None
        embedded = [row_hash(embedder.chunk_text(one, article.title)) for one in chunks]
        replaced = {self._writer.number_of(article.id), self._writer.article_of(source.source)}
        return Pending(article, list(chunks), embedded, self._known_vectors(replaced), source)

    def _alias(self, source: Source, number: int) -> None:
        """Another source of an article that is stored: a copy, or the same moved, or the same again."""
        former = self._writer.article_of(source.source)
        holder = self._writer.article_row(number).source
        files_of = self._writer.sources(source=holder)
        gone = bool(files_of) and bool(files_of[0].file) and not exists(files_of[0].file)
        moved = former is None and gone and holder != source.source
        self._writer.point(source, number, main=moved)
        if moved:
            self._writer.drop_source(holder)
        replaces = former is not None and former != number
        self.counts.count("moved" if moved else "updated" if replaces else "unchanged", source.source)

    def _same_number(self, cleaned: Cleaned) -> int | None:
        """The number of the stored article that says the same, if there is one."""
        with self._writer.snapshot():
            number = self._writer.number_of(cleaned.article.id)
            same = number is not None and self._is_same(cleaned.article, number, cleaned.source)
        return number if same else None

    def _is_same(self, article: Article, number: int, source: Source) -> bool:
        """Whether the stored article says the same; a copy elsewhere may differ in what stands around the text."""
        row = self._writer.article_row(number)
        stored = self._writer.article_numbered(number)
        if (row.cleaner, row.chunker) != (self._cleaner, self._chunker) or stored.text != article.text:
            return False
        if stored.source != source.source and exists(self._file_of(stored.source)):
            return True
        return stored.model_copy(update={"source": article.source}) == article

    def _file_of(self, source: str) -> str:
        found = self._writer.sources(source=source)
        return found[0].file if found else ""

    def _known_vectors(self, numbers: set[int | None]) -> dict[bytes, FloatArray]:
        """The vectors of these articles, by the hash of what was embedded."""
        known: dict[bytes, FloatArray] = {}
        for number in numbers:
            known.update({} if number is None else self._writer.vectors_by_words(number))
        return known

    # -- batches

    def _flush(self) -> None:
        """Embed what waits, then store it, one transaction an article."""
        queue, self._queue, self._waiting = self._queue, [], [0, 0]
        self.embed(one for one in queue if isinstance(one, Pending))
        later: list[Cleaned] = []
        with self.counts.timed("store"):
            for one in queue:
                if isinstance(one, Finished):
                    self._finish(one)
                elif not self._store(one):  # an article stored before it has taken its place
                    assert isinstance(one, Cleaned)
                    later.append(one)
        self._writer.free_claims()
        for lost in later:
            self._queue_new(lost)
        if later:
            self._flush()

    def _store(self, one: Pending | Cleaned) -> bool:
        """Store an article, unless it is stored by now; ``False`` where one is gone that seemed to be stored."""
        if isinstance(one, Pending):
            self._writer.prepare(one.article.title, one.chunks)
        with self._writer.changing():
            number = self._writer.number_of(one.article.id)
            if number is not None and self._is_same(one.article, number, one.source):
                self._alias(one.source, number)
            elif isinstance(one, Pending):
                self._put(one)
            else:
                return False
        self._told()
        return True

    def embed(self, pending: Iterable[Pending]) -> None:
        """Let articles have the vectors they lack."""
        waiting = [(one, one.unknown()) for one in pending]
        texts = {digest: text for _, unknown in waiting for digest, text in unknown.items()}
        if not texts:
            return
        with self.counts.timed("embed"):
            made = dict(zip(texts, self._embedded(list(texts.values())), strict=True))
        for one, unknown in waiting:
            one.known.update({digest: made[digest] for digest in unknown})

    def _embedded(self, texts: list[str]) -> FloatArray:
        return validation.check_vectors(self._embedder.embed_texts(texts), len(texts), self._embedder.fingerprint)

    def _put(self, pending: Pending) -> None:
        rows = [pending.known[digest] for digest in pending.embedded]
        dimension = self._embedder.fingerprint.dimension
        vectors = np.stack(rows) if rows else np.empty((0, dimension), dtype=np.float32)
        new = NewArticle(pending.article, pending.chunks, vectors, pending.embedded, self._cleaner, self._chunker)
        was_there = self._writer.article_of(pending.source.source) is not None
        replaced = self._writer.number_of(pending.article.id) is not None
        self._check_fingerprint()
        self._writer.put(new, pending.source)
        self.counts.count("updated" if was_there or replaced else "added", pending.source.source)

    def _check_fingerprint(self) -> None:
        stored, own = self._writer.fingerprint(), self._embedder.fingerprint
        if stored is None:  # only now: an embedder that was refused leaves no trace
            self._writer.set_fingerprint(own)
        elif stored != own:
            raise CorpusMismatch(
                f"{self._writer.database.name}: another process began to add with the embedder {stored.name!r}, and "
                f"this one uses {own.name!r}; open it with that embedder, or add to a corpus of its own"
            )

    def _finish(self, finished: Finished) -> None:
        for one in self._writer.sources(file=finished.file):
            if one.source not in finished.kept:
                with self._writer.changing():
                    if self._writer.drop_source(one.source):
                        self.counts.count("removed", one.source)
        self.counts.files_stored += 1
        self._told()

    # -- bookkeeping

    def _told(self) -> None:
        self._tick(self.counts.progress())
