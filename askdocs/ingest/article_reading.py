"""The first half of the way into a corpus: find a file changed or not, read its articles, clean them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from askdocs.core.articles import Article, RawArticle
from askdocs.core.errors import AskdocsError, SourceError
from askdocs.core.reports import Skipped
from askdocs.ingest.cleaning import pipeline as cleaning
from askdocs.ingest.counts import Counts
from askdocs.ingest.duplicates import Distinct
from askdocs.ingest.file_state import KnownFiles, absolute
from askdocs.ingest.sources.dispatch import Read
from askdocs.ingest.sources.files import name
from askdocs.storage.writer import Source, Writer

_log = logging.getLogger(__name__)


@dataclass
class Cleaned:
    """An article as it will be stored, and where it came from."""

    article: Article
    source: Source


@dataclass
class Finished:
    """All articles of a file have been read: sources of it that are not among ``kept`` are no longer in it."""

    file: str
    kept: set[str]


class ArticleReader:
    """Reads what changed; what did not, or cannot be read, is counted. ``told`` is called after each that was read."""

    def __init__(
        self,
        writer: Writer,
        known: KnownFiles,
        counts: Counts,
        told: Callable[[], None],
        read: Callable[[str | Path], Read],
    ) -> None:
        self._writer = writer
        self._known = known
        self._counts = counts
        self._told = told
        self._read_source = read
        self._distinct = Distinct()

    def read(self, one: Article | str | Path | Skipped) -> Iterator[Cleaned | Finished]:
        """The articles of one file or address, or the one that a caller made."""
        if isinstance(one, Skipped):
            self._counts.count("skipped", one.source, one.reason)
            self._done_reading(stored=True)
        elif isinstance(one, Article):
            yield from self._given(one)
        elif isinstance(one, str):
            yield from self._articles(one, Source(one, one))
        else:
            yield from self._file(one)

    # -- files

    def _file(self, found: Path) -> Iterator[Cleaned | Finished]:
        try:
            with self._counts.timed("read"):
                seen = self._known.looked_at(found)
        except OSError:
            yield from self._articles(found, Source(name(found), absolute(found)))  # reading says what is wrong
            return
        unchanged = [one.source for one in self._known.of(found)] if seen is None else self._known.touched(seen)
        for source in unchanged:
            self._counts.count("unchanged", source)
        if unchanged or seen is None or self._is_moved(seen):
            self._done_reading(stored=True)
        else:
            yield from self._articles(found, seen)

    def _is_moved(self, seen: Source) -> bool:
        """Whether another file of the same bytes is known, whose articles then are known from this one too."""
        if not self._known.holders(seen):
            return False
        with self._writer.changing():
            moved, gone = self._known.moved(seen)
            for source in moved:
                self._counts.count("moved" if gone else "unchanged", source)
        return bool(moved)

    # -- articles

    def _articles(self, path: Path | str, seen: Source) -> Iterator[Cleaned | Finished]:
        """All the articles of one file or address."""
        kept: set[str] = set()
        count, articles = 0, self._read_source(path)
        while True:
            with self._counts.timed("read"):
                raw = next(articles, None)
            if raw is None:
                break
            if isinstance(raw, Skipped):
                self._counts.count("skipped", raw.source, raw.reason)
                continue
            count += 1
            source = self._known.free_name(raw.source, seen.file)
            kept.add(source)
            content_hash = seen.content_hash or raw.content_hash
            article = self._cleaned(raw.model_copy(update={"source": source}))
            if article is not None:
                yield Cleaned(article, replace(seen, source=source, content_hash=content_hash))
        if count:  # otherwise the file could not be read, and what it held before stays
            yield Finished(seen.file, kept)
        self._done_reading(stored=not count)

    def _done_reading(self, stored: bool) -> None:
        self._counts.files_read += 1
        self._counts.files_stored += stored
        self._told()

    def _cleaned(self, raw: RawArticle) -> Article | None:
        try:
            with self._counts.timed("clean"):
                return cleaning.clean(raw)
        except SourceError as error:
            reason = error.reason
        except AskdocsError:
            raise
        except (ValueError, RecursionError, MemoryError) as error:
            _log.warning("%s could not be cleaned", raw.source, exc_info=True)
            reason = f"it could not be cleaned ({type(error).__name__}: {error})"
        self._counts.count("skipped", raw.source, reason)
        return None

    def _given(self, article: Article) -> Iterator[Cleaned]:
        """An article the caller made: its text is taken as it is."""
        reason = _unfit(article) or self._distinct.clash(article)
        if reason:
            self._counts.count("skipped", article.source, reason)
        else:
            yield Cleaned(article, Source(article.source))


def _unfit(article: Article) -> str:
    """Why an article that a caller made cannot be stored; empty where it can.

    >>> _unfit(Article(id="1", source="a", title="", text=" "))
    'the article has no text'
    """
    if not article.text.strip():
        return "the article has no text"
    try:
        article.model_dump_json().encode()
    except (UnicodeEncodeError, ValueError) as error:
        return f"its text cannot be stored: {error}"
    if not all(0 <= table.start < table.end <= len(article.text) for table in article.tables):
        return "one of its tables stands outside its text; Table.start and end are offsets of Article.text"
    return ""
