"""Copying a corpus to another place, a folder or a server, article by article; nothing is embedded again.

Each article is a transaction of its own, so a copy that was interrupted goes on where it was. At the end every
article is read again in both places and compared: its text, its chunks, the bytes of its vectors, its sources.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from askdocs.core.base import Model
from askdocs.core.errors import CorpusDamaged, CorpusError, CorpusMismatch
from askdocs.core.reports import Skipped
from askdocs.storage.database import row_hash
from askdocs.storage.protocol import Storage
from askdocs.storage.reader import Store
from askdocs.storage.rows import ArticleRow, SourceRow
from askdocs.storage.writer import NewArticle, Source, Writer

Tick = Callable[[int, int], object]


class CopyReport(Model):
    """What a copy did: counts of articles, and those that could not be copied, as they are damaged.

    ``differing`` are the ids of articles that are not the same in both places after all.
    """

    copied: int = 0
    unchanged: int = 0
    skipped: tuple[Skipped, ...] = ()
    differing: tuple[str, ...] = ()


def copy_articles(origin: Storage, target: Storage, tick: Tick = lambda done, total: None) -> CopyReport:
    """Copy every article of one corpus into another, which keeps what else it holds; ``tick`` is told how far it is.

    Raises:
        CorpusMismatch: the vectors of the two were made by different embedders.
        CorpusError: one of them cannot be used; what was copied before is there.
    """
    copied = unchanged = 0
    skipped: list[Skipped] = []
    with origin.apart() as store, target.writing() as writer:
        _take_fingerprint(store, writer)
        numbers = store.article_numbers()
        for place, number in enumerate(numbers, 1):
            try:
                row = store.article_row(number)
                if _is_there(row, writer):
                    unchanged += 1
                else:
                    _copy(store, row, writer)
                    copied += 1
            except CorpusDamaged as error:
                found = store.unchecked_article_row(number)
                skipped.append(
                    Skipped(source=f"article {number}" if found is None else found.source, reason=str(error))
                )
            tick(place, len(numbers))
    differing = _differing(origin, target, {one.source for one in skipped})
    return CopyReport(copied=copied, unchanged=unchanged, skipped=tuple(skipped), differing=differing)


def _take_fingerprint(store: Store, writer: Writer) -> None:
    theirs, ours = store.fingerprint(), writer.fingerprint()
    if theirs is not None and ours is None:
        writer.set_fingerprint(theirs)
    elif theirs is not None and ours is not None and theirs != ours:
        raise CorpusMismatch(
            f"{store.name}: its vectors were made by the embedder {theirs.name!r}, those of {writer.name} by "
            f"{ours.name!r}; copy it into a corpus of its own"
        )


def _is_there(row: ArticleRow, writer: Writer) -> bool:
    """Whether the target has the same article, but for the numbers that each place gives of its own."""
    number = writer.number_of(row.id)
    there = None if number is None else writer.unchecked_article_row(number)
    return there is not None and _without_numbers(there) == _without_numbers(row)


def _without_numbers(row: ArticleRow) -> ArticleRow:
    return row._replace(number=0, first_chunk=0, hash=b"")


def _copy(store: Store, row: ArticleRow, writer: Writer) -> None:
    chunks = store.unchecked_chunk_rows(row.chunk_ids)
    stored = store.chunks([chunk.id for chunk in chunks])
    ids, vectors = store.vectors(list(stored))
    if len(stored) != row.chunk_count or len(ids) != row.chunk_count:
        raise store.damaged(row.number, row.source, "some of its chunks or vectors")
    new = NewArticle(
        article=store.article_numbered(row.number),
        chunks=[stored[chunk.id].chunk for chunk in chunks],
        vectors=vectors[np.argsort(ids)],
        embedded=[chunk.embedded for chunk in chunks],
        cleaner=row.cleaner,
        chunker=row.chunker,
    )
    sources = [_source(one) for one in store.source_rows(row.number)]
    with writer.changing():
        writer.put(new, next((one for one in sources if one.source == row.source), Source(row.source)))
        number = writer.number_of(row.id)
        assert number is not None
        for source in sources:
            if source.source != row.source:
                writer.point(source, number)


def _source(row: SourceRow) -> Source:
    return Source(row.source, row.file, row.content_hash, row.size, row.modified, row.changed)


def _differing(origin: Storage, target: Storage, left_out: set[str]) -> tuple[str, ...]:
    """The ids of the articles that are not the same in both places, read again from each."""
    differing = []
    with origin.apart() as store, target.apart() as other:
        for number in store.article_numbers():
            row = store.unchecked_article_row(number)
            if row is None or row.source in left_out:
                continue
            there = other.number_of(row.id)
            if there is None or _digest(store, number) != _digest(other, there):
                differing.append(row.id)
    return tuple(differing)


def _digest(store: Store, number: int) -> bytes:
    """A hash of all that is stored of an article, but for the numbers that each place gives of its own."""
    row = store.article_row(number)
    article = store.article_numbered(number)
    chunks = store.unchecked_chunk_rows(row.chunk_ids)
    ids, vectors = store.vectors([chunk.id for chunk in chunks])
    ordered = vectors[np.argsort(ids)].astype("<f2").tobytes()
    sources = [one._replace(article=0, hash=b"") for one in store.source_rows(number)]
    parts = [chunk._replace(id=0, article=0, hash=b"") for chunk in chunks]
    return row_hash(article.model_dump_json(), row.cleaner, row.chunker, ordered, repr(parts), repr(sources))


def check_copied(report: CopyReport, origin: Storage, target: Storage) -> None:
    """Raise CorpusError where articles are not the same in both places."""
    if report.differing:
        raise CorpusError(
            f"{target.name}: {len(report.differing)} articles differ from {origin.name} after the copy, the first is "
            f"{report.differing[0]!r}; one of them was changed meanwhile, so copy again"
        )
