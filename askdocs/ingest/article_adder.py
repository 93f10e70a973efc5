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
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from askdocs.core import validation
from askdocs.core.articles import Article, Chunk, RawArticle
from askdocs.core.base import FloatArray
from askdocs.core.errors import AskdocsError, CorpusMismatch, SourceError
from askdocs.core.protocols import Embedder
from askdocs.core.reports import AddReport, Skipped
from askdocs.embedding import embedder
from askdocs.ingest import chunk as chunking
from askdocs.ingest.cleaning import pipeline as cleaning
from askdocs.ingest.counts import Counts, Note, unnoted
from askdocs.ingest.duplicates import Distinct
from askdocs.ingest.file_state import KnownFiles, absolute, exists, is_url
from askdocs.ingest.inputs import SourceInput, each
from askdocs.ingest.sources.dispatch import read
from askdocs.ingest.sources.files import name
from askdocs.storage.database import row_hash
from askdocs.storage.writer import NewArticle, Source, Writer

_BATCH_CHUNKS = 2048
_BATCH_CHARACTERS = 4_000_000
_BATCH_ARTICLES = 512  # each holds a claim, of which a server of Postgres has some thousands
_CLAIM_SECONDS = 0.05
_log = logging.getLogger(__name__)


@dataclass
class _Pending:
    """An article that waits for its vectors; those it has already, from the article it replaces, are by hash."""

    article: Article
    chunks: list[Chunk]
    embedded: list[bytes]
    known: dict[bytes, FloatArray]
    source: Source


@dataclass
class _Same:
    """An article that is stored already, as it seemed when it was queued."""

    article: Article
    source: Source


@dataclass
class _Finished:
    """All articles of a file have been queued: sources of it that are not among ``kept`` are no longer in it."""

    file: str
    kept: set[str]


