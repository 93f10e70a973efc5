"""What every adapter says of a passage beside its text: where it stands."""

from __future__ import annotations

from askdocs.core.articles import Hit

Metadata = dict[str, str | int | float | None]


def hit_metadata(hit: Hit) -> Metadata:
    """Where a hit stands, as plain values: ``article.text[start:end]`` is its text, ``published`` an ISO date or None.

    >>> from askdocs import Chunk, Hit
    >>> chunk = Chunk(id=7, article_id="a1", start=4, end=9, text="words")
    >>> hit_metadata(Hit(chunk=chunk, source="a.md", title="A", score=0.5))["start"]
    4
    """
    return {
        "source": hit.source,
        "title": hit.title,
        "published": hit.published.isoformat() if hit.published else None,
        "article_id": hit.chunk.article_id,
        "chunk_id": hit.chunk.id,
        "start": hit.chunk.start,
        "end": hit.chunk.end,
        "score": hit.score,
    }


def passage_id(hit: Hit) -> str:
    """The id of a passage: another one in each article and corpus, and another once the article changed."""
    return f"{hit.chunk.article_id}#{hit.chunk.id}"
