"""``openai:`` names: what a server writes is located or reported, and what goes wrong with it is told apart."""

from __future__ import annotations

import math
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from askdocs import Corpus
from askdocs.core.answers import Answered, Token
from askdocs.core.errors import AnswerTimeout, AskdocsError, ModelNotFound, ModelUnusable, PromptTooLong
from askdocs.core.settings import load_settings
from askdocs.models.registry import bundled_model_path, resolve
from askdocs.reading.model_pool import unload_models
from askdocs.reading.servers.server_reader import OpenAIReader
from askdocs.testing import DeterministicEmbedder
from tests.support.chat_server import Reply, Served, chat_server, completion
from tests.support.made import article

SALE = article("Alibaba sold 33 million XPeng shares for “about $317 million”.", title="Sale", published="2024-03-22")
CLOUD = article("The cloud unit of Alibaba grew 3% to 27.65 billion yuan.", title="Cloud", published="2023-11-17")
HOW_MANY = "How many XPeng shares did Alibaba sell?"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    with Corpus.open(tmp_path_factory.mktemp("served") / "corpus", embedder=DeterministicEmbedder()) as corpus:
        corpus.add([SALE, CLOUD])
        yield corpus


@pytest.fixture
def corpus(shared: Corpus) -> Iterator[Corpus]:
    yield shared
    unload_models()


def name(served: Served) -> str:
    return f"openai:some/model@{served.url}"


def saying(reply: Reply) -> Callable[[dict[str, Any]], Reply]:
    return lambda document: reply


