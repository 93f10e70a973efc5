"""``openai:`` names: what a server writes is located or reported, and what goes wrong with it is told apart."""

from __future__ import annotations

import json
import math
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from askdocs import Corpus
from askdocs.core.answers import Answered, Token
from askdocs.core.errors import AnswerTimeout, ModelNotFound, ModelUnusable, PromptTooLong
from askdocs.core.settings import load_settings
from askdocs.models.registry import resolve
from askdocs.reading.model_pool import unload_models
from askdocs.reading.servers.server_reader import OpenAIReader
from askdocs.testing import DeterministicEmbedder
from tests.support.chat_server import Reply, Served, chat_server, completion, refused, way_of
from tests.support.gbnf import accepts
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


@pytest.mark.parametrize("text", ["unanswerable", "Unanswerable.", "<think>33? no</think>unanswerable"])
def test_giving_up_is_abstaining(text: str, corpus: Corpus) -> None:
    with chat_server(saying(completion(text))) as served:
        answer = corpus.ask(HOW_MANY, model=name(served), threshold=0)
    assert (answer.abstained, answer.candidate, answer.unsupported) == (True, "", ())


def test_the_located_words_are_streamed(corpus: Corpus) -> None:
    with chat_server(saying(completion('[1] "33  million"'))) as served:
        events = list(corpus.stream(HOW_MANY, model=name(served), threshold=0))
    assert [event.text for event in events if isinstance(event, Token)] == ["33 million"]
    assert isinstance(events[-1], Answered)


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
        return completion('Alibaba sold "33 million XPeng shares" [1]. It "kept 7%" [1].')

    with chat_server(answer) as served:
        found = corpus.ask(HOW_MANY, model=name(served), threshold=0, style="prose")
    assert found.text == 'Alibaba sold "33 million XPeng shares" [1].'
    assert [SALE.text[c.answer_start : c.answer_end] for c in found.citations] == ["33 million XPeng shares"]
    assert [piece.text for piece in found.unsupported] == ['It "kept 7%" [1].']


# --- forms ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["grammar", "structured_outputs", "guided_grammar"])
def test_quotes_are_held_by_a_grammar_where_the_server_takes_one(way: str, corpus: Corpus) -> None:
    def answer(document: dict[str, Any]) -> Reply:
        assert way_of(document) == way
        grammar = document["structured_outputs"]["grammar"] if way == "structured_outputs" else document[way]
        number = 1 if document["messages"][0]["content"].endswith(HOW_MANY) else 2
        assert accepts(grammar, f"[{number}] 33 million XPeng shares")
        assert not accepts(grammar, f"[{number}] 34 million XPeng shares")
        return completion(f"[{number}] 33 million XPeng shares")

    with chat_server(answer, holds=way) as served:
        assert corpus.ask(HOW_MANY, model=name(served), threshold=0).text == "33 million XPeng shares"
        assert [way_of(trial.document) for trial in served.trials][-1] == way
        asked = len(served.trials)
        corpus.ask("How much did the cloud grow?", model=name(served), threshold=0)
        assert (len(served.trials), len(served.requests)) == (asked, 2)  # it is remembered


@pytest.mark.parametrize("way", ["json_schema", "guided_json", "json_object"])
def test_an_answer_in_json_is_located(way: str, corpus: Corpus) -> None:
    def answer(document: dict[str, Any]) -> Reply:
        assert way_of(document) == way
        assert '"quote": "words copied exactly"' in document["messages"][0]["content"]
        items = [{"passage": 1, "quote": "33 Million  XPeng shares"}, {"passage": 2, "quote": "45 million"}]
        return completion(json.dumps({"answerable": True, "items": items}))

    with chat_server(answer, holds=way) as served:
        found = corpus.ask(HOW_MANY, model=name(served), threshold=0)
    assert found.text == "33 million XPeng shares"
    (cited,) = found.citations
    assert SALE.text[cited.answer_start : cited.answer_end] == found.text
    assert [piece.text for piece in found.unsupported] == ["45 million"]


def test_a_verdict_in_json(corpus: Corpus) -> None:
    def answer(document: dict[str, Any]) -> Reply:
        assert "verdict" in document["response_format"]["json_schema"]["schema"]["required"]
        items = [{"passage": 1, "quote": "Alibaba sold 33 million"}]
        return completion(json.dumps({"answerable": True, "verdict": "yes", "items": items}))

    with chat_server(answer, holds="json_schema") as served:
        found = corpus.ask("Did Alibaba sell XPeng shares?", model=name(served), threshold=0)
    assert (found.text, found.value, len(found.citations)) == ("yes", True, 1)


