"""The app: its routes, who guards them, and what happens when it starts and ends."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import logging
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.routing import Route

from askdocs import __version__
from askdocs.core.errors import AnswerTimeout, AskdocsError
from askdocs.core.protocols import Embedder, Generator
from askdocs.corpus.corpus import Corpus
from askdocs.serving.errors import add_error_replies, error_docs
from askdocs.serving.guarding.guard import Guard
from askdocs.serving.guarding.refusals import REFUSAL_DOCS
from askdocs.serving.pages import article_page, articles_page, ask_page, login, table_page
from askdocs.serving.pages.rendering import static_files
from askdocs.serving.routes import articles, ask, chat_completions, health, search, table, uploads
from askdocs.serving.service import Service
from askdocs.serving.settings import ServeSettings

if TYPE_CHECKING:
    from askdocs.mcp.http_endpoint import HttpEndpoint

_log = logging.getLogger(__name__)
_API = (
    ask.router,
    search.router,
    table.router,
    uploads.router,  # whose jobs are no ids of articles
    articles.router,
    chat_completions.router,
    health.router,
)
_PAGES = (ask_page.router, article_page.router, articles_page.router, table_page.router, login.router)
_FIRST_QUESTION = "How much was paid?"
_DESCRIPTION = """Answers questions about articles with a local model, and shows the exact words each answer rests on.

All offsets are Unicode code points of the article's text. Every error has the shape of `ErrorReply`."""


def create_app(
    settings: ServeSettings, *, embedder: Embedder | None = None, generator: Generator | None = None
) -> FastAPI:
    """The app of a service. ``embedder`` and ``generator`` stand in for the real ones, for tests.

    Raises AskdocsError where the settings would open a corpus to everybody.
    """
    service = Service(settings.checked(), embedder, generator)
    endpoint = _mcp_endpoint(service)

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        warming = asyncio.ensure_future(asyncio.to_thread(_warm, service))
        uploads.resume_all(service)
        try:
            async with endpoint.lifespan() if endpoint else contextlib.nullcontext():
                yield
        finally:
            await asyncio.wait({warming})
            await service.close()

    app = FastAPI(
        title="askdocs",
        version=__version__,
        description=_DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,  # its page loads scripts from elsewhere
        redoc_url=None,
        telemetry={"tracing": False, "metrics": False, "logs": False},
        responses={
            **REFUSAL_DOCS,
            **error_docs(422),
        },
    )
    app.state.service = service
    add_error_replies(app)
    for router in (*_API, *_PAGES):
        app.include_router(router)
    if endpoint is not None:
        app.router.routes.append(Route("/mcp", endpoint))
    app.mount("/static", static_files(), name="static")
    app.add_middleware(Guard, service=service)
    return app


def _mcp_endpoint(service: Service) -> HttpEndpoint | None:
    """The MCP server, where the extra for it is installed."""
    if importlib.util.find_spec("mcp") is None:
        return None
    from askdocs.serving.mcp_mount import mcp_endpoint

    return mcp_endpoint(service)


def _warm(service: Service) -> None:
    """Open the corpora and load the model, so that the first question does not wait for them."""
    try:
        model = service.model(None)
        corpora = [service.corpora.get(name) for name in service.corpora.names]
        for corpus in corpora:
            corpus.warm(model)
        if isinstance(model, str):
            _ask_first(corpora[0], model)
        service.ready = True
    except AskdocsError as error:
        _log.error("%s", error)


def _ask_first(corpus: Corpus, model: str) -> None:
    """Ask something, which loads what only a question needs; a slow machine is ready all the same."""
    try:
        corpus.ask(_FIRST_QUESTION, model=model, k=1)
    except AnswerTimeout as error:
        _log.warning("the first question took long: %s", error)
