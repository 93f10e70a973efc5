"""Serving in this process: over stdin and stdout, or over HTTP."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path

from askdocs.core.base import Model
from askdocs.core.errors import AskdocsError
from askdocs.core.extras import require
from askdocs.mcp.http_endpoint import PATH, HttpEndpoint, alone
from askdocs.mcp.server import McpServer

_LEAST_TOKEN = 16
_GRACE_SECONDS = 3


class HttpSettings(Model):
    """Where to listen, and who may come.

    ``host`` is an address or a name; ``port`` 0 takes a free one. ``token`` is wanted of every request where it is
    given. ``names`` are further names that the Host header may have, at any port, beside those of loopback.
    """

    host: str = "127.0.0.1"
    port: int = 8766
    token: str | None = None
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

    Raises AskdocsError where it cannot listen there, or would be open to others without a token.
    """
    asyncio.run(serve_http(server, settings, say))


async def serve_http(server: McpServer, settings: HttpSettings, say: Callable[[str], object]) -> None:
    """``run_http`` in a loop that runs already."""
    require("uvicorn", extra="mcp", needed_for="MCP over HTTP")
    import uvicorn

    check_access(settings)
    with _listen(settings) as listening:
        port = int(listening.getsockname()[1])
        hosts, origins = allowed_headers(settings, port)
        endpoint = HttpEndpoint(server, hosts=hosts, origins=origins)
        config = uvicorn.Config(
            alone(endpoint, settings.token),
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        say(f"http://{_in_address(settings.host)}:{port}{PATH}")
        async with endpoint.lifespan():
            await uvicorn.Server(config).serve([listening])


def check_access(settings: HttpSettings) -> None:
    """Raise AskdocsError where others could come in without a token, or with one that is easily guessed.

    >>> check_access(HttpSettings(host="0.0.0.0"))
    Traceback (most recent call last):
    askdocs.core.errors.AskdocsError: 0.0.0.0 is open to others, so a token is wanted: ...
    """
    if settings.token is None and not is_loopback(settings.host):
        raise AskdocsError(
            f"{settings.host} is open to others, so a token is wanted: write one into a file and give --token-file "
            "FILE, or set ASKDOCS_TOKEN; without a token, leave --host out"
        )
    if settings.token is not None and len(settings.token) < _LEAST_TOKEN:
        raise AskdocsError(
            f"the token has fewer than {_LEAST_TOKEN} characters; `openssl rand -hex 24` makes a good one"
        )


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, True, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def allowed_headers(settings: HttpSettings, port: int) -> tuple[list[str], list[str]]:
    """The Host and Origin headers that are allowed: an address of another name is a page that was led here.

    >>> allowed_headers(HttpSettings(), 8766)[1]
    ['http://127.0.0.1:8766', 'http://localhost:8766', 'http://[::1]:8766']
    """
    own = () if settings.host in ("0.0.0.0", "::") else (settings.host,)
    names = dict.fromkeys(_in_address(name) for name in ("127.0.0.1", "localhost", "::1", *own))
    hosts = [f"{name}:{port}" for name in names] + [*names] * (port == 80)
    behind_a_proxy = [host for name in settings.names for host in (name, f"{name}:*")]
    return hosts + behind_a_proxy, [f"http://{host}" for host in hosts]


def read_token(file: Path | None) -> str | None:
    """The token in a file, else that in ``ASKDOCS_TOKEN``, else none.

    Raises AskdocsError: the file cannot be read, or holds none.
    """
    if file is None:
        return os.environ.get("ASKDOCS_TOKEN", "").strip() or None
    try:
        token = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise AskdocsError(f"{file}: the token cannot be read: {error}") from error
    if not token or not token.isascii() or len(token.split()) != 1:
        raise AskdocsError(f"{file}: one token of letters, figures and signs is wanted in it, on one line")
    return token


def _listen(settings: HttpSettings) -> socket.socket:
    """A socket at the address. Raises AskdocsError."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((settings.host, settings.port))
        listening.listen()  # now, as two may be bound to one port until one of them listens
    except OSError as error:
        listening.close()
        raise AskdocsError(
            f"cannot listen at {settings.host}, port {settings.port}: {error}; give another --host or --port"
        ) from error
    return listening


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host
