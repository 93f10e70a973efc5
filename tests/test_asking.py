"""Asking a corpus: events in order, limits kept, bad questions told apart, many at once as one by one."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from askdocs import Corpus
from askdocs.confidence import Calibration, Calibrations
from askdocs.errors import (
    AnswerTimeout,
    AskdocsError,
    CorpusError,
    ModelNotFound,
    ModelUnusable,
    PromptTooLong,
    QuestionError,
)
from askdocs.loaded import unload_models
from askdocs.prompts import Turn
from askdocs.testing import DeterministicEmbedder, ScriptedGenerator
from askdocs.types import Answer, Answered, Event, FloatArray, Retrieved, Token
from tests.made import article

ARTICLES = [
    article("Alibaba sold 33 million XPeng shares for $317 million in March.", title="Sale", published="2024-03-22"),
    article("The cloud unit of Alibaba grew 3% to 27.65 billion yuan.", title="Cloud", published="2023-11-17"),
    article("Baidu ordered 1,600 chips from Huawei for 200 servers.", title="Chips", published="2023-11-07"),
]
HOW_MANY = "How many XPeng shares did Alibaba sell?"
REPLIES = {
    "how much": "$317 million",
    "XPeng shares": "33 million",
    "cloud": "27.65 billion yuan",
    "chips": "1,600 chips",
    "Baidu": "Huawei",
}


def reply(prompt: str) -> str:
    """What the scripted model wants to say: the words for the question, with the mark of their passage."""
    question = prompt.rsplit("Question: ", 1)[-1]
    wanted = next((words for part, words in REPLIES.items() if part in question), None)
    for number in range(1, 9):
        passage = prompt.partition(f"\n[{number}] ")[2].partition("\n\n[")[0].partition("\n\nQuestion")[0]
        if wanted and wanted in passage:
            return f"[{number}] {wanted}"
    return "unanswerable"


def scripted(script: Callable[[str], str] = reply) -> ScriptedGenerator:
    return ScriptedGenerator(script, words=[" million", "Question: ", "passage"], context_length=8192)


class Slow(ScriptedGenerator):
    """Takes ``seconds`` for each look at its logits; ``begun`` is set at the first."""

    def __init__(self, seconds: float, script: Callable[[str], str] = reply) -> None:
        super().__init__(script, words=[" million"], context_length=8192, name="slow")
        self.seconds = seconds
        self.begun = threading.Event()

    def logits(self, sequence: int) -> FloatArray:
        self.begun.set()
        time.sleep(self.seconds)
        return super().logits(sequence)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    with Corpus.open(tmp_path_factory.mktemp("asking") / "corpus", embedder=DeterministicEmbedder()) as corpus:
        corpus.add(ARTICLES)
        yield corpus


@pytest.fixture
def corpus(shared: Corpus) -> Iterator[Corpus]:
    yield shared
    unload_models()


def kinds(events: Iterable[Event]) -> str:
    return " ".join(type(event).__name__ for event in events)


def when_begun(model: Slow, act: Callable[[], None]) -> threading.Thread:
    def wait() -> None:
        model.begun.wait()
        act()

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)


# --- an answer ------------------------------------------------------------------------------------------------------


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


# --- questions that cannot be answered ------------------------------------------------------------------------------


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
    with pytest.raises(AskdocsError, match='there is "span" and "prose"'):
        corpus.ask(HOW_MANY, model=scripted(), style="verse")  # type: ignore[call-overload]


# --- streaming ------------------------------------------------------------------------------------------------------


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


# --- limits ---------------------------------------------------------------------------------------------------------


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


def test_a_script_without_a_mark_is_words_of_the_passage_that_holds_them(
    corpus: Corpus, caplog: pytest.LogCaptureFixture
) -> None:
    answer = corpus.ask(HOW_MANY, model=ScriptedGenerator("33 million", context_length=8192), threshold=0)
    assert answer.text == "33 million"
    assert not caplog.records
    corpus.ask(HOW_MANY, model=ScriptedGenerator("Ana Ruiz", context_length=8192), threshold=0)
    assert "no passage of the prompt holds 'Ana Ruiz'" in caplog.text


# --- asyncio --------------------------------------------------------------------------------------------------------


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


# --- many -----------------------------------------------------------------------------------------------------------

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


# --- prose ----------------------------------------------------------------------------------------------------------


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


# --- the reader without a model -------------------------------------------------------------------------------------


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
