"""An answer as it comes: events in order, and nothing more asked of the model once nobody listens."""

from __future__ import annotations

import threading
import time

from askdocs import Corpus
from askdocs.core.answers import Answered, Retrieved, Token
from tests.corpus.asking.scripted import HOW_MANY, Slow, kinds, scripted, until


def test_events_come_in_order(corpus: Corpus) -> None:
    events = list(corpus.stream(HOW_MANY, model=scripted(), threshold=0))
    assert kinds(events) == f"Retrieved {'Token ' * (len(events) - 2)}Answered"
    retrieved, *tokens, answered = events
    assert isinstance(answered, Answered)
    assert isinstance(retrieved, Retrieved)
    assert retrieved.hits == answered.answer.hits
    assert len(tokens) > 1
    assert "".join(token.text for token in tokens if isinstance(token, Token)) == answered.answer.text == "33 million"


def test_nothing_is_shown_of_what_the_model_would_not_say(corpus: Corpus) -> None:
    assert kinds(corpus.stream("Who owns Nvidia?", model=scripted())) == "Retrieved Answered"


def test_leaving_a_stream_cancels_its_question_only(corpus: Corpus) -> None:
    model, cancel = Slow(0.02), threading.Event()
    events = corpus.stream(HOW_MANY, model=model, cancel=cancel)
    next(events)
    next(events)  # the first word
    events.close()  # type: ignore[attr-defined]
    until(lambda: model.live_sequences == ())
    assert not cancel.is_set()
    calls = len(model.calls)
    time.sleep(0.1)
    assert len(model.calls) == calls
    model.seconds = 0
    assert corpus.ask(HOW_MANY, model=model, threshold=0, cancel=cancel).text == "33 million"