def test_giving_up_in_json(corpus: Corpus) -> None:
    with chat_server(saying(completion('{"answerable": false, "items": []}')), holds="json_schema") as served:
        found = corpus.ask(HOW_MANY, model=name(served), threshold=0)
    assert (found.abstained, found.candidate, found.unsupported) == (True, "", ())


def test_quotes_of_prose_are_held_where_the_server_takes_a_grammar(corpus: Corpus) -> None:
    def answer(document: dict[str, Any]) -> Reply:
        if "sentences" not in document["messages"][0]["content"]:
            return completion("[1] 33 million")
        assert accepts(document["grammar"], 'Alibaba sold "33 million XPeng shares" [1].')
        assert not accepts(document["grammar"], 'Alibaba sold "34 million XPeng shares" [1].')
        return completion('Alibaba sold "33 million XPeng shares" [1]. It was a lon', finish="length")

    with chat_server(answer, holds="grammar") as served:
        found = corpus.ask(HOW_MANY, model=name(served), threshold=0, style="prose")
    assert found.text == 'Alibaba sold "33 million XPeng shares" [1].'
    assert found.unsupported == ()


# --- prompts that are too long --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error",
    [
        refused("request (2510 tokens) exceeds the available context size (2048 tokens)", type="exceed_context_size"),
        refused("Context size has been exceeded.", 500),
        refused("This model's maximum context length is 2048 tokens. However, you requested 2510 tokens (2382 in the "
                "messages, 128 in the completion). Please reduce the length of the messages or completion."),
        refused("The decoder prompt (length 2510) is longer than the maximum model length of 2048."),
        refused("max_tokens must be at least 1, got -186."),
        refused("input length exceeds the context length"),
        Reply(200, {"error": {"code": 400, "message": "the request exceeds the available context size.",
                              "type": "exceed_context_size_error", "n_prompt_tokens": 2510, "n_ctx": 2048}}),
        Reply(422, {"error": "`inputs` tokens + `max_new_tokens` must be <= 2048. Given: 2510"}),
    ],
)  # fmt: skip
def test_fewer_passages_are_sent_where_the_context_is_full(error: Reply, corpus: Corpus) -> None:
    def answer(document: dict[str, Any]) -> Reply:
        return (
            error
            if "[2]" in document["messages"][0]["content"].split("Text inside", 1)[1]
            else completion("33 million")
        )

    with chat_server(answer) as served:
        found = corpus.ask(HOW_MANY, model=name(served), threshold=0)
        assert found.text == "33 million"
        assert len(found.omitted) == 1
        assert len(found.hits) == 2
        assert len(served.requests) == 2
        corpus.ask(HOW_MANY, model=name(served), threshold=0)
        assert len(served.requests) == 3  # it is remembered how much fits


def test_not_even_one_passage_fits(corpus: Corpus) -> None:
    error = refused("request (2510 tokens) exceeds the available context size (1024 tokens), try increasing it")
    with chat_server(saying(error)) as served, pytest.raises(PromptTooLong) as raised:
        corpus.ask(HOW_MANY, model=name(served))
    message = str(raised.value)
    assert "some/model" in message
    assert "exceeds the available context size" in message
    assert "llama-server -c" in message
    assert "one passage" in message


def test_a_prompt_that_was_cut_off_without_a_word_is_sent_with_fewer_passages(corpus: Corpus) -> None:
    """As Ollama does: it shows its model the last 4096 tokens, and tells the context's length elsewhere."""

    def answer(document: dict[str, Any]) -> Reply:
        both = "[2]" in document["messages"][0]["content"].split("Text inside", 1)[1]
        return completion("33 million", prompt_tokens=4096 if both else 2000)

    running = {"models": [{"name": "some/model:latest", "size": 1, "context_length": 4096}]}
    with chat_server(answer, running=running) as served:
        found = corpus.ask(HOW_MANY, model=name(served), threshold=0)
        assert (found.text, len(found.omitted)) == ("33 million", 1)
        assert sum(request.path == "/api/ps" for request in served.requests) == 1
    with chat_server(answer) as served:  # nothing is told: it may have a longer context
        assert corpus.ask(HOW_MANY, model=name(served), threshold=0).omitted == ()
