"""Running an app until it is told to end."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys

import uvicorn
from fastapi import FastAPI

from askdocs.serving.guarding.connection import READING
from askdocs.serving.service import Service

GRACE = 10  # seconds in which questions that are worked on may end once the service is told to
_TOLD_BEFORE = 3  # seconds before these are over: then they are stopped, and their clients told, by a reply of ours


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
        """End, once the questions that are worked on have ended; those that take long are told so before."""
        self._service.stop()
        asyncio.get_running_loop().call_later(GRACE - _TOLD_BEFORE, self._service.stop_questions)
        await super().shutdown(sockets)
