"""The MCP server as an ASGI application at one address, to be mounted or served alone."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings

from askdocs.mcp.asking import LEFT
from askdocs.mcp.served_corpora import Scope
from askdocs.mcp.server import McpServer

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

PATH = "/mcp"
_MOST_SESSIONS = 256
_IDLE_SECONDS = 30 * 60.0
_BODY_BYTES = 1024 * 1024


class HttpEndpoint:
    """Streamable HTTP for one server: an ASGI application that answers whatever path it is called at.

    Mounted, as ``askdocs serve`` does, ``hosts`` is None, and what stands before it has checked Host, Origin and token.
    ``lifespan`` must be entered before the first request, and once only::

        endpoint = HttpEndpoint(build_server(corpora, ask))
        app = FastAPI(lifespan=...)                          # async with endpoint.lifespan(): yield
        app.router.routes.append(Route("/mcp", endpoint))    # no Mount, which would redirect /mcp to /mcp/
    """

    def __init__(self, server: McpServer, *, hosts: Sequence[str] | None = None, origins: Sequence[str] = ()) -> None:
        """``hosts`` are the Host headers that are allowed, each with its port, ``origins`` the Origin headers."""
        security = TransportSecuritySettings(
            enable_dns_rebinding_protection=hosts is not None,
            allowed_hosts=[*(hosts or ())],
            allowed_origins=[*origins],
        )
        self._manager = StreamableHTTPSessionManager(
            server,
            security_settings=security,
            session_idle_timeout=_IDLE_SECONDS,
            max_request_body_size=_BODY_BYTES,
            max_sessions=_MOST_SESSIONS,
        )

    @contextlib.asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """Serve sessions until the end of the block."""
        async with self._manager.run():
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, and notice when its client goes: no reply could reach it any more."""
        left = scope[LEFT] = asyncio.Event()

        async def watched() -> Any:
            message = await receive()
            if message["type"] == "http.disconnect":
                left.set()
            return message

        await self._manager.asgi_app(scope, watched, send)


def alone(endpoint: Application, token: str | None) -> Application:
    """The endpoint as a whole application: at ``/mcp`` alone and, where there is a token, to those who send it."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if token is not None and not _is_sent(token, scope):
            wanted = (b"www-authenticate", b"Bearer")
            await _refuse(send, 401, "this server wants its token: Authorization: Bearer TOKEN", wanted)
        elif scope["path"].rstrip("/") != PATH:
            await _refuse(send, 404, f"there is nothing here; MCP is at {PATH}")
        else:
            await endpoint(scope, receive, send)

    return application


def _is_sent(token: str, scope: Scope) -> bool:
    sent = [value for name, value in scope["headers"] if name == b"authorization"]
    if len(sent) != 1:
        return False
    scheme, _, given = sent[0].partition(b" ")
    return scheme.lower() == b"bearer" and hmac.compare_digest(given.strip(), token.encode())


async def _refuse(send: Send, status: int, reason: str, *headers: tuple[bytes, bytes]) -> None:
    body = (reason + "\n").encode()
    fixed = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*fixed, *headers]})
    await send({"type": "http.response.body", "body": body})
