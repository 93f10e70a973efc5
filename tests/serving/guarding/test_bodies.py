"""Bodies of requests: how large and how slow they may be."""

from __future__ import annotations

import anyio
import pytest
from starlette.datastructures import Headers
from starlette.types import Message

from askdocs.serving.guarding import bodies
from askdocs.serving.guarding.bodies import Body, BodyRefused

JSON = {"content-type": "application/json"}
FILES = {"content-type": "multipart/form-data; boundary=b"}


class Client:
    """Sends pieces of a body, each after a wait in seconds, and leaves."""

    def __init__(self, *pieces: bytes, wait: float = 0.0, ends: bool = True) -> None:
        self._pieces = list(pieces)
        self._wait = wait
        self._ends = ends

    async def receive(self) -> Message:
        await anyio.sleep(self._wait)
        if not self._pieces:
            return {"type": "http.disconnect"}
        piece = self._pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(self._pieces) or not self._ends}


async def _read_on(body: Body) -> None:
    while (await body.receive())["type"] == "http.request":
        pass


async def test_json_comes_in_one_piece_and_then_that_the_client_left() -> None:
    body = Body(Client(b'{"a":', b"1}").receive, Headers(JSON), 100)
    assert await body.receive() == {"type": "http.request", "body": b'{"a":1}', "more_body": False}
    assert await body.receive() == {"type": "http.disconnect"}


async def test_files_come_in_pieces() -> None:
    body = Body(Client(b"a", b"b").receive, Headers(FILES), 100)
    assert [(await body.receive())["body"] for _ in range(2)] == [b"a", b"b"]


async def test_a_client_that_leaves_within_a_body_is_noticed() -> None:
    body = Body(Client(b"{", ends=False).receive, Headers(JSON), 100)
    assert await body.receive() == {"type": "http.disconnect"}


@pytest.mark.parametrize("headers", [JSON, FILES, {}])
async def test_one_byte_too_many_is_refused_from_then_on(headers: dict[str, str]) -> None:
    whole = Body(Client(b"a" * 10).receive, Headers(headers), 10)
    assert len((await whole.receive())["body"]) == 10
    body = Body(Client(*[b"a"] * 11).receive, Headers(headers), 10)
    for _ in range(2):
        with pytest.raises(BodyRefused):
            await _read_on(body)
    assert body.problem is not None
    assert body.problem.status == 413


async def test_a_declared_length_is_enough_to_refuse() -> None:
    body = Body(Client(b"a").receive, Headers({**FILES, "content-length": "11"}), 10)
    with pytest.raises(BodyRefused):
        await body.receive()


async def test_a_body_that_trickles_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "_PATIENCE", 0.05)
    body = Body(Client(*[b"a"] * 50, wait=0.02).receive, Headers(FILES), 100)
    with pytest.raises(BodyRefused):
        await _read_on(body)
    assert body.problem is not None
    assert body.problem.status == 408


async def test_a_large_one_may_take_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "_PATIENCE", 0.05)
    body = Body(Client(*[b"a" * 1000] * 8, wait=0.02).receive, Headers(FILES), 10_000)
    assert sum([len((await body.receive())["body"]) for _ in range(8)]) == 8000


async def test_waiting_for_the_client_to_leave_takes_as_long_as_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "_PATIENCE", 0.01)
    body = Body(Client(b"{}", wait=0.005).receive, Headers(JSON), 100)
    await body.receive()
    body._receive = Client(wait=0.05).receive
    assert await body.receive() == {"type": "http.disconnect"}


@pytest.mark.parametrize("text", [b'"\\uD83D"', b'"\\uDE00\\uD83D"', b"\xed\xa0\x80", b"\xff", '"a"'.encode("utf-16")])
async def test_what_is_no_text_is_refused(text: bytes) -> None:
    body = Body(Client(text).receive, Headers(JSON), 100)
    with pytest.raises(BodyRefused):
        await body.receive()
    assert body.problem is not None
    assert body.problem.status == 400
