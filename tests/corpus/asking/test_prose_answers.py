"""Answers in sentences: what they quote, what is written once more, and when the words are the answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from askdocs import Corpus
from askdocs.core.answers import Answered, Token
from askdocs.core.errors import ModelUnusable
from askdocs.testing import ScriptedGenerator
from tests.corpus.asking.scripted import ARTICLES, HOW_MANY, Slow, reply, scripted

GOOD = 'Alibaba parted with "33 million XPeng shares" {mark}'


def writer(first: str, again: str = "", words: Callable[[str], str] = reply) -> ScriptedGenerator:
    """A model that writes ``first``, then ``again`` where it is told what failed; ``{mark}`` is that of the sale."""

    def script(prompt: str) -> str:
        if "short sentences" not in prompt:
            return words(prompt)
        mark = reply(f"{prompt.rsplit('Question: ', 1)[0]}Question: XPeng shares")[:3]
        return (again if "You wrote before" in prompt else first).replace("{mark}", mark)

    return scripted(script)


def test_prose_quotes_and_keeps_the_value_of_the_words(corpus: Corpus) -> None:
    model = writer(GOOD + ", for $317 million.")
    answer = corpus.ask(HOW_MANY, model=model, threshold=0, style="prose")
    words = corpus.ask(HOW_MANY, model=model, threshold=0, style="span")
    assert answer.text == 'Alibaba parted with "33 million XPeng shares" [1], for $317 million.'
    assert (answer.style, words.style) == ("prose", "span")
    assert (answer.candidate, answer.value) == ("33 million", 33_000_000)
    assert answer.confidence == words.confidence
    assert answer.unsupported == ()
    (cited,) = answer.citations
    assert ARTICLES[0].text[cited.answer_start : cited.answer_end] == "33 million XPeng shares"
    assert model.live_sequences == ()
    assert corpus.ask(HOW_MANY, model=model, threshold=1, style="prose").text == ""


def test_what_fails_is_written_once_more(corpus: Corpus) -> None:
    model = writer(GOOD + " in 2021. It was good.", GOOD + " in March.")
    answer = corpus.ask(HOW_MANY, model=model, threshold=0, style="prose")
    assert answer.text == 'Alibaba parted with "33 million XPeng shares" [1] in March.'
    assert [one.text for one in answer.unsupported] == ["It was good."]  # for which nothing came
    told = [model.text(call[1]) for call in model.calls if call[0] == "prefill"][-1]  # type: ignore[arg-type]
    assert 'the number "2021" stands in no quoted sentence' in told
    assert "You wrote before: It was good." in told


def test_what_fails_twice_is_dropped_and_said(corpus: Corpus) -> None:
    answer = corpus.ask(HOW_MANY, model=writer(GOOD + ". It was good.", "It was."), threshold=0, style="prose")
    assert answer.text == 'Alibaba parted with "33 million XPeng shares" [1].'
    assert [(one.text, one.reason) for one in answer.unsupported] == [("It was good.", "it quotes no passage")]


def test_where_nothing_holds_the_words_are_the_answer(corpus: Corpus) -> None:
    answer = corpus.ask(HOW_MANY, model=writer(GOOD + " in 2021.", GOOD + " in 2022."), threshold=0, style="prose")
    assert (answer.text, answer.style) == ("33 million", "span")
    assert [one.reason for one in answer.unsupported] == ['the number "2021" stands in no quoted sentence']


def test_where_the_model_writes_nothing_its_words_are_the_answer(corpus: Corpus) -> None:
    answer = corpus.ask(HOW_MANY, model=writer("unanswerable"), threshold=0, style="prose")
    assert (answer.text, answer.unsupported) == ("33 million", ())


def test_of_prose_that_says_something_else_neither_is_sure(corpus: Corpus) -> None:
    model = writer('Alibaba was paid "$317 million" {mark}.')
    words = corpus.ask(HOW_MANY, model=model, threshold=0, style="span")
    answer = corpus.ask(HOW_MANY, model=model, threshold=0, style="prose")
    if words.confidence >= 0.5:
        assert answer.text == "33 million"
        assert 'it does not say "33 million"' in answer.unsupported[0].reason
        return
    assert answer.text == answer.candidate == 'Alibaba was paid "$317 million" [1].'
    assert answer.value is None
    assert answer.confidence == answer.alternatives[0].confidence == words.confidence / 2
    assert answer.alternatives[0].text == "33 million"


def test_prose_comes_as_it_is_written(corpus: Corpus) -> None:
    *events, last = corpus.stream(HOW_MANY, model=writer(GOOD + "."), threshold=0, style="prose")
    written = "".join(event.text for event in events if isinstance(event, Token))
    assert written.startswith('Alibaba parted with "33 million XPeng shares" [')
    assert sum(isinstance(event, Token) for event in events) > 20
    assert isinstance(last, Answered)
    assert last.answer.style == "prose"


def test_the_words_not_the_sentences_are_what_follow_ups_lean_on(corpus: Corpus) -> None:
    chat = corpus.chat()
    chat.ask(HOW_MANY, model=writer(GOOD + "."), threshold=0, style="prose")
    assert chat.history == ((HOW_MANY, "33 million"),)


def test_many_questions_in_prose(corpus: Corpus) -> None:
    answers = corpus.ask_many([HOW_MANY] * 2, model=writer(GOOD + "."), threshold=0, style="prose")
    assert [answer.style for answer in answers] == ["prose", "prose"]


def test_prose_needs_a_language_model(corpus: Corpus) -> None:
    with pytest.raises(ModelUnusable, match="writes no prose"):
        corpus.ask(HOW_MANY, model="extractive", threshold=0, style="prose")


def test_a_generator_that_does_not_tell_its_size_is_asked_for_words(corpus: Corpus) -> None:
    assert corpus.ask(HOW_MANY, model=writer(GOOD + "."), threshold=0, style="auto").text == "33 million"
    assert "how many parameters" in corpus.capability(scripted()).reason


def test_a_summary_is_rewritten_and_held_to_its_sentences(corpus: Corpus) -> None:
    plain = corpus.ask("Summarize the articles", model="extractive")
    assert len(plain.citations) == 3

    def script(prompt: str) -> str:
        return (
            f'A stake was sold: "33 million XPeng shares" [{_number(prompt, "33 million")}]. '
            f'The cloud unit "grew 3%" [{_number(prompt, "27.65")}]. Huawei gained.'
        )

    answer = corpus.ask("Summarize the articles", model=scripted(script), style="prose")
    assert answer.form == "summary"
    assert answer.style == "prose"
    assert answer.text == 'A stake was sold: "33 million XPeng shares" [1]. The cloud unit "grew 3%" [2].'
    assert answer.value == plain.value
    assert answer.unsupported[0].text == "Huawei gained."
    failed = corpus.ask("Summarize the articles", model=scripted(lambda prompt: "It was good."), style="prose")
    assert (failed.text, failed.citations, failed.style) == (plain.text, plain.citations, "span")


def _number(prompt: str, words: str) -> str:
    return next(str(n) for n in range(1, 9) if words in prompt.partition(f"\n[{n}] ")[2].partition("\n\n[")[0])


def test_prose_that_takes_too_long_leaves_the_words(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    class Capable(Slow):
        parameters = 2_000_000_000

    monkeypatch.setattr("askdocs.answering.prose.capability.failed_test", lambda *_: "")
    model = Capable(0.0, lambda prompt: "So " * 80 if "short sentences" in prompt else reply(prompt))

    def slow(sequence: int) -> object:
        model.seconds = 0.05 if "short sentences" in model.text(model._sequences[sequence]) else 0.0
        return Slow.logits(model, sequence)

    monkeypatch.setattr(model, "logits", slow)
    answer = corpus.ask(HOW_MANY, model=model, threshold=0, timeout=1.0, style="auto")
    assert answer.text == "33 million"
    assert "time limit" in answer.unsupported[0].reason
