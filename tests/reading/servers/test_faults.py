"""What goes wrong with a server: each fault a retry, or an error that names server, model and next step."""

from __future__ import annotations

import datetime
import email.utils
import itertools
import re
import time
from collections.abc import Callable

import httpx
import pytest

from askdocs.core.errors import AnswerTimeout, AskdocsError, ModelNotFound, ModelUnusable
from askdocs.reading.servers import chat, client
from askdocs.reading.servers.server_errors import Server
from askdocs.reading.servers.server_reader import OpenAIReader
from askdocs.values.question_analysis import analyse_question
from tests.support.chat_server import Document, Reply, Served, chat_server, completion, refused
from tests.support.made import article, hit

QUESTION = analyse_question("How many shares were sold?")
HITS = [hit(article("Alibaba sold 33 million XPeng shares."))]
ANSWER = completion("[1] 33 million")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_LOADING_SECONDS", 0.05)
    monkeypatch.setattr(client, "_BUSY_SECONDS", 0.05)


def one_after_the_other(*replies: Reply) -> Callable[[Document], Reply]:
    """Each reply once, and the last one for ever."""
    left = itertools.chain(replies, itertools.repeat(replies[-1]))
    return lambda document: next(left)


def within(seconds: float, served: Served) -> Callable[[], bool]:
    """Whether so much time is over since the question was asked."""
    asked: list[float] = []

    def stopped() -> bool:
        if served.requests and not asked:
            asked.append(time.monotonic())
        return bool(asked) and time.monotonic() > asked[0] + seconds

    return stopped


def reader(served: Served, key: str | None = None, model: str = "some/model") -> OpenAIReader:
    return OpenAIReader(f"openai:{model}@{served.url}", model, served.url, key)


def words(served: Served, stopped: Callable[[], bool] = lambda: False) -> list[str]:
    """The words that the question is answered with."""
    reading = reader(served).read(QUESTION, HITS, stopped=stopped)
    (answer,) = reading.decoding.answers
    return [reading.passages[item.number - 1].text[item.start : item.end] for item in answer.items]


def error_of(served: Served, stopped: Callable[[], bool] = lambda: False, model: str = "some/model") -> AskdocsError:
    with pytest.raises(AskdocsError) as raised:
        reader(served, model=model).read(QUESTION, HITS, stopped=stopped)
    assert model in str(raised.value)
    assert served.url.removesuffix("/v1") in str(raised.value)
    return raised.value


# --- what is waited for, or asked again -----------------------------------------------------------------------------


@pytest.mark.parametrize("loading", [refused("Loading model", 503, type="unavailable_error")])
def test_a_model_that_loads_is_waited_for(loading: Reply) -> None:
    with chat_server(one_after_the_other(loading, loading, ANSWER)) as served:
        assert words(served) == ["33 million"]
    assert len(served.requests) == 3


def test_a_model_that_loads_for_ever_is_given_up_with_the_question() -> None:
    with chat_server(one_after_the_other(refused("Loading model", 503))) as served:
        error = error_of(served, within(0.4, served))
    assert isinstance(error, AnswerTimeout)
    assert re.search(r"answers 503 \(Loading model\)|had not answered", str(error))


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_busy_server_is_asked_again_when_it_says(form: str) -> None:
    now = datetime.datetime.now(datetime.UTC)
    date = email.utils.format_datetime(now.replace(microsecond=0) + datetime.timedelta(seconds=2), usegmt=True)
    header = {"retry-after": "1" if form == "seconds" else date}
    began = time.perf_counter()
    with chat_server(one_after_the_other(Reply(429, "busy", header), ANSWER)) as served:
        assert words(served) == ["33 million"]
    assert 0.9 < time.perf_counter() - began < 4
    assert len(served.requests) == 2


def test_waiting_ends_with_the_question() -> None:
    began = time.perf_counter()
    with chat_server(one_after_the_other(Reply(429, "busy", {"retry-after": "100"}))) as served:
        error = error_of(served, within(0.3, served))
    assert isinstance(error, AnswerTimeout)
    assert "answers 429 (busy)" in str(error)
    assert time.perf_counter() - began < 3


