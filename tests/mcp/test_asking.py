"""A question that is cancelled or whose client leaves is stopped; one that takes long says so; too many are refused."""

from __future__ import annotations

import asyncio
import gc
from typing import Any

import pytest
from mcp.client import Client

from askdocs import Corpus
from askdocs.core.answers import Answer
from askdocs.mcp import asking
from askdocs.mcp.asking import LEFT, AskedQuestion, ClientLeft, TooManyQuestions, local_ask, until_done_or_left
from tests.corpus.asking.scripted import Slow
from tests.mcp.serving import Mode, Waiting, client_of, run, server_of


async def ask_and_cancel(client: Client, begun: asyncio.Event) -> None:
    call = asyncio.ensure_future(client.call_tool("ask", {"question": "How many?"}))
    await begun.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_a_client_that_cancels_stops_its_question(corpus: Corpus, mode: Mode) -> None:
    async def cancelled() -> None:
        ask = Waiting()
        async with client_of(server_of({"works": corpus}, ask), mode) as client:
            await ask_and_cancel(client, ask.begun)
            await ask.cancelled.wait()
            assert not (await client.call_tool("search", {"query": "kiln"})).is_error  # the session goes on

    run(cancelled())


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_the_model_stops_too(corpus: Corpus, mode: Mode, caplog: pytest.LogCaptureFixture) -> None:
    model = Slow(0.3)

    async def cancelled() -> None:
        begun = asyncio.Event()
        asyncio.get_running_loop().run_in_executor(None, model.begun.wait).add_done_callback(lambda _: begun.set())
        async with client_of(server_of({"works": corpus}, local_ask(model)), mode) as client:
            await ask_and_cancel(client, begun)
            async with asyncio.timeout(3):  # to its end it would take longer
                while asking._running:
                    await asyncio.sleep(0.01)
            assert model.live_sequences == ()

    run(cancelled())
    gc.collect()  # when asyncio says of a failure that nobody looked at it
    assert caplog.text == ""


def test_a_client_that_leaves_stops_its_question(corpus: Corpus) -> None:
    async def left() -> None:
        ask = Waiting()
        async with client_of(server_of({"works": corpus}, ask), "legacy") as client:
            call = asyncio.ensure_future(client.call_tool("ask", {"question": "How many?"}))
            await ask.begun.wait()
        await ask.cancelled.wait()
        with pytest.raises(Exception, match="Connection closed"):
            await call

    run(left())


def test_a_closed_connection_ends_the_work() -> None:
    async def left() -> None:
        gone, stopped = asyncio.Event(), asyncio.Event()

        async def work() -> None:
            try:
                await asyncio.sleep(60)
            finally:
                stopped.set()

        async def heartbeat(seconds: float) -> None: ...

        asyncio.get_running_loop().call_later(0.05, gone.set)
        with pytest.raises(ClientLeft):
            await until_done_or_left(work(), {LEFT: gone}, heartbeat)
        await stopped.wait()

    run(left())


def test_a_question_that_takes_long_says_so(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "_HEARTBEAT_SECONDS", 0.05)
    told: list[tuple[float, str | None]] = []

    async def asked() -> Any:
        ask = Waiting(corpus.ask("How many?", model="extractive"))

        async def progress(progress: float, total: float | None, message: str | None) -> None:
            told.append((progress, message))
            if len(told) == 3:
                ask.go.set()

        async with client_of(server_of({"works": corpus}, ask)) as client:
            return await client.call_tool("ask", {"question": "How many?"}, progress_callback=progress)

    assert not run(asked()).is_error
    assert [message for _, message in told[:3]] == [
        "searching and reading the articles",
        "still reading",
        "still reading",
    ]
    assert sorted(told) == told


def test_too_many_questions_are_refused(corpus: Corpus) -> None:
    async def crowd() -> list[Answer | BaseException]:
        ask = local_ask("extractive", at_once=1, waiting=2)
        questions = [ask(AskedQuestion("works", corpus, "How many shares?")) for _ in range(5)]
        found = await asyncio.gather(*questions, return_exceptions=True)
        later = await ask(AskedQuestion("works", corpus, "How many shares?"))  # there is room again
        return [*found, later]

    kinds = [type(one) for one in run(crowd())]
    assert kinds == [Answer, Answer, Answer, TooManyQuestions, TooManyQuestions, Answer]
