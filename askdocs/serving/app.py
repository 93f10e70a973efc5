"""The app: its routes, who guards them, and what happens when it starts and ends."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from fastapi import FastAPI

from askdocs import __version__
from askdocs.core.errors import AskdocsError
from askdocs.core.protocols import Embedder, Generator
from askdocs.serving.errors import ErrorReply, add_error_replies
from askdocs.serving.pages import article_page, articles_page, table_page
from askdocs.serving.pages.frame import static_files
from askdocs.serving.routes import ask, health
from askdocs.serving.service import Service
from askdocs.serving.settings import ServeSettings

_log = logging.getLogger(__name__)
_ROUTERS = (ask.router, health.router, article_page.router, articles_page.router, table_page.router)
_DESCRIPTION = """Answers questions about articles with a local model, and shows the exact words each answer rests on.

All offsets are Unicode code points of the article's text. Every error has the shape of `ErrorReply`."""


def create_app(
    settings: ServeSettings, *, embedder: Embedder | None = None, generator: Generator | None = None
) -> FastAPI:
    """The app of a service. ``embedder`` and ``generator`` stand in for the real ones, for tests.

    Raises AskdocsError where the settings would open a corpus to everybody.
    """
    service = Service(settings.checked(), embedder, generator)

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        warming = asyncio.ensure_future(asyncio.to_thread(_warm, service))
        try:
            yield
        finally:
            service.close()
            await asyncio.wait({warming})

    app = FastAPI(
        title="askdocs",
        version=__version__,
        description=_DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,  # its page loads scripts from elsewhere
        redoc_url=None,
        responses={422: {"model": ErrorReply, "description": "What was asked cannot be done; the message says why."}},
    )
    app.state.service = service
    add_error_replies(app)
    for router in _ROUTERS:
        app.include_router(router)
    app.mount("/static", static_files(), name="static")
    return app


def _warm(service: Service) -> None:
    """Open the corpora and load the model, so that the first question does not wait for them."""
    try:
        for name in service.corpora.names:
            service.corpora.get(name).warm(service.model(None))
        service.ready = True
    except AskdocsError as error:
        _log.error("%s", error)
