"""Listening on an address, and running an app there until it is told to end."""

from __future__ import annotations

import contextlib
import errno
import signal
import socket
import sys

import uvicorn
from fastapi import FastAPI

from askdocs.core.errors import AskdocsError
from askdocs.serving.guarding.connection import READING
from askdocs.serving.service import Service

GRACE = 10  # seconds in which questions that are worked on may end once the service is told to

_WHY_NOT = {
    errno.EADDRINUSE: "another program listens there; give another --port, or --port 0 for any that is free",
    errno.EACCES: "this user may not listen there; give a --port above 1023, and let a proxy take the other",
    errno.EADDRNOTAVAIL: "this machine has no such address; give --host one of its own, or 0.0.0.0 for all",
}


def listen(host: str, port: int) -> socket.socket:
    """A socket on which clients may connect from now on; port 0 takes one that is free.

    Raises AskdocsError where the address cannot be had.

    >>> with listen("127.0.0.1", 0) as taken:
    ...     listen("127.0.0.1", port_of(taken))
    Traceback (most recent call last):
    askdocs.core.errors.AskdocsError: 127.0.0.1 port ...: another program listens there; give another --port, ...
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        reason = _WHY_NOT.get(error.errno or 0, f"{error.strerror or error}; give another --host or --port")
        raise AskdocsError(f"{host} port {port}: {reason}") from error


def port_of(listening: socket.socket) -> int:
    """The port that a socket has got."""
    port = listening.getsockname()[1]
    assert isinstance(port, int)
    return port


def address(host: str, port: int) -> str:
    """The address of a service as a browser takes it.

    >>> address("127.0.0.1", 8765), address("::1", 8765)
    ('http://127.0.0.1:8765', 'http://[::1]:8765')
    """
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def config_of(app: FastAPI) -> uvicorn.Config:
    """How uvicorn serves an app. Forwarded headers count where its settings name the proxy that they come from."""
    proxies = app.state.service.settings.proxies
    return uvicorn.Config(
        app, log_level="warning", timeout_graceful_shutdown=GRACE, proxy_headers=bool(proxies),
        forwarded_allow_ips=[*proxies], **READING,
    )  # fmt: skip


def run(app: FastAPI, listening: socket.socket) -> None:
    """Serve until SIGTERM or Ctrl-C; questions that are worked on may end, those that wait are told to come back."""
    # uvicorn raises the signal once more when it has ended; by itself SIGTERM would make that look like a failure.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    with contextlib.suppress(KeyboardInterrupt):
        Ending(config_of(app), app.state.service).run([listening])


class Ending(uvicorn.Server):
    """A server whose service takes no more as soon as it is told to end, so that nobody waits for a turn in vain."""

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self._service = service

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End, once the questions that are worked on have ended."""
        self._service.stop()
        await super().shutdown(sockets)
