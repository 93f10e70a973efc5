"""A conversation through the library: ``corpus.chat()``."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from askdocs import Answered, AnswerTimeout, Article, Corpus, Retrieved
from askdocs.corpus.ask_options import ChatKeywords
from askdocs.corpus.chat import Chat
from askdocs.testing import DeterministicEmbedder

TEXT = "Norhaven has sold 12 million shares of Vestia. The sale of Vestia shares raised $98 million for Norhaven."
QUESTION = "How many shares of Vestia did Norhaven sell?"
OPTIONS: ChatKeywords = {"model": "extractive", "threshold": 0.0}


@pytest.fixture
def corpus(tmp_path: object) -> Iterator[Corpus]:
    with Corpus.open(f"{tmp_path}/news.askdocs", embedder=DeterministicEmbedder()) as made:
        made.add(Article(id="a1", source="sale.md", title="Norhaven cuts its stake", text=TEXT))
        yield made


def test_a_later_question_is_asked_with_what_was_said_before(corpus: Corpus) -> None:
    chat = corpus.chat()
    first = chat.ask(QUESTION, **OPTIONS)
    second = chat.ask("And for how much?", **OPTIONS)
    assert first.citations
    assert second.question == "And for how much?"
    assert [turn.rewritten for turn in chat.turns] == [QUESTION, "For how much did Norhaven sell shares of Vestia?"]
    assert chat.history[0] == (QUESTION, first.text)


def test_streaming_adds_to_the_conversation_when_the_answer_is_there(corpus: Corpus) -> None:
    chat = corpus.chat()
    events = chat.stream(QUESTION, **OPTIONS)
    assert isinstance(next(events), Retrieved)
    assert not chat.history
    last = list(events)[-1]
    assert isinstance(last, Answered)
    assert chat.turns[0].answer == last.answer


def test_a_question_that_is_cancelled_leaves_the_conversation_as_it_was(corpus: Corpus) -> None:
    chat = corpus.chat()
    chat.ask(QUESTION, **OPTIONS)
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(AnswerTimeout):
        chat.ask("And for how much?", model="extractive", cancel=cancel)
    assert len(chat.turns) == 1


def test_a_conversation_goes_on_from_stored_turns_and_can_be_cleared(corpus: Corpus) -> None:
    chat = corpus.chat()
    chat.ask(QUESTION, **OPTIONS)
    again = Chat(corpus, chat.turns)
    assert again.rewritten("When?") == "When did Norhaven sell shares of Vestia?"
    again.clear()
    assert again.rewritten("When?") == "When?"
    dropped = chat.drop_last()
    assert dropped is not None
    assert dropped.question == QUESTION
    assert chat.drop_last() is None


def test_a_conversation_keeps_answers_only(corpus: Corpus) -> None:
    with pytest.raises(TypeError, match="typed answer"):
        corpus.chat().ask(QUESTION, as_=Article)  # type: ignore[call-arg]
