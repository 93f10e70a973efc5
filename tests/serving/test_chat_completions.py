"""``/v1/chat/completions`` and ``/v1/models``, asked by the ``openai`` client over real connections."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx
import openai
import pytest
from openai.types.chat import ChatCompletion, ChatCompletionChunk, ChatCompletionMessageParam

from askdocs.corpus.corpus import Corpus
from askdocs.serving.app import create_app
from askdocs.serving.settings import ServeSettings
from askdocs.testing import DeterministicEmbedder
from tests.serving.conftest import QUESTION, STORY, make_corpus
from tests.serving.live import SOON, Live, SlowModel, running, wait_until

SURE = {"threshold": 0}


def answer(prompt: str) -> str:
    """What the story says to the question that the prompt ends with."""
    asked = prompt.rsplit("Question:", 1)[-1].lower()
    if "france" in asked:
        return "unanswerable"
    return "391 million dollars" if "how much" in asked else "33 million shares"


@pytest.fixture(scope="module")
def _model() -> SlowModel:
    return SlowModel(answer)


@pytest.fixture
def model(_model: SlowModel) -> Iterator[SlowModel]:
    _model.steps = 0
    yield _model
    _model.pause = 0.0


@pytest.fixture(scope="module")
def live(_model: SlowModel, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder, empty = make_corpus(tmp_path_factory.mktemp("news")), tmp_path_factory.mktemp("empty")
    with Corpus.open(empty, embedder=DeterministicEmbedder()):
        settings = ServeSettings(
            corpora={"news": folder, "none": empty}, models=("smollm2", "extractive"), at_once=1, waiting=1
        )
    with running(create_app(settings, embedder=DeterministicEmbedder(), generator=_model)) as service:
        yield service


@pytest.fixture(scope="module")
def client(live: Live) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{live.url}/v1", api_key="x", max_retries=0) as opened:
        yield opened


def said(*texts: str) -> list[ChatCompletionMessageParam]:
    """A conversation in which the user speaks first."""
    return [
        {"role": "assistant", "content": text} if number % 2 else {"role": "user", "content": text}
        for number, text in enumerate(texts)
    ]


def complete(client: openai.OpenAI, *texts: str, **options: object) -> ChatCompletion:
    completion = client.chat.completions.create(model="smollm2", messages=said(*texts), extra_body=SURE | options)
    return ChatCompletion.model_validate(completion.model_dump())  # which checks what the client itself does not


def test_a_completion_holds_the_words_and_where_they_stand(client: openai.OpenAI, live: Live) -> None:
    completion = complete(client, QUESTION)
    (choice,) = completion.choices
    assert (choice.message.content, choice.finish_reason) == ("33 million shares", "stop")
    (annotation,) = choice.message.annotations or []
    assert choice.message.content is not None
    cited = annotation.url_citation
    assert choice.message.content[cited.start_index : cited.end_index] == "33 million shares"
    assert cited.title == "Stake sold"
    place = (annotation.model_extra or {})["file_citation"]
    assert cited.url.startswith(f"{live.url}/article/{place['file_id']}?corpus=news&start=")
    page = httpx.get(cited.url)
    assert page.status_code == 200
    assert "<mark" in page.text
    assert place["filename"].endswith("sale.md")
    assert place["published"] == "2023-12-05"
    assert STORY[place["start"] : place["end"]] == place["quote"]
    assert STORY[place["answer_start"] : place["answer_end"]] == "33 million shares"
    judged = (completion.model_extra or {})["askdocs"]
    assert (judged["abstained"], judged["value"], judged["unit"]) == (False, 33_000_000, "shares")
    assert 0 < judged["confidence"] <= 1
    assert completion.usage is not None
    assert completion.usage.total_tokens == completion.usage.prompt_tokens + completion.usage.completion_tokens > 0


def test_a_follow_up_leans_on_the_messages_before_it(client: openai.OpenAI) -> None:
    completion = complete(client, QUESTION, "33 million shares", "And for how much?")
    assert completion.choices[0].message.content == "391 million dollars"


def test_system_messages_are_not_read_and_parts_of_text_are(client: openai.OpenAI) -> None:
    completion = client.chat.completions.create(
        model="smollm2",
        messages=[
            {"role": "system", "content": "Say that Alibaba sold 99 million shares."},
            {"role": "user", "content": [{"type": "text", "text": QUESTION}]},
            {"role": "developer", "content": "Answer in French."},
        ],
        temperature=0.7, top_p=0.1, max_tokens=1, seed=3, tools=[], user="ann", extra_body=SURE | {"newer": {"x": 1}},
    )  # fmt: skip
    assert completion.choices[0].message.content == "33 million shares"


def test_who_may_not_be_told_is_told_so(client: openai.OpenAI) -> None:
    completion = complete(client, "What is the capital of France?", threshold=None)
    assert (completion.choices[0].message.content or "").startswith("The articles do not say.")
    assert completion.choices[0].finish_reason == "stop"


def test_what_is_nearest_is_said_as_such(client: openai.OpenAI) -> None:
    completion = complete(client, QUESTION, threshold=1)
    content = completion.choices[0].message.content or ""
    assert content.startswith(
        'The articles do not say. Nearest, but not sure enough to be an answer: "33 million shares" - '
    )
    (annotation,) = completion.choices[0].message.annotations or []
    assert content[annotation.url_citation.start_index : annotation.url_citation.end_index] == "33 million shares"
    judged = (completion.model_extra or {})["askdocs"]
    assert (judged["abstained"], judged["value"]) == (True, None)
    # and later questions do not lean on it
    assert complete(client, QUESTION, content, "And for how much?").choices[0].message.content == "391 million dollars"


def stream(client: openai.OpenAI, **options: object) -> list[ChatCompletionChunk]:
    chunks = client.chat.completions.create(
        model="smollm2", messages=said(QUESTION), stream=True, stream_options={"include_usage": True},
        extra_body=SURE | options,
    )  # fmt: skip
    return [ChatCompletionChunk.model_validate(chunk.model_dump()) for chunk in chunks]


def test_a_stream_says_who_speaks_then_the_words_then_the_citations_then_the_usage(client: openai.OpenAI) -> None:
    role, content, last, usage = stream(client)
    assert role.choices[0].delta.role == "assistant"
    assert content.choices[0].delta.content == "33 million shares"
    assert last.choices[0].finish_reason == "stop"
    (annotation,) = (last.choices[0].delta.model_extra or {})["annotations"]
    assert annotation["url_citation"]["end_index"] == len("33 million shares")
    assert usage.choices == []
    assert usage.usage is not None
    assert usage.usage.prompt_tokens > 0
    assert len({chunk.id for chunk in (role, content, last, usage)}) == 1


def test_a_stream_shows_no_words_from_which_the_answer_abstains(client: openai.OpenAI) -> None:
    words = "".join(chunk.choices[0].delta.content or "" for chunk in stream(client, threshold=1) if chunk.choices)
    assert words.startswith("The articles do not say.")


async def test_the_asynchronous_client_is_answered_too(live: Live) -> None:
    async with openai.AsyncOpenAI(base_url=f"{live.url}/v1", api_key="x", max_retries=0) as client:
        completion = await client.chat.completions.create(model="smollm2", messages=said(QUESTION), extra_body=SURE)
        assert completion.choices[0].message.content == "33 million shares"
        chunks = await client.chat.completions.create(
            model="smollm2", messages=said(QUESTION), stream=True, extra_body=SURE
        )
        texts = [chunk.choices[0].delta.content async for chunk in chunks]
        assert texts == ["", "33 million shares", None]
        assert [model.id async for model in client.models.list()] == ["smollm2", "extractive"]


def test_the_models_that_are_served_are_listed(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["smollm2", "extractive"]
    assert client.models.retrieve("extractive").owned_by == "askdocs"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("a/b.gguf")


def test_another_corpus_is_named_in_the_address(client: openai.OpenAI) -> None:
    completion = client.chat.completions.create(
        model="smollm2", messages=said(QUESTION), extra_query={"corpus": "none"}, extra_body=SURE
    )
    assert completion.choices[0].message.content == "The articles do not say."
    with pytest.raises(openai.NotFoundError, match="no corpus 'nowhere' is served"):
        client.chat.completions.create(model="smollm2", messages=said(QUESTION), extra_query={"corpus": "nowhere"})


def test_a_model_that_is_not_served_is_not_found(client: openai.OpenAI) -> None:
    for streamed in (True, False):
        with pytest.raises(openai.NotFoundError) as raised:
            client.chat.completions.create(model="gpt-4o", messages=said(QUESTION), stream=streamed)
        error = raised.value
        assert (error.code, error.param, error.type) == ("model_not_found", "model", "invalid_request_error")
        assert "model 'gpt-4o' is not served; there are: smollm2, extractive" in error.message


@pytest.mark.parametrize(
    ("body", "param", "words"),
    [
        ({"messages": []}, "messages", "at least 1 item"),
        ({"messages": [{"role": "assistant", "content": "x"}]}, "messages", "the last one is to be the user's"),
        ({"messages": [{"role": "user", "content": " "}]}, "messages", "messages.0.content: the question is empty"),
        ({"messages": [{"role": "user", "content": None}]}, "messages", "the question is empty"),
        ({"messages": [{"role": "pirate", "content": "x"}]}, "messages.0.role", "Input should be 'system'"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:"}}]}]},
            "messages",
            "messages.0.content.0: 'image_url' cannot be read here",
        ),
        ({"n": 2}, "n", "there is one answer"),
        ({"tool_choice": "required"}, "tool_choice", "no tool is ever called"),
        ({"response_format": {"type": "json_schema"}}, "response_format", "the answer is text"),
        ({"modalities": ["audio"]}, "modalities", "the answer is text"),
        ({"k": 0}, "k", "greater than or equal to 1"),
        ({"where": {"colour": "red"}}, None, "no article has a field 'colour'"),
    ],
)
def test_what_cannot_be_completed_is_a_bad_request(
    client: openai.OpenAI, body: dict[str, object], param: str | None, words: str
) -> None:
    with pytest.raises(openai.BadRequestError, match=r".") as raised:
        client.chat.completions.create(model="smollm2", messages=said(QUESTION), extra_body=body)
    assert words in raised.value.message
    assert (raised.value.param, raised.value.type) == (param, "invalid_request_error")


def test_tools_that_need_not_be_called_are_not(client: openai.OpenAI) -> None:
    tools = [{"type": "function", "function": {"name": "f", "parameters": {}}}]
    assert complete(client, QUESTION, tools=tools, tool_choice="auto").choices[0].message.content == "33 million shares"


def test_a_full_queue_is_a_rate_limit(client: openai.OpenAI, live: Live, model: SlowModel) -> None:
    body = {"question": QUESTION}
    with model.held(), live.open("/v1/ask", body):
        wait_until(lambda: live.service.queue.running == 1)
        with live.open("/v1/ask", body):
            wait_until(lambda: live.service.queue.waiting == 1)
            for streamed in (True, False):
                with pytest.raises(openai.RateLimitError, match="ask again in") as raised:
                    client.chat.completions.create(model="smollm2", messages=said(QUESTION), stream=streamed)
                assert raised.value.code == "rate_limit_exceeded"
                assert int(raised.value.response.headers["retry-after"]) >= 1


def test_who_leaves_early_stops_the_model(client: openai.OpenAI, live: Live, model: SlowModel) -> None:
    model.pause = 0.1
    chunks = client.chat.completions.create(model="smollm2", messages=said(QUESTION), stream=True)
    assert next(chunks).choices[0].delta.role == "assistant"
    chunks.close()
    assert wait_until(lambda: live.service.queue.running == 0) < SOON
    with pytest.raises(openai.APITimeoutError):
        client.with_options(timeout=0.3).chat.completions.create(model="smollm2", messages=said(QUESTION))
    assert wait_until(lambda: live.service.queue.running == 0) < SOON
    assert model.steps < 20


def test_an_error_on_the_way_is_raised_by_the_client(
    client: openai.OpenAI, live: Live, model: SlowModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(live.service.settings.__dict__, "timeout", 0.3)
    model.pause = 0.1
    chunks = client.chat.completions.create(model="smollm2", messages=said(QUESTION), stream=True)
    with pytest.raises(openai.APIError, match=r"the time limit of 0\.3 s passed"):
        list(chunks)
    began = time.monotonic()
    with pytest.raises(openai.InternalServerError, match=r"the time limit of 0\.3 s passed") as raised:
        client.chat.completions.create(model="smollm2", messages=said(QUESTION))
    assert raised.value.status_code == 504
    assert time.monotonic() - began < 2


def test_a_stream_ends_as_openai_has_it(live: Live) -> None:
    body = {"messages": [{"role": "user", "content": QUESTION}], "stream": True}
    reply = httpx.post(f"{live.url}/v1/chat/completions", json=body)
    assert reply.headers["content-type"].startswith("text/event-stream")
    assert reply.text.endswith("data: [DONE]\n\n")
