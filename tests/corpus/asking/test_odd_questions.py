"""Questions that are empty, wordless, huge or of no answer, and corpora and models that cannot give one."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from askdocs import Corpus
from askdocs.core.answers import Answer
from askdocs.core.errors import AskdocsError, ModelNotFound, PromptTooLong, QuestionError
from askdocs.testing import DeterministicEmbedder, ScriptedGenerator
from tests.corpus.asking.scripted import HOW_MANY, kinds, reply, scripted


@pytest.mark.parametrize("question", ["", "   ", "\n\t "])
def test_an_empty_question_is_refused_before_anything_loads(question: str, corpus: Corpus) -> None:
    model = scripted()
    with pytest.raises(QuestionError, match="the question is empty"):
        corpus.ask(question, model=model)
    with pytest.raises(QuestionError, match="the question is empty"):
        corpus.ask_many([HOW_MANY, question], model=model)
    assert model.calls == []


@pytest.mark.parametrize("question", ["🚀", "🚀🧑🏽\u200d🚀 ❤\ufe0f", "???", "\u200b"])
def test_a_question_without_words_finds_nothing_and_abstains(question: str, corpus: Corpus) -> None:
    answer = corpus.ask(question, model=scripted(), threshold=0)
    assert answer.abstained
    assert (answer.text, answer.candidate, answer.confidence) == ("", "", 0.0)
    assert answer.question == question


@pytest.mark.parametrize(
    "question", ["x" * 100_000, "why not? " * 11_000, "上" * 100_000, f"{'blah ' * 20_000}{HOW_MANY}"]
)
def test_a_question_of_a_hundred_thousand_characters_is_answered(question: str, corpus: Corpus) -> None:
    began = time.perf_counter()
    answer = corpus.ask(question, model=scripted(), threshold=0)
    assert time.perf_counter() - began < 20
    assert answer.question == question
    assert (answer.text == "33 million") == question.endswith(HOW_MANY)


def test_halves_of_characters_are_replaced(corpus: Corpus) -> None:
    answer = corpus.ask(f"{HOW_MANY} \udce4", model=scripted(), threshold=0)
    assert answer.text == "33 million"
    assert Answer.model_validate_json(answer.model_dump_json()) == answer


def test_a_question_too_long_for_the_model_says_so(corpus: Corpus) -> None:
    with pytest.raises(PromptTooLong, match="no room for a passage"):
        corpus.ask(HOW_MANY, model=ScriptedGenerator(reply, context_length=400))


def test_hits_that_do_not_fit_are_listed(corpus: Corpus) -> None:
    answer = corpus.ask(HOW_MANY, model=ScriptedGenerator(reply, context_length=700), threshold=0)
    assert answer.text == "33 million"
    assert 0 < len(answer.omitted) < 3
    assert answer.omitted == answer.hits[-len(answer.omitted) :]


def test_an_empty_corpus_abstains(tmp_path: Path) -> None:
    with Corpus.open(tmp_path / "corpus", embedder=DeterministicEmbedder()) as corpus:
        model = scripted()
        answer = corpus.ask(HOW_MANY, model=model, threshold=0)
        assert (answer.abstained, answer.hits, answer.threshold) == (True, (), 0)
        assert kinds(corpus.stream(HOW_MANY, model=model)) == "Retrieved Answered"
        assert corpus.ask_many([HOW_MANY], model=model)[0].abstained
        assert corpus.explain(HOW_MANY, model=model).features == {}
        assert corpus.ask(HOW_MANY, model=model, style="prose").abstained
        assert model.calls == []


def test_a_model_that_is_not_there_is_told(corpus: Corpus) -> None:
    for ask in (corpus.ask, corpus.explain):
        with pytest.raises(ModelNotFound, match=r"nosuch\.gguf"):
            ask(HOW_MANY, model="nosuch.gguf")
    with pytest.raises(ModelNotFound, match=r"nosuch\.gguf"):
        corpus.ask_many([HOW_MANY], model="nosuch.gguf")


def test_an_unknown_style_is_told(corpus: Corpus) -> None:
    with pytest.raises(AskdocsError, match='there is "auto", "span" and "prose"'):
        corpus.ask(HOW_MANY, model=scripted(), style="verse")  # type: ignore[call-overload]
