"""Serving in this process: over stdin and stdout, or over HTTP."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable

from askdocs.core.base import Model
from askdocs.core.errors import AskdocsError
from askdocs.core.extras import require
from askdocs.core.listening import LOOPBACK, address, in_address, listen, port_of
from askdocs.core.tokens import Token
from askdocs.mcp.http_endpoint import PATH, HttpEndpoint, alone
from askdocs.mcp.server import McpServer

_GRACE_SECONDS = 3


class HttpSettings(Model):
    """Where to listen, and who may come.

    ``host`` is an address or a name; ``port`` 0 takes a free one. Where there are tokens in ``access``, every request
    wants one of them. ``names`` are further names that the Host header may have, at any port, beside those of loopback.
    """

    host: str = "127.0.0.1"
    port: int = 8766
    access: tuple[Token, ...] = ()
    names: tuple[str, ...] = ()


def run_stdio(server: McpServer) -> None:
    """Serve whoever started this process until its end of stdin closes. Nothing but MCP is written to stdout."""
    from mcp.server.stdio import stdio_server

    async def serve() -> None:
        async with stdio_server() as (reading, writing):  # stdout of all else goes to stderr in the meantime
            await server.run(reading, writing, server.create_initialization_options())

    # A thread waits for stdin, and no exception would end it: an interrupt ends the process, which only reads.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    asyncio.run(serve())


def run_http(server: McpServer, settings: HttpSettings, say: Callable[[str], object]) -> None:
    """Serve HTTP until the process is interrupted; ``say`` is told the address.

    Raises AskdocsError where it cannot listen there, or would be open to others without a token, and KeyboardInterrupt
    at the end.
    """
    asyncio.run(serve_http(server, settings, say))
    raise KeyboardInterrupt  # nothing else ends it; what uvicorn raises again is sometimes lost among its tasks


async def serve_http(server: McpServer, settings: HttpSettings, say: Callable[[str], object]) -> None:
    """``run_http`` in a loop that runs already."""
    require("uvicorn", extra="mcp", needed_for="MCP over HTTP")
    import uvicorn

    check_access(settings)
    with listen(settings.host, settings.port) as listening:
        port = port_of(listening)
        hosts, origins = allowed_headers(settings, port)
        endpoint = HttpEndpoint(server, hosts=hosts, origins=origins)
        config = uvicorn.Config(
            alone(endpoint, settings.access),
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        say(address(settings.host, port) + PATH)
        async with endpoint.lifespan():
            await uvicorn.Server(config).serve([listening])


def check_access(settings: HttpSettings) -> None:
    """Raise AskdocsError where others could come in without a token.

    >>> check_access(HttpSettings(host="0.0.0.0"))
    Traceback (most recent call last):
    askdocs.core.errors.AskdocsError: 0.0.0.0 is open to others, so a token is wanted: ...
    """
    if not settings.access and settings.host not in LOOPBACK:
        raise AskdocsError(
            f"{settings.host} is open to others, so a token is wanted: set ASKDOCS_TOKEN or give --token-file; "
            "without a token, leave --host out"
        )


def allowed_headers(settings: HttpSettings, port: int) -> tuple[list[str], list[str]]:
    """The Host and Origin headers that are allowed: an address of another name is a page that was led here.

    >>> allowed_headers(HttpSettings(), 8766)[1]
    ['http://127.0.0.1:8766', 'http://localhost:8766', 'http://[::1]:8766']
    """
    own = () if settings.host in ("0.0.0.0", "::") else (settings.host,)
    names = dict.fromkeys(in_address(name) for name in ("127.0.0.1", "localhost", "::1", *own))
    hosts = [f"{name}:{port}" for name in names] + [*names] * (port == 80)
    behind_a_proxy = [host for name in settings.names for host in (name, f"{name}:*")]
    return hosts + behind_a_proxy, [f"http://{host}" for host in hosts]
