"""Made ``tests/data/corpus-v1`` with the first version of the schema. It is kept for good: never run it again over it.

A later version of the schema gets a folder and a script of its own.
"""

from __future__ import annotations

import datetime
from pathlib import Path

from askdocs.core.articles import Article
from askdocs.corpus.corpus import Corpus
from askdocs.testing import DeterministicEmbedder

ARTICLES = (
    Article(
        id="bridge",
        source="news/bridge.md",
        title="The bridge opens",
        published=datetime.date(2023, 5, 4),
        text="The bridge over the Lenne opened on Thursday.\n\nIt cost 14.2 million euros, two more than planned.",
        meta={"section": "local"},
    ),
    Article(
        id="ferry",
        source="news/ferry.md",
        title="The ferry stops",
        published=datetime.date(2023, 5, 6),
        text="After 41 years the ferry made its last crossing.\n\nIts crew will work on the bridge, für immer 🌉.",
    ),
    Article(
        id="gone", source="news/gone.md", title="Gone", text="This article was removed again in the first version."
    ),
)


def main() -> None:
    path = Path(__file__).parent / "corpus-v1"
    assert not path.exists(), "it is kept for good"
    with Corpus.open(path, embedder=DeterministicEmbedder(dimension=16)) as corpus:
        corpus.add(ARTICLES)
        corpus.remove("news/gone.md")


if __name__ == "__main__":
    main()
