"""Runs an app until it is told to end: who waits is told, questions that run are still answered, then it ends well."""

from __future__ import annotations

import contextlib
import signal
import socket

import uvicorn
from fastapi import FastAPI

from askdocs.serving.service import Service

GRACE = 10  # seconds in which questions may end once the service is told to


class Server(uvicorn.Server):
    """uvicorn's server; as soon as it is told to end, the service takes no more."""

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self._service = service

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End: refuse connections, wait for the replies that are on their way."""
        self._service.stop()
        await super().shutdown(sockets)


def made_server(app: FastAPI, host: str, port: int) -> Server:
    """The server of an app, not yet started."""
    config = uvicorn.Config(
        app, host=host, port=port, access_log=False, log_level="warning", timeout_graceful_shutdown=GRACE,
        server_header=False,
    )  # fmt: skip
    return Server(config, app.state.service)


def run_server(app: FastAPI, host: str, port: int) -> int:
    """Serve until SIGTERM or Ctrl-C; gives the status to exit with, 0 where it ended as it was told to."""
    server = made_server(app, host, port)

    def told_to_end(_signal: int, _frame: object) -> None:
        server.should_exit = True

    # uvicorn handles the signal itself, and once it has ended raises it anew, which would be an end by a signal.
    before = signal.signal(signal.SIGTERM, told_to_end)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            server.run()
    finally:
        signal.signal(signal.SIGTERM, before)
    return 0 if server.started else 1
