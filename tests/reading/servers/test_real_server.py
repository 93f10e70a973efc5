"""``openai:`` names against a real server: ``llama_cpp.server`` with the bundled model, on loopback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from askdocs import Corpus
from askdocs.core.errors import ModelNotFound
from askdocs.models.registry import bundled_model_path
from askdocs.reading.model_pool import unload_models
from askdocs.reading.servers.chat import ChatModel
from askdocs.reading.servers.client import ServerClient
from askdocs.reading.servers.completion import UNKNOWN
from askdocs.reading.servers.server_errors import Server
from askdocs.reading.servers.server_reader import OpenAIReader
from askdocs.reading.servers.structured_output import WAYS, answer_form, read_json_reply, wanted_in_json
from askdocs.testing import DeterministicEmbedder
from askdocs.values.question_analysis import analyse_question
from tests.support.made import article, hit, passages

pytestmark = pytest.mark.model

SALE = "Alibaba sold 33 million XPeng shares for “about $317 million”. It kept 7.5% of XPeng."
CLOUD = "The cloud unit of Alibaba grew 3% to 27.65 billion yuan."
HOW_MANY = "How many XPeng shares did Alibaba sell?"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("server") / "log"
    command = [sys.executable, "-m", "llama_cpp.server", "--model", str(bundled_model_path()), "--host", "127.0.0.1",
               "--port", str(port), "--n_ctx", "512", "--n_threads", str(len(os.sched_getaffinity(0)))]  # fmt: skip
    address = f"http://127.0.0.1:{port}/v1"
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out) as process:
        try:
            _wait_for(f"{address}/models", process, log)
            yield address
        finally:
            process.terminate()


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 240
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text(errors="replace")[-2000:]
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.25)
        else:
            return
    raise AssertionError(f"no server: {log.read_text(errors='replace')[-2000:]}")


def reader(url: str) -> OpenAIReader:
    return OpenAIReader(f"openai:smollm2@{url}", "smollm2", url)


def test_quotes_are_held_by_the_server(url: str) -> None:
    """The model is too small to copy by itself: without the grammar it never does."""
    asked = reader(url)
    for question in (HOW_MANY, "Did the cloud unit of Alibaba grow?"):
        reading = asked.read(analyse_question(question), [hit(SALE), hit(CLOUD, chunk_id=2)])
        assert reading.unsupported == ()
        (answer,) = reading.decoding.answers
        assert answer.items
        assert (answer.boolean is None) == question.startswith("How")
        assert 0 < answer.probabilities[0] < 1
        assert answer.probabilities[0] != UNKNOWN
        assert reading.usage.prompt_tokens > 100


def test_quotes_of_prose_are_held_by_the_server(url: str) -> None:
    shown = [hit(SALE), hit(CLOUD, chunk_id=2)]
    written = reader(url).write(analyse_question(HOW_MANY), shown, prompt="prose")
    assert written.prose.text
    assert written.unsupported == ()


def test_a_schema_is_held_where_it_is_the_only_way(url: str) -> None:
    """This server refuses ``json_schema`` (422) and takes the same as ``json_object``."""
    chat = ChatModel(ServerClient(Server(name="m", served_model="m", base_url=url)), [WAYS[3], WAYS[5]])
    shown = passages(SALE)
    text = f"Passage [1]: {SALE}\nQuestion: {HOW_MANY}"
    asked = chat.ask(
        lambda way: text + wanted_in_json(False), lambda way: answer_form(way, shown, False), lambda: False, 128
    )
    assert asked.way.name == "json_object"
    assert read_json_reply(asked.completion.text, shown) is not None


def test_fewer_passages_are_sent_where_the_context_is_full(url: str, tmp_path: Path) -> None:
    with Corpus.open(tmp_path / "corpus", embedder=DeterministicEmbedder()) as corpus:
        for number in range(4):
            text = " ".join(f"Firm {number}{i} sold {i} shares." for i in range(10))
            corpus.add([article(f"Alibaba sold shares. {text}", title=f"Sale {number}")])
        answer = corpus.ask("How many shares did Alibaba sell?", model=f"openai:smollm2@{url}", k=4, timeout=300)
    unload_models()
    assert 0 < len(answer.omitted) < len(answer.hits)
    assert answer.unsupported == ()


def test_an_address_without_v1_is_told(url: str) -> None:
    wrong = url.removesuffix("/v1")
    with pytest.raises(ModelNotFound, match=f"there is an API at {url}"):
        reader(wrong).read(analyse_question(HOW_MANY), [hit(SALE)])
