"""Makes anew what can be computed again from the articles, and names what cannot."""

from __future__ import annotations

from collections.abc import Callable

from askdocs.core.errors import CorpusDamaged
from askdocs.core.protocols import Embedder
from askdocs.embedding.embedder import chunk_text
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
        writer.words.fill()
    writer.database.write_anew()
    if lost:
        more = f" (and {len(lost) - _NAMED} more)" if len(lost) > _NAMED else ""
        raise CorpusDamaged("; ".join(lost[:_NAMED]) + more)


def _repair_vectors(writer: Writer, number: int, embedder: Callable[[], Embedder]) -> None:
    article = writer.article_numbered(number)
    ids = writer.article_row(number).chunk_ids
    chunks = writer.chunks(ids)
    if len(chunks) < len(ids):
        raise writer.damaged(number, article.source, "some of its chunks")
    intact = set(writer.intact_vector_ids(ids))
    broken = [chunk_id for chunk_id in ids if chunk_id not in intact]
    if broken:
        texts = [chunk_text(chunks[chunk_id].chunk, article.title) for chunk_id in broken]
        made = embedder().embed_texts(texts)
        with writer.changing():
            writer.put_vectors(broken, made)