class ArticleAdder:
    """Adds sources to a corpus through its one writer. ``tick`` is told the number of articles done so far.

    ``stopped`` is asked before each file: once it says so the rest is left, and the report says what was done.
    ``note`` is told what came of each article, within the change that stores it.
    """

    def __init__(
        self,
        writer: Writer,
        embedder: Embedder,
        tick: Callable[[int], None] = lambda done: None,
        stopped: Callable[[], bool] = lambda: False,
        note: Note = unnoted,
    ) -> None:
        self.counts = Counts(note)
        self._stopped = stopped
        self._writer = writer
        self._embedder = embedder
        self._tick = tick
        self._queue: list[_Pending | _Same | _Finished] = []
        self._waiting = [0, 0]  # chunks, characters
        self._cleaner, self._chunker = str(cleaning.VERSION), str(chunking.VERSION)
        self._known = KnownFiles(writer, (self._cleaner, self._chunker))
        self._distinct = Distinct()

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
        if isinstance(one, Article):
            self._add_article(one)
        elif isinstance(one, str):
            self._add_read(one, Source(one, one))
        else:
            self._add_found(one)

    # -- files

    def _add_found(self, found: Path | Skipped) -> None:
        if isinstance(found, Skipped):
            self.counts.count("skipped", found.source, found.reason)
            return
        try:
            with self._timed("read"):
                seen = self._known.looked_at(found)
        except OSError:
            self._add_read(found, Source(name(found), absolute(found)))  # reading says what is wrong with it
            return
        unchanged = [one.source for one in self._known.of(found)] if seen is None else self._known.touched(seen)
        for source in unchanged:
            self.counts.count("unchanged", source)
        if unchanged or seen is None or self._is_moved(seen):
            self._told()
        else:
            self._add_read(found, seen)

    def _is_moved(self, seen: Source) -> bool:
        """Whether another file of the same bytes is known, whose articles then are known from this one too."""
        if not self._known.holders(seen):
            return False
        with self._writer.changing():
            moved, gone = self._known.moved(seen)
            for source in moved:
                self.counts.count("moved" if gone else "unchanged", source)
        return bool(moved)

    # -- articles

    def _add_read(self, path: Path | str, seen: Source) -> None:
        """Read all the articles of one file or address, and queue them."""
        kept: set[str] = set()
        count, articles = 0, read(path)
        while True:
            with self._timed("read"):
                raw = next(articles, None)
            if raw is None:
                break
            if isinstance(raw, Skipped):
                self.counts.count("skipped", raw.source, raw.reason)
                continue
            count += 1
            source = self._known.free_name(raw.source, seen.file)
            kept.add(source)
            content_hash = seen.content_hash or raw.content_hash
            self._add_raw(
                raw.model_copy(update={"source": source}), replace(seen, source=source, content_hash=content_hash)
            )
        if count:  # otherwise the file could not be read, and what it held before stays
            self._queue.append(_Finished(seen.file, kept))

    def _add_raw(self, raw: RawArticle, source: Source) -> None:
        try:
            with self._timed("clean"):
                article = cleaning.clean(raw)
            self._add_cleaned(article, source)
        except SourceError as error:
            self.counts.count("skipped", source.source, error.reason)
        except AskdocsError:
            raise
        except (ValueError, RecursionError, MemoryError) as error:
            _log.warning("%s could not be cleaned", source.source, exc_info=True)
            reason = f"it could not be cleaned ({type(error).__name__}: {error})"
            self.counts.count("skipped", source.source, reason)

    def _add_article(self, article: Article) -> None:
        """An article the caller made: its text is taken as it is."""
        if not article.text.strip():
            self.counts.count("skipped", article.source, "the article has no text")
            return
        try:
            article.model_dump_json().encode()
        except (UnicodeEncodeError, ValueError) as error:
            self.counts.count("skipped", article.source, f"its text cannot be stored: {error}")
            return
        if not all(0 <= table.start < table.end <= len(article.text) for table in article.tables):
            reason = "one of its tables stands outside its text; Table.start and end are offsets of Article.text"
            self.counts.count("skipped", article.source, reason)
            return
        clash = self._distinct.clash(article)
        if clash:
            self.counts.count("skipped", article.source, clash)
            return
        self._add_cleaned(article, Source(article.source))

    def _add_cleaned(self, article: Article, source: Source) -> None:
        if self._same_number(article, source) is not None:
            self._queue.append(_Same(article, source))
            return
        if not self._writer.claim(article.id):  # another process is embedding it
            self._flush()
            while not self._writer.claim(article.id):
                if self._stopped():
                    return
                time.sleep(_CLAIM_SECONDS)
            self._add_cleaned(article, source)
            return
        self._queue_new(article, source)
        if (
            len(self._queue) >= _BATCH_ARTICLES
            or self._waiting[0] >= _BATCH_CHUNKS
            or self._waiting[1] >= _BATCH_CHARACTERS
        ):
            self._flush()

    def _queue_new(self, article: Article, source: Source) -> None:
        with self._timed("chunk"):
            chunks = chunking.chunk(article, self._embedder.count_tokens)
        embedded = [row_hash(embedder.chunk_text(one, article.title)) for one in chunks]
        replaced = {self._writer.number_of(article.id), self._writer.article_of(source.source)}
        known = self._known_vectors(replaced)
        self._queue.append(_Pending(article, list(chunks), embedded, known, source))
        self._waiting[0] += len(chunks)
        self._waiting[1] += len(article.text)

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

    def _same_number(self, article: Article, source: Source) -> int | None:
        """The number of the stored article that says the same, if there is one."""
        with self._writer.snapshot():
            number = self._writer.number_of(article.id)
            return number if number is not None and self._is_same(article, number, source) else None

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
        pending = [one for one in queue if isinstance(one, _Pending)]
        texts = {
            digest: embedder.chunk_text(chunk, one.article.title)
            for one in pending
            for digest, chunk in zip(one.embedded, one.chunks, strict=True)
            if digest not in one.known
        }
        with self._timed("embed"):
            made = dict(zip(texts, self._embedded(list(texts.values())), strict=True)) if texts else {}
        later: list[_Same] = []
        with self._timed("store"):
            for one in queue:
                if isinstance(one, _Finished):
                    self._finish(one)
                elif not self._store(one, made):  # an article stored before it has taken its place
                    assert isinstance(one, _Same)
                    later.append(one)
        self._writer.free_claims()
        for lost in later:
            self._queue_new(lost.article, lost.source)
        if later:
            self._flush()

    def _store(self, one: _Pending | _Same, made: dict[bytes, FloatArray]) -> bool:
        """Store an article, unless it is stored by now; ``False`` where one is gone that seemed to be stored."""
        if isinstance(one, _Pending):
            self._writer.prepare(one.article.title, one.chunks)
        with self._writer.changing():
            number = self._writer.number_of(one.article.id)
            if number is not None and self._is_same(one.article, number, one.source):
                self._alias(one.source, number)
            elif isinstance(one, _Pending):
                self._put(one, made)
            else:
                return False
        self._told()
        return True

    def _embedded(self, texts: list[str]) -> FloatArray:
        return validation.check_vectors(self._embedder.embed_texts(texts), len(texts), self._embedder.fingerprint)

    def _put(self, pending: _Pending, made: dict[bytes, FloatArray]) -> None:
        rows = [pending.known[digest] if digest in pending.known else made[digest] for digest in pending.embedded]
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

    def _finish(self, finished: _Finished) -> None:
        for one in self._writer.sources(file=finished.file):
            if one.source not in finished.kept:
                with self._writer.changing():
                    if self._writer.drop_source(one.source):
                        self.counts.count("removed", one.source)

    # -- bookkeeping

    def _told(self) -> None:
        self._tick(self.counts.done)

    def _timed(self, stage: str) -> _Timer:
        return _Timer(self.counts.seconds, stage)


class _Timer:
    """Adds the seconds of a block to a stage."""

    def __init__(self, seconds: dict[str, float], stage: str) -> None:
        self._seconds, self._stage = seconds, stage

    def __enter__(self) -> None:
        self._start = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._seconds[self._stage] = self._seconds.get(self._stage, 0.0) + time.perf_counter() - self._start
