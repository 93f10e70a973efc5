"""Models are shared, load once in their own thread, and their time counts from then on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from askdocs.core.articles import Hit
from askdocs.core.decoding import Reading
from askdocs.core.errors import AnswerTimeout, ModelUnusable
from askdocs.core.settings import load_settings
from askdocs.reading.extractive import ExtractiveReader
from askdocs.reading.model_pool import LoadedModel, loaded_model, unload_models
from askdocs.reading.reader import Reader, Stopped
from askdocs.testing import ScriptedGenerator
from askdocs.values.question_analysis import analyse_question
from tests.support.made import hit

HITS = [hit("Alibaba sold 33 million shares. It kept 3.")]


@pytest.fixture(autouse=True)
def unloaded() -> Iterator[None]:
    yield
    unload_models()


def read(reader: Reader, stopped: object) -> Reading:
    return reader.read(analyse_question("How many shares?"), HITS)


def test_a_model_is_shared_by_all_who_name_it(tmp_path: Path) -> None:
    settings = load_settings()
    assert loaded_model("extractive", settings) is loaded_model("extractive", settings)
    assert loaded_model("extractive", settings) is not loaded_model("extractive", load_settings(threads=3))
    server = "openai:m@http://127.0.0.1:9/v1"
    assert loaded_model(server, load_settings(api_key="a")) is not loaded_model(server, load_settings(api_key="b"))
    assert loaded_model("extractive", load_settings(api_key="a")) is loaded_model("extractive", settings)
    one, other = ScriptedGenerator(), ScriptedGenerator()
    assert loaded_model(one, settings) is loaded_model(one, settings) is not loaded_model(other, settings)


def test_it_loads_once_when_it_is_first_used() -> None:
    made: list[str] = []

    def make() -> tuple[Reader, str]:
        made.append(threading.current_thread().name)
        time.sleep(0.05)
        return ExtractiveReader(), "a note"

    model = LoadedModel("m", make)
    assert (made, model.is_loaded, model.load_seconds) == ([], False, 0.0)
    model.load()
    assert model.submit(read, 5).result().decoding.answers
    model.load().result()
    assert len(made) == 1
    assert made[0].startswith("askdocs m")
    assert (model.note, model.is_loaded) == ("a note", True)
    assert model.load_seconds >= 0.05
    model.close()


def test_what_fails_to_load_is_told_and_tried_again() -> None:
    tries: list[int] = []

    def make() -> tuple[Reader, str]:
        tries.append(1)
        if len(tries) < 3:
            raise ModelUnusable("it is cut short")
        return ExtractiveReader(), ""

    model = LoadedModel("m", make)
    with pytest.raises(ModelUnusable, match="cut short"):
        model.load().result()
    with pytest.raises(ModelUnusable, match="cut short"):
        model.submit(read, 5).result()
    assert model.submit(read, 5).result().decoding.answers
    model.close()


def test_loading_does_not_count_as_time_of_the_question() -> None:
    def make() -> tuple[Reader, str]:
        time.sleep(0.4)
        return ExtractiveReader(), ""

    model = LoadedModel("m", make)
    model.load()
    assert model.submit(read, 0.2).result().decoding.answers
    with pytest.raises(AnswerTimeout, match=r"stopped: the time limit of 0\.1 s passed; raise it with timeout="):
        model.submit(slow, 0.1).result()
    model.close()


def slow(reader: Reader, stopped: object) -> None:
    assert callable(stopped)
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if stopped():
            raise AnswerTimeout("stopped")
        time.sleep(0.01)


def test_a_question_can_be_cancelled_while_the_model_loads() -> None:
    release = threading.Event()

    def make() -> tuple[Reader, str]:
        release.wait(10)
        return ExtractiveReader(), ""

    model = LoadedModel("m", make)
    model.load()
    with pytest.raises(AnswerTimeout, match="it was cancelled before its turn came"):
        model.submit(read, 0.01, lambda: True).result()
    release.set()
    assert model.submit(read, 5).result()
    model.close()


def test_an_error_in_the_work_is_that_of_the_caller() -> None:
    def fail(reader: Reader, stopped: object) -> None:
        raise TimeoutError("not ours")

    model = LoadedModel("m", lambda: (ExtractiveReader(), ""))
    with pytest.raises(TimeoutError, match="not ours"):
        model.submit(fail, 5).result()
    assert model.submit(read, 5).result()
    model.close()


def test_unloading_frees_the_model_and_the_next_question_loads_it_again() -> None:
    class Closing(ScriptedGenerator):
        closed = 0

        def close(self) -> None:
            self.closed += 1

    generator = Closing("[1] 33 million", context_length=4096)
    model = loaded_model(generator, load_settings())
    assert model.submit(read, 5).result().decoding.answers
    unload_models()
    assert generator.closed == 1
    assert loaded_model(generator, load_settings()) is not model
    assert loaded_model(generator, load_settings()).submit(read, 5).result().decoding.answers


def test_threads_that_ask_at_once_get_one_model() -> None:
    found: list[LoadedModel] = []
    settings = load_settings()
    threads = [threading.Thread(target=lambda: found.append(loaded_model("extractive", settings))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, found))) == 1


# --- the reader without a model -------------------------------------------------------------------------------------


def best(question: str, *texts: str) -> str:
    hits: Sequence[Hit] = [hit(text, chunk_id=i) for i, text in enumerate(texts)]
    reading = ExtractiveReader().read(analyse_question(question), hits)
    item = reading.decoding.answers[0].items[0]
    return reading.passages[item.number - 1].text[item.start : item.end]


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How many shares did Alibaba sell?", "Alibaba sold 33 million shares."),
        ("When did the factory open?", "The factory in Berlin opened in May 2021."),
        ("Who runs the factory?", "Its head is Jane Smith, who has run the factory for years."),
    ],
)
def test_extractive_takes_the_sentence_that_shares_most_and_is_of_the_kind(question: str, sentence: str) -> None:
    texts = (
        "Alibaba sold 33 million shares. Alibaba did not say why it sold.",
        "The factory in Berlin opened in May 2021. Its head is Jane Smith, who has run the factory for years.",
    )
    assert best(question, *texts) == sentence


def test_extractive_probabilities_are_a_distribution() -> None:
    reading = ExtractiveReader().read(analyse_question("How many?"), [hit("One 1. Two 2."), hit("Three. Four 4.")])
    decoding = reading.decoding
    assert sum(answer.probabilities[0] for answer in decoding.answers) == pytest.approx(1)
    assert sum(decoding.passage_probabilities) == pytest.approx(1)
    scores = [answer.log_probability for answer in decoding.answers]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("text", ["", "...", "🚀", "\n"])
def test_extractive_without_sentences_finds_nothing(text: str) -> None:
    decoding = ExtractiveReader().read(analyse_question("Why?"), [hit(text)]).decoding
    assert all(answer.items for answer in decoding.answers)
    assert ExtractiveReader().read(analyse_question("Why?"), []).decoding.answers == ()


def test_questions_go_before_work_that_can_wait_which_does_not_wait_for_ever() -> None:
    model, done, held = LoadedModel("m", lambda: (ExtractiveReader(), "")), list[str](), threading.Event()
    first = model.submit(lambda reader, stopped: held.wait(5), 10)

    def work(name: str) -> Callable[[Reader, Stopped], None]:
        return lambda reader, stopped: done.append(name)

    cells = [model.submit(work(f"cell {n}"), 10, patient=True) for n in range(2)]
    asked = [model.submit(work(f"question {n}"), 10) for n in range(6)]
    held.set()
    assert first.result()
    for job in (*cells, *asked):
        job.result()
    assert done == [*(f"question {n}" for n in range(4)), "cell 0", "question 4", "question 5", "cell 1"]
    model.close()
