"""Many questions at once: answered as one by one, in their order, sharing what they can."""

from __future__ import annotations

import threading
import time

import pytest

from askdocs import Corpus
from askdocs.core.answers import Answer
from askdocs.core.errors import AnswerTimeout, PromptTooLong, QuestionError
from askdocs.testing import ScriptedGenerator
from tests.corpus.asking.scripted import HOW_MANY, Slow, reply, scripted, until, when_begun

QUESTIONS = [
    HOW_MANY,
    "What did the cloud unit earn?",
    "Who owns Nvidia?",
    "For how much did Alibaba sell?",
    "Whose chips did Baidu order?",
    "🚀",
    HOW_MANY,
    "From whom did Baidu order?",
]


def essence(answer: Answer) -> dict[str, object]:
    """An answer without what differs from call to call."""
    return answer.model_dump(exclude={"timings", "usage"})


def test_many_are_answered_as_one_by_one_in_their_order(corpus: Corpus) -> None:
    model = scripted()
    alone = [corpus.ask(question, model=model, threshold=0) for question in QUESTIONS]
    together = corpus.ask_many(iter(QUESTIONS), model=model, threshold=0)
    assert [essence(answer) for answer in together] == [essence(answer) for answer in alone]
    assert together[0].text == "33 million"
    assert together[5].abstained
    assert model.live_sequences == ()
    assert corpus.ask_many([], model=model) == []


def test_one_question_is_no_list_of_letters(corpus: Corpus) -> None:
    with pytest.raises(QuestionError, match="a list of questions"):
        corpus.ask_many(HOW_MANY, model=scripted())


def test_many_share_evaluations_and_the_beginning_of_their_prompts(corpus: Corpus) -> None:
    def accepts(model: ScriptedGenerator) -> int:
        return sum(call[0] == "accept" for call in model.calls)

    one_by_one, at_once = scripted(), scripted()
    for question in QUESTIONS:
        corpus.ask(question, model=one_by_one, k=1)
    answers = corpus.ask_many(QUESTIONS, model=at_once, k=1)
    assert accepts(at_once) < 0.6 * accepts(one_by_one)
    assert sum(answer.usage.reused_tokens > 0 for answer in answers) >= 3


def test_many_that_do_not_fit_together_are_read_apart(corpus: Corpus) -> None:
    model = ScriptedGenerator(reply, context_length=1300)
    alone = [corpus.ask(question, model=model, threshold=0) for question in QUESTIONS]
    together = corpus.ask_many(QUESTIONS, model=model, threshold=0)
    assert [essence(answer) for answer in together] == [essence(answer) for answer in alone]


class Full(ScriptedGenerator):
    """Has no room for the steps of more than one question."""

    def accept(self, steps: object) -> None:
        if len(self.live_sequences) > 8:
            raise PromptTooLong("its context is full")
        super().accept(steps)  # type: ignore[arg-type]


def test_many_are_read_one_by_one_where_the_model_has_no_room(corpus: Corpus) -> None:
    model = Full(reply, context_length=8192)
    answers = corpus.ask_many(QUESTIONS, model=model, threshold=0)
    assert [answer.text for answer in answers[:2]] == ["33 million", "27.65 billion yuan"]
    assert model.live_sequences == ()


def test_many_can_be_cancelled(corpus: Corpus) -> None:
    model, cancel = Slow(0.02), threading.Event()
    when_begun(model, cancel.set)
    with pytest.raises(AnswerTimeout, match="it was cancelled"):
        corpus.ask_many(QUESTIONS * 3, model=model, cancel=cancel)
    until(lambda: model.live_sequences == ())


def test_each_of_many_has_its_own_time(corpus: Corpus) -> None:
    model = Slow(0.001)
    began = time.perf_counter()
    corpus.ask(HOW_MANY, model=model)
    one = time.perf_counter() - began
    assert len(corpus.ask_many([HOW_MANY] * 12, model=model, timeout=4 * one)) == 12
    with pytest.raises(AnswerTimeout, match="the time limit"):
        corpus.ask_many([HOW_MANY] * 12, model=Slow(0.05), timeout=0.1)


def test_others_get_their_turn_between_many(corpus: Corpus) -> None:
    model = Slow(0.002)
    done: list[str] = []

    def ask_many() -> None:
        corpus.ask_many(QUESTIONS * 6, model=model)
        done.append("many")

    many = threading.Thread(target=ask_many)
    many.start()
    model.begun.wait()
    corpus.ask(HOW_MANY, model=model)
    done.append("one")
    many.join()
    assert done == ["one", "many"]
