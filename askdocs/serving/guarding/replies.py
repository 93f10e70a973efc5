"""Replies on their way out: the headers that tell a browser what it may do with them, and no wait without end."""

from __future__ import annotations

import anyio
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Send

# What pages may load: their own scripts and styles, nothing inline and nothing from elsewhere.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
OTHER_POLICY = "default-src 'none'; frame-ancestors 'none'"
_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # "no-referrer" would make browsers send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_READING_SECONDS = 60.0  # in which a client takes what it was sent, else it is given up


class ClientStuck(Exception):
    """The client does not take its reply."""


class Reply:
    """The reply to one request; ``status`` is ``None`` until it began."""

    def __init__(self, send: Send, *, is_static: bool, origin: str | None) -> None:
        self._send = send
        self._is_static = is_static
        self._origin = origin
        self.status: int | None = None
        self.ended = False

    async def send(self, message: Message) -> None:
        """Send a message on. Raises ClientStuck."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._add_headers(MutableHeaders(scope=message))
        try:
            with anyio.fail_after(_READING_SECONDS):
                await self._send(message)
        except TimeoutError as error:
            raise ClientStuck from error
        self.ended = message["type"] == "http.response.body" and not message.get("more_body", False)

    def _add_headers(self, headers: MutableHeaders) -> None:
        for name, value in _FIXED.items():
            headers[name] = value
        is_page = headers.get("content-type", "").startswith("text/html")
        headers["Content-Security-Policy"] = PAGE_POLICY if is_page else OTHER_POLICY
        # A browser asks each time whether a style has changed, and keeps nothing of what articles and answers say.
        is_style = self._is_static and (self.status or 500) < 400
        headers.setdefault("Cache-Control", "no-cache" if is_style else "no-store")
        if self._origin is not None:
            headers["Access-Control-Allow-Origin"] = self._origin
            headers["Access-Control-Expose-Headers"] = "Retry-After"
        headers.add_vary_header("Origin")


def preflight_headers(asked: Headers) -> dict[str, str]:
    """What a page of a named origin may send."""
    headers = {
        "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE",
        "Access-Control-Allow-Headers": "Authorization, Content-Type, Mcp-Session-Id, Mcp-Protocol-Version",
        "Access-Control-Max-Age": "600",
    }
    if "access-control-request-private-network" in asked:
        headers["Access-Control-Allow-Private-Network"] = "true"
    return headers