def test_the_reply_is_located_and_cited(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKDOCS_API_KEY", "a key")
    with chat_server(saying(completion("[1] 33 Million XPeng shares.", logprobs=[-0.1, -0.3]))) as served:
        answer = corpus.ask(HOW_MANY, model=name(served), threshold=0)
    assert (answer.text, answer.value, answer.unsupported) == ("33 million XPeng shares", 33_000_000, ())
    (cited,) = answer.citations
    assert cited.quote == SALE.text
    assert SALE.text[cited.answer_start : cited.answer_end] == answer.text
    assert (answer.usage.prompt_tokens, answer.usage.output_tokens) == (12, 3)
    ((path, headers, document),) = served.requests
    assert path == "/v1/chat/completions"
    assert headers["authorization"] == "Bearer a key"
    assert (document["model"], document["temperature"]) == ("some/model", 0)
    assert (document["logprobs"], document["top_logprobs"]) == (True, 1)
    (message,) = document["messages"]
    assert SALE.text in message["content"]
    assert message["content"].endswith(f"Question: {HOW_MANY}")


def test_the_confidence_rests_on_what_the_server_tells(corpus: Corpus) -> None:
    def confidence(reply: Reply) -> float:
        with chat_server(saying(reply)) as served:
            return corpus.ask(HOW_MANY, model=name(served), threshold=0).confidence

    sure = confidence(completion("[1] 33 million", logprobs=[-0.01]))
    unsure = confidence(completion("[1] 33 million", logprobs=[-5.0]))
    untold = confidence(completion("[1] 33 million"))
    assert unsure < untold < sure
    assert confidence(completion("[1] 33 million", logprobs=[-math.inf])) <= unsure


def test_words_that_stand_nowhere_are_unsupported(corpus: Corpus) -> None:
    with chat_server(saying(completion("[1] 45 million shares; [2] 3%"))) as served:
        answer = corpus.ask(HOW_MANY, model=name(served), threshold=0)
        assert [piece.text for piece in answer.unsupported] == ["45 million shares"]
        assert answer.text == "3%"
    with chat_server(saying(completion("They sold 45 million."))) as served:
        answer = corpus.ask(HOW_MANY, model=name(served))
        assert answer.abstained
        assert answer.candidate == "They sold 45 million."
        assert [piece.text for piece in answer.unsupported] == ["They sold 45 million."]
        assert answer.citations == ()


@pytest.mark.parametrize("text", ["unanswerable", "", None])
def test_giving_up_is_abstaining(text: str | None, corpus: Corpus) -> None:
    with chat_server(saying(completion(text))) as served:
        answer = corpus.ask(HOW_MANY, model=name(served), threshold=0)
    assert (answer.abstained, answer.candidate, answer.unsupported) == (True, "", ())


def test_the_located_words_are_streamed(corpus: Corpus) -> None:
    with chat_server(saying(completion('[1] "33  million"'))) as served:
        events = list(corpus.stream(HOW_MANY, model=name(served), threshold=0))
    assert [event.text for event in events if isinstance(event, Token)] == ["33 million"]
    assert isinstance(events[-1], Answered)


def test_a_server_that_tells_no_probabilities_is_asked_without(corpus: Corpus) -> None:
    def answer(document: dict[str, Any]) -> Reply:
        return (400, {"error": "logprobs is not supported"}) if "logprobs" in document else completion("[1] 33 million")

    with chat_server(answer) as served:
        for _ in range(2):
            assert corpus.ask(HOW_MANY, model=name(served), threshold=0).text == "33 million"
        assert ["logprobs" in document for _, _, document in served.requests] == [True, False, False]


@pytest.mark.parametrize(
    ("reply", "error", "message"),
    [
        ((404, "no such model"), ModelNotFound, "answers 404; check the model's name.*ends in /v1"),
        ((401, "who are you"), ModelUnusable, "refuses the key .*ASKDOCS_API_KEY"),
        ((403, ""), ModelUnusable, "refuses the key"),
        ((400, {"error": "exceeds the context window of 2048 tokens"}), PromptTooLong, "ask with a smaller k"),
        ((500, "Internal error"), ModelUnusable, "no usable reply .status 500: 'Internal error'"),
        ((503, "loading"), ModelUnusable, "status 503"),
        ((200, "<html>hello</html>"), ModelUnusable, "is it an OpenAI-compatible server"),
        ((200, {"choices": []}), ModelUnusable, "no usable reply"),
        ((200, {"error": "?"}), ModelUnusable, "no usable reply"),
        ((200, []), ModelUnusable, "no usable reply"),
    ],
)
def test_what_goes_wrong_is_told_with_the_model_and_the_next_step(
    reply: Reply, error: type[AskdocsError], message: str, corpus: Corpus
) -> None:
    with chat_server(saying(reply)) as served, pytest.raises(error, match=message) as raised:
        corpus.ask(HOW_MANY, model=name(served))
    assert "some/model" in str(raised.value)


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/v1", "http://nosuch.invalid/v1", "http://[::bad/v1"])
def test_a_server_that_is_not_there(address: str, corpus: Corpus) -> None:
    with pytest.raises(ModelNotFound, match=r"cannot reach .*is the server running"):
        corpus.ask(HOW_MANY, model=f"openai:m@{address}", timeout=60)


def checked(model: str) -> None:
    OpenAIReader.of(resolve(model), load_settings()).check()


@pytest.mark.parametrize("status", [200, 404, 500])
def test_a_server_that_is_there_passes_its_check(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKDOCS_API_KEY", "a key")
    with chat_server(saying(completion("")), models=status) as served:
        checked(name(served))
    ((path, headers, _),) = served.requests
    assert (path, headers["authorization"]) == ("/v1/models", "Bearer a key")


def test_a_check_tells_a_wrong_key_and_a_wrong_address() -> None:
    refused = pytest.raises(ModelUnusable, match=r"refuses the key .*ASKDOCS_API_KEY")
    with chat_server(saying(completion("")), models=401) as served, refused:
        checked(name(served))
    with pytest.raises(ModelNotFound, match=r"cannot reach .*is the server running"):
        checked("openai:m@http://127.0.0.1:9/v1")


@pytest.fixture
def hanging() -> Iterator[Served]:
    release = threading.Event()

    def answer(document: dict[str, Any]) -> Reply:
        release.wait(20)
        return completion("[1] 33 million")

    with chat_server(answer) as served:
        yield served
        release.set()


def test_a_server_that_hangs_is_given_up(hanging: Served, corpus: Corpus) -> None:
    began = time.perf_counter()
    with pytest.raises(AnswerTimeout, match=r"had not answered: the time limit of 0\.3 s passed"):
        corpus.ask(HOW_MANY, model=name(hanging), timeout=0.3)
    cancel = threading.Event()
    threading.Timer(0.2, cancel.set).start()
    with pytest.raises(AnswerTimeout, match="it was cancelled"):
        corpus.ask(HOW_MANY, model=name(hanging), cancel=cancel)
    assert time.perf_counter() - began < 5


def test_many_questions_are_sent_at_once(corpus: Corpus) -> None:
    together = threading.Barrier(4, timeout=20)

    def answer(document: dict[str, Any]) -> Reply:
        together.wait()
        text = document["messages"][0]["content"]
        return completion("33 million" if "XPeng shares" in text.rsplit("Question", 1)[-1] else "3%")

    with chat_server(answer) as served:
        questions = [HOW_MANY, "How much did the cloud grow?"] * 2
        answers = corpus.ask_many(questions, model=name(served), threshold=0)
    assert [one.text for one in answers] == ["33 million", "3%"] * 2


def test_prose_of_a_server(corpus: Corpus) -> None:
    def answer(document: dict[str, Any]) -> Reply:
        if "sentences" not in document["messages"][0]["content"]:
            return completion("[1] 33 million")
        return completion('Alibaba sold "33 million XPeng shares" [1] and "kept 7%" [1].')

    with chat_server(answer) as served:
        found = corpus.ask(HOW_MANY, model=name(served), threshold=0, style="prose")
    assert found.text == 'Alibaba sold "33 million XPeng shares" [1] and "kept 7%" [1].'
    assert [SALE.text[c.answer_start : c.answer_end] for c in found.citations] == ["33 million XPeng shares"]
    assert [piece.text for piece in found.unsupported] == ["kept 7%", "7%"]


# --- a real server --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def llama_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """``llama_cpp.server`` with the bundled model, on loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("server") / "log"
    command = [sys.executable, "-m", "llama_cpp.server", "--model", str(bundled_model_path()), "--host", "127.0.0.1",
               "--port", str(port), "--n_ctx", "2048", "--n_threads", str(len(os.sched_getaffinity(0)))]  # fmt: skip
    url = f"http://127.0.0.1:{port}/v1"
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out) as process:
        try:
            _wait_for(f"{url}/models", process, log)
            yield url
        finally:
            process.terminate()


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 240
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text(errors="replace")[-2000:]
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            time.sleep(0.25)
        else:
            return
    raise AssertionError(f"no server: {log.read_text(errors='replace')[-2000:]}")


@pytest.mark.model
def test_a_real_server_answers(llama_server: str, corpus: Corpus) -> None:
    answer = corpus.ask(HOW_MANY, model=f"openai:smollm2@{llama_server}", threshold=0, timeout=300)
    assert answer.usage.prompt_tokens > 100
    assert answer.usage.output_tokens > 0
    assert answer.candidate or answer.abstained
    for cited in answer.citations:
        assert corpus.article(cited.article_id).text[cited.start : cited.end] == cited.quote
    words = {piece.text for piece in answer.unsupported}
    assert answer.citations or words or answer.abstained


@pytest.mark.model
def test_a_real_server_tells_probabilities(llama_server: str) -> None:
    reader = OpenAIReader("openai:smollm2", "smollm2", llama_server)
    completion = reader.complete("Name a colour.", lambda: False, most_tokens=4)
    assert completion.usage.output_tokens > 0
    assert 0 < completion.probability < 1
    assert completion.probability != 0.5  # which stands for not told
    reader.check()


@pytest.mark.model
def test_a_real_server_tells_when_the_prompt_is_too_long(llama_server: str, tmp_path: Path) -> None:
    with Corpus.open(tmp_path / "corpus", embedder=DeterministicEmbedder()) as corpus:
        fillers = (" ".join(f"{number}word{i}" for i in range(400)) for number in range(8))
        corpus.add([article(f"Alibaba sold some shares: {text}.", title=text[:6]) for text in fillers])
        with pytest.raises(PromptTooLong, match="smaller k"):
            corpus.ask("How many shares did Alibaba sell?", model=f"openai:smollm2@{llama_server}", k=8, timeout=300)
    unload_models()
