"""An answer: its words, its quote, what it says of itself, and of which state of the corpus it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from askdocs import Corpus
from askdocs.answering.calibration import Calibration, Calibrations
from askdocs.core.answers import Answered, Retrieved, Token, Turn
from askdocs.core.errors import AskdocsError, CorpusError, ModelUnusable
from askdocs.testing import DeterministicEmbedder, ScriptedGenerator
from tests.corpus.asking.scripted import ARTICLES, HOW_MANY, reply, scripted


def test_an_answer_quotes_the_stored_article(corpus: Corpus) -> None:
    model = scripted()
    answer = corpus.ask(HOW_MANY, model=model, threshold=0)
    assert (answer.text, answer.value, answer.abstained) == ("33 million", 33_000_000, False)
    assert (answer.question, answer.model, answer.threshold) == (HOW_MANY, "scripted", 0)
    (cited,) = answer.citations
    text = corpus.article(cited.article_id).text
    assert text[cited.start : cited.end] == cited.quote
    assert text[cited.answer_start : cited.answer_end] == "33 million"
    assert len(answer.hits) == 3
    assert model.live_sequences == ()
    times, usage = answer.timings, answer.usage
    assert 0 < times.retrieve < times.first_token <= times.total
    assert times.load == pytest.approx(0, abs=0.5)
    assert usage.prompt_tokens > 100
    assert usage.output_tokens > 0


def test_the_threshold_decides_about_abstaining(corpus: Corpus) -> None:
    model = scripted()
    sure = corpus.ask(HOW_MANY, model=model, threshold=0)
    never = corpus.ask(HOW_MANY, model=model, threshold=1)
    assert never.confidence == sure.confidence < 1
    assert (never.abstained, never.text, never.candidate) == (True, "", "33 million")
    with pytest.raises(AskdocsError, match="threshold"):
        corpus.ask(HOW_MANY, model=model, threshold=1.5)


def test_k_and_where_limit_what_is_read(corpus: Corpus) -> None:
    model = scripted()
    assert len(corpus.ask(HOW_MANY, model=model, k=1).hits) == 1
    answer = corpus.ask(HOW_MANY, model=model, where={"published": "<2024-01-01"})
    assert {one.title for one in answer.hits} == {"Cloud", "Chips"}
    assert "33 million" not in answer.candidate
    with pytest.raises(CorpusError):
        corpus.ask(HOW_MANY, model=model, where={"published": ">=yesterday"})


def test_a_follow_up_is_made_self_contained(corpus: Corpus) -> None:
    prompts: list[str] = []

    def script(prompt: str) -> str:
        prompts.append(prompt)
        return reply(prompt)

    model = scripted(script)
    for turn in ((HOW_MANY, "33 million"), Turn(question=HOW_MANY, answer="33 million")):
        answer = corpus.ask("And for how much?", model=model, threshold=0, history=[turn])
        assert answer.text == "$317 million"
        assert answer.question == "And for how much?"
        assert prompts[-1].rstrip().endswith("Question: For how much did Alibaba sell XPeng shares?")


def test_a_prompt_can_be_named(corpus: Corpus) -> None:
    explained = corpus.explain(HOW_MANY, model=scripted(), prompt="grounded")
    assert explained.prompt.endswith(f"Question: {HOW_MANY}\nAnswer:")
    with pytest.raises(ModelUnusable, match="nosuch"):
        corpus.ask(HOW_MANY, model=scripted(), prompt="nosuch")


def test_a_corpus_may_have_a_calibration_of_its_own(tmp_path: Path) -> None:
    with Corpus.open(tmp_path / "corpus", embedder=DeterministicEmbedder()) as corpus:
        corpus.add(ARTICLES)
        own = Calibration(features=(), means=(), scales=(), weights=(), bias=-1.0, threshold=0.125)
        (corpus.path / "calibration.json").write_text(Calibrations(by_model={"other": own}).model_dump_json(), "utf-8")
        answer = corpus.ask(HOW_MANY, model=scripted())
        assert answer.threshold == 0.125
        assert answer.confidence == pytest.approx(0.26894, abs=1e-4)
        assert not answer.abstained


def test_explaining_says_what_was_read_and_why(corpus: Corpus) -> None:
    explained = corpus.explain("And how many?", model=scripted(), threshold=0, history=[(HOW_MANY, "33 million")])
    assert explained.answer.question == "And how many?"
    assert "XPeng" in explained.rewritten
    assert explained.rewritten in explained.prompt
    assert "".join(token for token, _ in explained.tokens).endswith("33 million<end>")
    assert all(0 <= probability <= 1 for _, probability in explained.tokens)
    assert explained.features["kind_fits"] == 1.0
    assert 0 <= explained.unanswerable < 0.5


def test_the_answer_is_of_one_state_of_the_corpus(tmp_path: Path) -> None:
    """An article that goes while the model reads it is still quoted; the next question does not see it."""
    with Corpus.open(tmp_path / "corpus", embedder=DeterministicEmbedder()) as corpus:
        corpus.add(ARTICLES)
        events = corpus.stream(HOW_MANY, model=scripted(), threshold=0)
        assert isinstance(next(events), Retrieved)
        corpus.remove(source=ARTICLES[0].source)
        answered = list(events)[-1]
        assert isinstance(answered, Answered)
        assert answered.answer.text == "33 million"
        assert answered.answer.citations[0].quote == ARTICLES[0].text
        assert corpus.ask(HOW_MANY, model=scripted(), threshold=0).text != "33 million"


def test_a_script_without_a_mark_is_words_of_the_passage_that_holds_them(
    corpus: Corpus, caplog: pytest.LogCaptureFixture
) -> None:
    answer = corpus.ask(HOW_MANY, model=ScriptedGenerator("33 million", context_length=8192), threshold=0)
    assert answer.text == "33 million"
    assert not caplog.records
    corpus.ask(HOW_MANY, model=ScriptedGenerator("Ana Ruiz", context_length=8192), threshold=0)
    assert "no passage of the prompt holds 'Ana Ruiz'" in caplog.text


def test_extractive_answers_with_the_sentence(corpus: Corpus) -> None:
    answer = corpus.ask(HOW_MANY, model="extractive", threshold=0)
    assert answer.text == ARTICLES[0].text
    assert answer.citations[0].quote == ARTICLES[0].text
    assert answer.model == "extractive"
    events = list(corpus.stream(HOW_MANY, model="extractive", threshold=0))
    assert [event.text for event in events if isinstance(event, Token)] == [answer.text]
    together = corpus.ask_many([HOW_MANY, "Whose chips?"], model="extractive", threshold=0)
    assert together[0].text == answer.text
    assert "chips" in together[1].text
