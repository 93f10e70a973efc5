"""Questions for lists, the whole way: which articles are read, which items are found, and what each cites."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from askdocs.core.answers import Answer
from askdocs.core.errors import AnswerTimeout
from askdocs.corpus import list_passages
from askdocs.corpus.ask_list import ask_list
from askdocs.corpus.ask_options import AskOptions, Question
from askdocs.corpus.corpus import Corpus
from askdocs.lists.name_classifier import bundled_name_classifier
from askdocs.reading.model_pool import bundled_span_scorer
from tests.corpus.counting import CountingEmbedder

BRIDGE = (
    "The bridge at Port Halden was paid for by three banks, Castellan Bank, Pell Hartmann and Orsted Savings Bank. "
    'It was built by Aurelio & Finch. "It will last a century," said engineer Marta Lindqvist.'
)
ORCHARD = "Velmora Foods Inc. buys apples from growers in Norway. Velmora Foods competes with Aurelio & Finch in Oslo."


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    if bundled_name_classifier() is None or bundled_span_scorer() is None:
        pytest.skip("askdocs[bundled] is not installed")
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "bridge.md").write_text(f"---\ntitle: The bridge opens\npublished: 2023-03-05\n---\n{BRIDGE}")
    (folder / "orchard.md").write_text(f"---\ntitle: Apples for juice\npublished: 2023-06-05\n---\n{ORCHARD}")
    with Corpus.open(tmp_path / "corpus", embedder=CountingEmbedder()) as opened:
        opened.add(folder)
        yield opened


def ask(corpus: Corpus, question: str, cancel: threading.Event | None = None, **where: str) -> Answer:
    options = AskOptions.of(model="extractive", where=where or None, timeout=300, cancel=cancel)
    answer = ask_list(corpus.answerer, Question.of(question), options)
    assert answer is not None
    return answer


def test_every_company_of_all_articles_with_its_words(corpus: Corpus) -> None:
    answer = ask(corpus, "List all companies that are named")
    assert answer.form == "list"
    assert answer.passages_read == 2
    assert answer.note == "read all 2 passages of 2 articles"
    items = answer.value
    assert isinstance(items, tuple)
    assert set(items) == {
        "Castellan Bank", "Pell Hartmann", "Orsted Savings Bank", "Aurelio & Finch", "Velmora Foods"
    }  # fmt: skip
    assert answer.text == "; ".join(map(str, items))
    for item, cited in zip(items, answer.citations, strict=True):
        text = corpus.article(cited.article_id).text
        assert text[cited.answer_start : cited.answer_end] == item
        assert text[cited.start : cited.end] == cited.quote


def test_only_the_article_meant(corpus: Corpus) -> None:
    assert ask(corpus, "Which people are quoted in the article about the bridge?").value == ("Marta Lindqvist",)
    assert ask(corpus, "Which companies are named in orchard.md?").value == ("Velmora Foods", "Aurelio & Finch")
    assert ask(corpus, "Which countries are named in articles from June 2023?").value == ("Norway",)
    assert ask(corpus, "Which countries are named?", source="*bridge.md").abstained


def test_a_condition(corpus: Corpus) -> None:
    answer = ask(corpus, "Which banks paid for the bridge?")
    assert answer.value == ("Castellan Bank", "Pell Hartmann", "Orsted Savings Bank")
    assert answer.confidence > answer.threshold


def test_of_many_passages_the_nearest(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_passages, "MOST_PASSAGES", 1)
    answer = ask(corpus, "Which companies are named?")
    assert answer.passages_read == 1
    assert answer.note.endswith("of 2 passages in all")


def test_nothing_to_read(corpus: Corpus) -> None:
    answer = ask(corpus, "List all companies in articles from May 1999")
    assert (answer.abstained, answer.text, answer.passages_read) == (True, "", 0)
    assert answer.note == "read no passage: no article is meant"


def test_given_up(corpus: Corpus) -> None:
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(AnswerTimeout, match="cancelled"):
        ask(corpus, "List all companies", cancel)
