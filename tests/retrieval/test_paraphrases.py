"""Questions that share no content word with the sentence that answers them: vectors must earn their place."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from askdocs.corpus.corpus import Corpus
from askdocs.storage.embedded import DATABASE, open_store
from askdocs.storage.fts_tokenizer import WordSplitter
from askdocs.text.english import FUNCTION_WORDS

EVALS = Path(__file__).parents[2] / "evals"
ARTICLES = EVALS / "news" / "articles"
PARAPHRASES: list[dict[str, str]] = [
    json.loads(line) for line in (EVALS / "retrieval" / "paraphrases.jsonl").read_text("utf-8").splitlines()
]


def plain(text: str) -> str:
    return " ".join(text.split())


def content(splitter: WordSplitter, text: str) -> set[str]:
    return {stem for word, stem in splitter.split(text) if word not in FUNCTION_WORDS}


def test_there_are_sixty_and_each_answer_stands_in_its_article() -> None:
    assert len({entry["question"] for entry in PARAPHRASES}) == len(PARAPHRASES) >= 60
    for entry in PARAPHRASES:
        assert plain(entry["sentence"]) in plain((ARTICLES / entry["source"]).read_text("utf-8")), entry


def test_no_content_word_is_shared_in_any_form() -> None:
    with closing(WordSplitter()) as splitter:
        for entry in PARAPHRASES:
            shared = content(splitter, entry["question"]) & content(splitter, entry["sentence"])
            assert not shared, (entry, shared)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    with Corpus.open(tmp_path_factory.mktemp("paraphrases")) as opened:
        assert not opened.add(ARTICLES).skipped
        yield opened


def recall(search: Callable[[str], list[str]]) -> float:
    """How often one of the texts found holds the gold sentence."""
    found = [
        any(plain(entry["sentence"]) in plain(text) for text in search(entry["question"])) for entry in PARAPHRASES
    ]
    return sum(found) / len(found)


@pytest.mark.model
def test_the_fused_search_beats_bm25_by_fifteen_points(corpus: Corpus) -> None:
    with closing(open_store(corpus.path / DATABASE)) as store:

        def bm25(question: str) -> list[str]:
            words = dict.fromkeys(word for word, _ in store.terms(question) if word not in FUNCTION_WORDS)
            ids = [chunk for chunk, _ in store.bm25(list(words), 4)]
            return [found.chunk.text for found in store.chunks(ids).values()]

        alone = recall(bm25)
    fused = recall(lambda question: [hit.chunk.text for hit in corpus.search(question, k=4)])
    assert fused >= alone + 0.15, (fused, alone)
