"""Two stories, and an embedder that counts what it embeds, for the tests of a corpus."""

from __future__ import annotations

from collections.abc import Sequence

from askdocs.core.base import FloatArray
from askdocs.corpus.corpus import Corpus
from askdocs.testing import DeterministicEmbedder

STORY = "Alibaba sold 33 million XPeng shares.\n\nThe shares were worth about $317 million.\n"
OTHER = "Rain fell in spring over the northern hills.\n\nFarmers were glad of it.\n"


class CountingEmbedder(DeterministicEmbedder):
    """Counts the texts it embeds."""

    count = 0

    def embed_texts(self, texts: Sequence[str]) -> FloatArray:
        self.count += len(texts)
        return super().embed_texts(texts)


def embedded(corpus: Corpus) -> int:
    assert isinstance(corpus.embedder, CountingEmbedder)
    return corpus.embedder.count
