"""Hits, passages and models made by hand for the tests of the question half."""

from __future__ import annotations

import datetime
import zlib
from collections.abc import Sequence

import numpy as np

from askdocs.core.articles import Article, Chunk, Hit
from askdocs.core.base import FloatArray
from askdocs.core.decoding import Passage
from askdocs.reading.prompt_packing import number
from askdocs.testing import ScriptedGenerator


def article(text: str, *, title: str = "Title", published: str | None = None, pages: tuple[int, ...] = ()) -> Article:
    date = datetime.date.fromisoformat(published) if published else None
    return Article(id=f"a{zlib.crc32(text.encode()):x}", source=f"{title}.md", title=title, published=date, text=text,
                   pages=pages)  # fmt: skip


def hit(of: Article | str, start: int = 0, end: int | None = None, *, score: float = 1.0, chunk_id: int = 1) -> Hit:
    """The slice ``[start, end)`` of an article as a hit; the whole unless said."""
    whole = article(of) if isinstance(of, str) else of
    end = len(whole.text) if end is None else end
    chunk = Chunk(id=chunk_id, article_id=whole.id, start=start, end=end, text=whole.text[start:end])
    return Hit(chunk=chunk, source=whole.source, title=whole.title, published=whole.published, score=score)


def passages(*texts: str | Article) -> list[Passage]:
    """Each text as the passage with its number."""
    return [number(hit(text, chunk_id=i), i) for i, text in enumerate(texts, start=1)]


def random_model(seed: int, words: Sequence[str | bytes], spread: float = 4.0) -> ScriptedGenerator:
    """A model whose logits depend on nothing but the tokens and ``seed``; no two of a row are equal."""

    def logits(tokens: Sequence[int], prompt_length: int) -> FloatArray:
        key = zlib.crc32(np.array(tokens, dtype=np.int64).tobytes(), seed)
        rows = np.random.default_rng(key).normal(0.0, spread, generator.vocabulary_size())
        return rows.astype(np.float32)

    generator = ScriptedGenerator(words=words, logits=logits)
    return generator


def prompted(generator: ScriptedGenerator, prompt: str = "?") -> int:
    """A sequence holding a prompt."""
    return generator.prefill(generator.tokenize(prompt))[0]