def test_nobody_waits_an_hour() -> None:
    with chat_server(one_after_the_other(Reply(429, "busy", {"retry-after": "3600"}))) as served:
        error = error_of(served)
    assert isinstance(error, ModelUnusable)
    assert "asks to wait 3600 seconds" in str(error)


def test_a_spent_quota_is_not_waited_for() -> None:
    with chat_server(one_after_the_other(refused("You exceeded your quota", 429, code="insufficient_quota"))) as served:
        assert "You exceeded your quota" in str(error_of(served))
    assert len(served.requests) == 1


def test_a_gateway_that_fails_for_a_moment() -> None:
    with chat_server(one_after_the_other(Reply(502, "<html>Bad gateway</html>"), ANSWER)) as served:
        assert words(served) == ["33 million"]
    with chat_server(one_after_the_other(Reply(502, "<html><h1>Bad gateway</h1></html>"))) as served:
        message = str(error_of(served))
    assert "sent a web page" in message
    assert "status 502: 'Bad gateway'" in message


def test_a_dropped_reply_is_asked_for_once_more() -> None:
    dropped = ANSWER._replace(cut=True)
    with chat_server(one_after_the_other(dropped, ANSWER)) as served:
        assert words(served) == ["33 million"]
    with chat_server(one_after_the_other(dropped)) as served:
        error = error_of(served)
    assert isinstance(error, ModelUnusable)
    assert "dropped the connection twice" in str(error)
    assert len(served.requests) == 2


def test_a_reply_that_ends_in_the_middle_of_its_document() -> None:
    half = Reply(200, '{"choices": [{"message": {"content": "[1] 33')
    with chat_server(one_after_the_other(half, ANSWER)) as served:
        assert words(served) == ["33 million"]
    with chat_server(one_after_the_other(half)) as served:
        assert "dropped the connection twice (the reply ends in the middle)" in str(error_of(served))


@pytest.mark.parametrize("empty", ["", None, "  \n"])
def test_an_empty_reply_is_asked_for_once_more(empty: str | None) -> None:
    with chat_server(one_after_the_other(completion(empty), ANSWER)) as served:
        assert words(served) == ["33 million"]
    with chat_server(one_after_the_other(completion(empty))) as served:
        error = error_of(served)
    assert isinstance(error, ModelUnusable)
    assert "sent an empty reply twice" in str(error)


def test_an_answer_that_is_cut_off_gets_more_room() -> None:
    half = completion('{"answerable": true, "items": [{"passage": 1, "quo', finish="length")
    whole = completion('{"answerable": true, "items": [{"passage": 1, "quote": "33 million"}]}')
    with chat_server(one_after_the_other(half, whole), holds="json_schema") as served:
        assert words(served) == ["33 million"]
    assert [request.document["max_tokens"] for request in served.requests] == [128, 512]
    untold = completion(half.body["choices"][0]["message"]["content"])
    with chat_server(one_after_the_other(untold, whole), holds="json_schema") as served:
        assert words(served) == ["33 million"]
    with chat_server(one_after_the_other(half), holds="json_schema") as served:
        error = error_of(served)
    assert isinstance(error, ModelUnusable)
    assert "cut off after 512 tokens" in str(error)


def test_the_whole_items_of_an_answer_that_goes_on_and_on_are_kept() -> None:
    endless = completion("[1] 33 million; [1] Alib", finish="length")
    with chat_server(one_after_the_other(endless), holds="grammar") as served:
        assert words(served) == ["33 million"]
    assert [request.document["max_tokens"] for request in served.requests] == [128, 512]
    with chat_server(one_after_the_other(completion("[1] 33 mil", finish="length")), holds="grammar") as served:
        assert "cut off after 512 tokens" in str(error_of(served))


def test_json_that_is_none_is_not_taken_for_an_answer() -> None:
    with chat_server(one_after_the_other(completion("33 million, I think")), holds="json_schema") as served:
        reading = reader(served).read(QUESTION, HITS)
    assert reading.decoding.answers == ()
    assert reading.unsupported[0].text == "33 million, I think"


