"""A corpus that askdocs built before its modules moved into rooms opens, verifies and answers as it did."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from askdocs import Corpus

BEFORE = Path(__file__).parents[1] / "data" / "corpus-before-rooms"


@pytest.mark.model
def test_a_corpus_from_before_the_rooms_opens_verifies_and_answers(tmp_path: Path) -> None:
    copied = tmp_path / "corpus"
    shutil.copytree(BEFORE, copied)
    with Corpus.open(copied, create=False) as corpus:
        assert corpus.verify() == []
        assert corpus.status().articles == 3
        answer = corpus.ask("How many XPeng shares did Alibaba sell?", model="smollm2")
        assert (answer.candidate, answer.value) == ("33 million", 33_000_000)
        (citation,) = answer.citations
        assert corpus.article(citation.article_id).text[citation.start : citation.end] == citation.quote
