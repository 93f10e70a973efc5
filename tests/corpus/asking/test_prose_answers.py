"""Answers in sentences: what they quote, and what of them stands in no quote."""

from __future__ import annotations

import pytest

from askdocs import Corpus
from askdocs.core.errors import ModelUnusable
from tests.corpus.asking.scripted import ARTICLES, HOW_MANY, reply, scripted


def test_prose_quotes_and_lists_what_it_does_not(corpus: Corpus) -> None:
    def script(prompt: str) -> str:
        mark = reply(prompt)
        if "one to three short sentences" not in prompt:
            return mark
        return f'Alibaba parted with "33 million XPeng shares" {mark[:3]} in 2021. It was a good year.'

    model = scripted(script)
    answer = corpus.ask(HOW_MANY, model=model, threshold=0, style="prose")
    assert answer.text == answer.candidate
    assert answer.text.startswith('Alibaba parted with "33 million XPeng shares" [')
    assert answer.value == 33_000_000
    (cited,) = answer.citations
    assert ARTICLES[0].text[cited.answer_start : cited.answer_end] == "33 million XPeng shares"
    assert [one.text for one in answer.unsupported] == ["It was a good year.", "2021"]
    assert model.live_sequences == ()
    assert corpus.ask(HOW_MANY, model=model, threshold=1, style="prose").text == ""


def test_where_the_model_writes_nothing_its_words_are_the_answer(corpus: Corpus) -> None:
    model = scripted(lambda prompt: "unanswerable" if "sentences" in prompt else reply(prompt))
    assert corpus.ask(HOW_MANY, model=model, threshold=0, style="prose").text == "33 million"


def test_prose_needs_a_language_model(corpus: Corpus) -> None:
    with pytest.raises(ModelUnusable, match="writes no prose"):
        corpus.ask(HOW_MANY, model="extractive", threshold=0, style="prose")
