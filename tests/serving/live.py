"""A service on a free port, a model that takes its time, and clients that leave."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from fastapi import FastAPI

from askdocs.core.base import FloatArray
from askdocs.serving.server import Server, made_server
from askdocs.serving.service import Service
from askdocs.testing import Script, ScriptedGenerator


class SlowModel(ScriptedGenerator):
    """Waits before each token, ``pause`` seconds, none at first, and while ``held``. ``steps`` counts the tokens."""

    def __init__(self, answer: str | Script = "33 million shares") -> None:
        super().__init__(answer)
        self.pause = 0.0
        self.steps = 0
        self._free = threading.Event()
        self._free.set()

    def logits(self, sequence: int) -> FloatArray:
        self.steps += 1
        self.calls.clear()  # a test of memory counts everything
        time.sleep(self.pause)
        assert self._free.wait(20)
        return super().logits(sequence)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """No token comes within."""
        self._free.clear()
        try:
            yield
        finally:
            self._free.set()


class Live(NamedTuple):
    """A service that runs."""

    url: str
    port: int
    service: Service
    server: Server

    def open(self, path: str, body: object, client: str = "a") -> socket.socket:
        """Send a request and give the connection, on which nothing was read yet."""
        content = json.dumps(body).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\nX-Client: {client}\r\n\r\n"
        )
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        connection.sendall(head.encode() + content)
        return connection


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextlib.contextmanager
def running(app: FastAPI) -> Iterator[Live]:
    """Serve an app in a thread."""
    port = free_port()
    server = made_server(app, "127.0.0.1", port)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started)
    service: Service = app.state.service
    wait_until(lambda: service.ready, 120)
    try:
        yield Live(f"http://127.0.0.1:{port}", port, service, server)
    finally:
        server.should_exit = True
        thread.join(timeout=20)
        assert not thread.is_alive()


def wait_until(true: Callable[[], bool], seconds: float = 10.0) -> float:
    """Wait until something is so; gives the seconds it took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, "it did not come to be in time"
        time.sleep(0.005)
    return time.monotonic() - began


END = b"\r\n0\r\n\r\n"  # of a reply of chunks


def read_until(connection: socket.socket, words: bytes) -> bytes:
    """Read until these words came."""
    read = b""
    while words not in read:
        more = connection.recv(65536)
        assert more, read
        read += more
    return read


if __name__ == "__main__":  # a service of its own process: folder, port
    import sys
    from pathlib import Path

    from askdocs.serving.app import create_app
    from askdocs.serving.server import run_server
    from askdocs.serving.settings import ServeSettings
    from askdocs.testing import DeterministicEmbedder

    slow = SlowModel()
    slow.pause = 0.06
    settings = ServeSettings(corpora={"news": Path(sys.argv[1])}, at_once=1)
    app = create_app(settings, embedder=DeterministicEmbedder(), generator=slow)
    sys.exit(run_server(app, "127.0.0.1", int(sys.argv[2])))
