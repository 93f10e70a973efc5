"""Time limits, cancelling, the order of questions that wait for one model, and asyncio."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import Iterator

import pytest

from askdocs import Corpus
from askdocs.core.answers import Answer
from askdocs.core.errors import AnswerTimeout
from tests.corpus.asking.scripted import HOW_MANY, Slow, scripted, when_begun


def test_a_question_ends_with_its_time(corpus: Corpus) -> None:
    model = Slow(0.02)
    began = time.perf_counter()
    with pytest.raises(AnswerTimeout, match=r"'slow': stopped while answering: the time limit of 0\.3 s passed"):
        corpus.ask(HOW_MANY, model=model, timeout=0.3)
    assert time.perf_counter() - began < 3
    assert model.live_sequences == ()


def test_a_question_can_be_cancelled(corpus: Corpus) -> None:
    model, cancel = Slow(0.02), threading.Event()
    when_begun(model, cancel.set)
    with pytest.raises(AnswerTimeout, match="it was cancelled"):
        corpus.ask(HOW_MANY, model=model, cancel=cancel)
    assert model.live_sequences == ()


@pytest.fixture
def busy(corpus: Corpus) -> Iterator[Slow]:
    """A model that works at a question which takes long."""
    model, cancel = Slow(0.05), threading.Event()

    def ask() -> None:
        with pytest.raises(AnswerTimeout):
            corpus.ask(HOW_MANY, model=model, cancel=cancel)

    thread = threading.Thread(target=ask)
    thread.start()
    model.begun.wait()
    yield model
    cancel.set()
    thread.join()


def test_a_question_that_waits_is_given_up_at_once(corpus: Corpus, busy: Slow) -> None:
    began = time.perf_counter()
    with pytest.raises(AnswerTimeout, match=r"'slow': the time limit .* before its turn came"):
        corpus.ask("What of the cloud?", model=busy, timeout=0.2)
    cancel = threading.Event()
    threading.Timer(0.1, cancel.set).start()
    with pytest.raises(AnswerTimeout, match="it was cancelled before its turn came"):
        corpus.ask("What of the cloud?", model=busy, cancel=cancel)
    assert time.perf_counter() - began < 2


def test_questions_are_answered_in_the_order_they_came(corpus: Corpus) -> None:
    model = Slow(0.005)
    order: list[str] = []

    def ask(question: str) -> None:
        corpus.ask(question, model=model)
        order.append(question)

    questions = [HOW_MANY, "What of the cloud?", "Who makes the chips?"]
    threads = [threading.Thread(target=ask, args=(question,)) for question in questions]
    for thread in threads:
        thread.start()
        time.sleep(0.1)
    for thread in threads:
        thread.join()
    assert order == questions


def test_it_can_be_awaited(corpus: Corpus) -> None:
    async def ask() -> tuple[Answer, Answer]:
        first = corpus.aask(HOW_MANY, model=model, threshold=0)
        return await asyncio.gather(first, corpus.aask("What of the cloud?", model=model, threshold=0))

    model = scripted()
    assert [answer.text for answer in asyncio.run(ask())] == ["33 million", "27.65 billion yuan"]


def test_cancelling_the_task_cancels_the_question(corpus: Corpus, caplog: pytest.LogCaptureFixture) -> None:
    model = Slow(0.02)

    async def ask() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(corpus.aask(HOW_MANY, model=model), 0.3)

    asyncio.run(ask())
    gc.collect()  # when asyncio says of a failure that nobody looked at it
    assert "never retrieved" not in caplog.text
    assert model.begun.is_set()
    assert model.live_sequences == ()
