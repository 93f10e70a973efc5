"""Makes anew what can be computed again from the articles, and names what cannot."""

from __future__ import annotations

from collections.abc import Callable

from askdocs.core.errors import CorpusDamaged
from askdocs.core.protocols import Embedder
from askdocs.embedding.embedder import chunk_text
from askdocs.storage.database import row_hash
from askdocs.storage.writer import Writer

_NAMED = 20  # lost articles that the message lists


def repair(writer: Writer, embedder: Callable[[], Embedder]) -> None:
    """Compute damaged vectors again, make the index of words anew, and write the whole database into fresh pages.

    Raises:
        CorpusDamaged: texts or chunks are lost; it names their articles. All the rest was done.
    """
    lost: list[str] = []
    for number in writer.article_numbers():
        try:
            _repair_vectors(writer, number, embedder)
        except CorpusDamaged as error:
            lost.append(str(error))
    with writer.changing():
        writer.rebuild_words()
    writer.database.change("VACUUM")
    if lost:
        more = f" (and {len(lost) - _NAMED} more)" if len(lost) > _NAMED else ""
        raise CorpusDamaged("; ".join(lost[:_NAMED]) + more)


def _repair_vectors(writer: Writer, number: int, embedder: Callable[[], Embedder]) -> None:
    article = writer.article_numbered(number)
    row = writer.article_row(number)
    ids = list(range(row[9], row[9] + row[10]))
    chunks = writer.chunks(ids)
    if len(chunks) < len(ids):
        raise writer.damaged(number, article.source, "some of its chunks")
    vectors = writer.database.all("SELECT id, vector, hash FROM vectors WHERE id BETWEEN ? AND ?", (ids[0], ids[-1]))
    whole = {chunk_id for chunk_id, vector, stored in vectors if stored == row_hash(chunk_id, vector)}
    broken = [chunk_id for chunk_id in ids if chunk_id not in whole]
    if broken:
        texts = [chunk_text(chunks[chunk_id].chunk, article.title) for chunk_id in broken]
        made = embedder().embed_texts(texts)
        with writer.changing():
            writer.put_vectors(broken, made)