# --- errors ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "error", "message"),
    [
        (Reply(401, "who are you"), ModelUnusable, r"refuses the key \(status 401\).*ASKDOCS_API_KEY"),
        (Reply(403, ""), ModelUnusable, "none was sent"),
        (Reply(404, "no such page"), ModelNotFound, "answers 404; check the model's name.*ends in /v1"),
        (Reply(500, "Internal error"), ModelUnusable, "no usable reply .status 500: 'Internal error'"),
        (Reply(400, "<h1>The plain HTTP request was sent to HTTPS port</h1>"), ModelUnusable, "write https://"),
        (Reply(418, "teapot"), ModelUnusable, "status 418"),
        (Reply(307, "", {"location": "https://there/v1"}), ModelNotFound, "redirects to https://there/v1"),
        (Reply(200, "<html>hello</html>"), ModelUnusable, "sent a web page.*does its address end in /v1"),
        (Reply(200, {"choices": []}), ModelUnusable, "no usable reply"),
        (Reply(200, {"choices": [{"message": None}]}), ModelUnusable, "no usable reply"),
        (Reply(200, {"error": "?"}), ModelUnusable, "no usable reply"),
        (Reply(200, {"error": {"code": 500, "message": "out of memory"}}), ModelUnusable, "out of memory"),
        (Reply(200, []), ModelUnusable, "is it an OpenAI-compatible server"),
        (Reply(200, "hello"), ModelUnusable, "is it an OpenAI-compatible server"),
    ],
)
def test_what_goes_wrong_is_told_apart(reply: Reply, error: type[AskdocsError], message: str) -> None:
    with chat_server(one_after_the_other(reply)) as served, pytest.raises(error, match=message):
        raise error_of(served)


def test_a_key_that_was_sent_and_is_wrong() -> None:
    with (
        chat_server(one_after_the_other(Reply(401, ""))) as served,
        pytest.raises(ModelUnusable, match=r"/v1 refuses the key"),
    ):
        reader(served, key="a key").read(QUESTION, HITS)


@pytest.mark.parametrize(
    "reply",
    [
        refused("The model `qwen` does not exist.", 404, type="NotFoundError"),  # vLLM
        refused('model "qwen" not found, try pulling it first', 404),  # Ollama
        refused("The model `qwen` does not exist", 400, code="model_not_found"),  # OpenAI, llama_cpp.server
        refused("model not found", 400),  # llama-server with several models
        Reply(404, ""),
    ],
)
def test_an_unknown_model_is_told_with_those_that_are_there(reply: Reply) -> None:
    with chat_server(one_after_the_other(reply), models=["llama3.2:1b", "qwen3:4b"]) as served:
        error = error_of(served, model="qwen")
    assert isinstance(error, ModelNotFound)
    assert "has no model 'qwen'; it has llama3.2:1b, qwen3:4b; write openai:qwen3:4b@http" in str(error)


def test_a_server_with_many_models() -> None:
    with chat_server(
        one_after_the_other(refused("model not found", 404)), models=[f"m{i}" for i in range(20)]
    ) as served:
        assert "m7 and 12 more" in str(error_of(served))


def test_an_address_without_v1() -> None:
    with chat_server(one_after_the_other(ANSWER), models=["some/model"]) as served:
        wrong = served._replace(url=served.url.removesuffix("/v1"))
        error = error_of(wrong)
    assert isinstance(error, ModelNotFound)
    assert f"there is an API at {served.url}; write openai:some/model@{served.url}" in str(error)


def test_an_address_with_too_much() -> None:
    with chat_server(one_after_the_other(ANSWER), models=["some/model"]) as served:
        wrong = served._replace(url=f"{served.url}/chat/completions")
        assert f"write openai:some/model@{served.url}" in str(error_of(wrong))


def test_a_server_that_speaks_no_tls() -> None:
    with chat_server(one_after_the_other(ANSWER)) as served:
        error = error_of(served._replace(url=served.url.replace("http:", "https:")))
    assert isinstance(error, ModelUnusable)
    assert "does not speak TLS; write http://" in str(error)


