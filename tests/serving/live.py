"""A service on a free port, a model that takes its time, and clients that leave."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from fastapi import FastAPI

from askdocs.core.base import FloatArray
from askdocs.serving.running import Ending, config_of, listen, port_of
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
    server: Ending

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
    service: Service = app.state.service
    listening = listen("127.0.0.1", 0)
    port, server = port_of(listening), Ending(config_of(app), service)
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    wait_until(lambda: server.started)
    wait_until(lambda: service.ready, 120)
    try:
        yield Live(f"http://127.0.0.1:{port}", port, service, server)
    finally:
        server.should_exit = True
        thread.join(timeout=20)
        listening.close()
        assert not thread.is_alive()


def wait_until(true: Callable[[], bool], seconds: float = 30.0) -> float:
    """Wait until something is so; gives the seconds it took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, "it did not come to be in time"
        time.sleep(0.005)
    return time.monotonic() - began


# Seconds in which a place is free again; the workers of a whole run share the cores with each other.
SOON = 10.0 if "PYTEST_XDIST_WORKER" in os.environ else 1.0
END = b"\r\n0\r\n\r\n"  # of a reply of chunks


def read_until(connection: socket.socket, words: bytes) -> bytes:
    """Read until these words came."""
    read = b""
    while words not in read:
        more = connection.recv(65536)
        assert more, read
        read += more
    return read