def test_a_certificate_that_is_not_trusted() -> None:
    server = Server(name="openai:m@https://host/v1", served_model="m", base_url="https://host/v1")
    error = server.unreachable(httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed"))
    assert isinstance(error, ModelUnusable)
    assert "the certificate of https://host/v1 is not trusted" in str(error)
    assert "SSL_CERT_FILE" in str(error)


# --- what a server does not take ------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 422, 500])
@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("logprobs", "logprobs is not supported"),
        ("chat_template_kwargs", "Extra inputs are not permitted: chat_template_kwargs"),
    ],
)
def test_what_is_refused_is_not_sent_again(field: str, said: str, status: int) -> None:
    def trial(document: Document) -> Reply:
        return refused(said, status) if field in document else completion("Hello!")

    with chat_server(one_after_the_other(ANSWER), trial=trial) as served:
        asked = reader(served)
        for _ in range(2):
            assert asked.read(QUESTION, HITS).decoding.answers
    assert sum(field in request.document for request in [*served.trials, *served.requests]) == 1
    assert len(served.requests) == 2


def test_a_server_that_takes_nothing_more_and_does_not_say_what() -> None:
    known = {"model", "messages", "temperature", "max_tokens"}

    def strict(document: Document) -> Reply:
        return ANSWER if set(document) <= known else refused("Bad request")

    with chat_server(strict, trial=strict) as served:
        assert words(served) == ["33 million"]


def test_a_grammar_that_is_too_much_for_the_server() -> None:
    def answer(document: Document) -> Reply:
        if "grammar" in document:
            return refused("failed to parse grammar", 400)
        return ANSWER

    def trial(document: Document) -> Reply:
        return completion("zq-71") if "grammar" in document else completion("Hello!")

    with chat_server(answer, trial=trial) as served:
        asked = reader(served)
        for _ in range(2):
            assert asked.read(QUESTION, HITS).decoding.answers
    assert ["grammar" in request.document for request in served.requests] == [True, False, False]


# --- thoughts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning", "thinking"])
def test_what_a_server_calls_a_thought_is_no_answer(field: str) -> None:
    thinking = completion("[1] 33 million", message={field: "It may be 7 million."})
    with chat_server(one_after_the_other(thinking)) as served:
        assert words(served) == ["33 million"]
        assert all(one.document["chat_template_kwargs"] == {"enable_thinking": False} for one in served.requests)


@pytest.mark.parametrize("message", [{"reasoning_content": "It may be"}, {}])
def test_a_thought_that_takes_all_the_room(message: dict[str, str]) -> None:
    lost = completion(None if message else "<think>It may be", finish="length", message=message)
    with chat_server(one_after_the_other(lost, ANSWER)) as served:
        assert words(served) == ["33 million"]
        first, second = [request.document for request in served.requests]
    assert (first["max_tokens"], second["max_tokens"]) == (128, 2048)
    assert ("reasoning_effort" in first, second["reasoning_effort"]) == (False, "none")
    with chat_server(one_after_the_other(lost)) as served:
        message_of_error = str(error_of(served))
    assert "thoughts and no answer within 2048 tokens" in message_of_error
    assert "switch thinking off" in message_of_error


def test_a_way_to_switch_thinking_off_that_is_refused_is_not_sent_again() -> None:
    def answer(document: Document) -> Reply:
        if "reasoning_effort" in document:
            return refused("reasoning_effort: Input should be 'low', 'medium' or 'high'", 422)
        return completion("" if document["max_tokens"] < 2000 else "[1] 33 million", message={"reasoning": "It may"})

    with chat_server(answer) as served:
        asked = reader(served)
        for _ in range(2):
            assert asked.read(QUESTION, HITS).decoding.answers
    assert ["reasoning_effort" in request.document for request in served.requests] == [False, True, False, False]
    assert [request.document["max_tokens"] for request in served.requests] == [128, 2048, 2048, 2048]


def test_thinking_is_switched_off_before_it_hides_what_a_server_can_do() -> None:
    def trial(document: Document) -> Reply:
        if "reasoning_effort" not in document:
            return completion("", finish="length", message={"reasoning": "The user says hi, so"})
        held = "response_format" in document and document["response_format"]["type"] == "json_schema"
        return completion('{"n": 71}' if held else "Hello!")

    whole = completion('{"answerable": true, "items": [{"passage": 1, "quote": "33 million"}]}')
    with chat_server(one_after_the_other(whole), trial=trial) as served:
        assert words(served) == ["33 million"]


def test_extras_are_known_by_what_refusals_call_them() -> None:
    for marker, fields in chat._EXTRAS.values():
        assert any(marker in field for field in fields)
