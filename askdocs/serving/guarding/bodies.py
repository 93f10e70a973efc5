"""Bodies of requests as they come in: of which kind, how large, and how slow they may be."""

from __future__ import annotations

import re
import time
from http import HTTPStatus
from typing import NoReturn

import anyio
from starlette.datastructures import Headers
from starlette.types import Message, Receive

from askdocs.serving.guarding.refusals import Refused
from askdocs.serving.settings import ServeSettings

JSON_BYTES = 1024**2
FORM_OVERHEAD = 1024**2  # what stands around the files of an upload
_PATIENCE = 20.0  # seconds
_BYTES_A_SECOND = 10_000  # at least, once patience is used up
_CHARSET = re.compile(r"""charset\*?\s*=\s*["']?([^\s;"']*)""")
_JSON, _FILES, _FORM = "application/json", "multipart/form-data", "application/x-www-form-urlencoded"
# Every escape of a text from left to right: a whole surrogate pair, half of one (the group), or anything else.
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F])|.)", re.DOTALL)


class BodyRefused(Exception):
    """A body is too large or too slow; ``Body.problem`` says which."""


def check_body(headers: Headers, *, is_api: bool, takes_files: bool) -> None:
    """Raise Refused where the headers announce a body that no route takes.

    A page of elsewhere can send forms and plain text without asking (CORS), but never JSON.
    """
    if "transfer-encoding" in headers and "content-length" in headers:
        message = "a request has either Content-Length or Transfer-Encoding"
        raise Refused(HTTPStatus.BAD_REQUEST, "RequestError", message)
    if headers.get("content-length", "0").strip("0") == "" and "transfer-encoding" not in headers:
        return
    taken = [_JSON, *([_FILES] if takes_files else []), *([] if is_api else [_FORM])]
    kind, _, rest = headers.get("content-type", "").lower().partition(";")
    kind = kind.strip()
    if (charset := _CHARSET.search(rest)) and charset[1] not in ("utf-8", "utf8"):
        message = "the body is not in UTF-8; send it as that"  # others can hold what is no text: unicode_escape
        raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "ContentTypeRefused", message)
    if len(headers.getlist("content-type")) != 1 or kind not in taken:
        message = f"the body is {kind[:100] or 'of no kind'!r}; send it with Content-Type: {' or '.join(taken)}"
        raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "ContentTypeRefused", message)


def most_bytes(headers: Headers, settings: ServeSettings) -> int:
    """How large this body may be."""
    if not headers.get("content-type", "").lower().startswith(_FILES):
        return JSON_BYTES
    return settings.upload_request_bytes + FORM_OVERHEAD


class Body:
    """The body of one request; JSON comes in one piece. ``problem`` is set once it was found not fit to be read."""

    def __init__(self, receive: Receive, headers: Headers, most: int) -> None:
        self._receive = receive
        self._most = most
        self._is_json = headers.get("content-type", "").lower().startswith(_JSON)
        self._declared = _length(headers.get("content-length", ""))
        self._read = 0
        self._waited = 0.0
        self._complete = False
        self.problem: Refused | None = None

    async def receive(self) -> Message:
        """The next message. Raises BodyRefused, and again at every call."""
        if self.problem is not None:
            raise BodyRefused
        if self._complete:  # what comes now is that the client left
            return await self._receive()
        message = await self._next()
        if not self._is_json or message["type"] != "http.request":
            return message
        pieces = [message.get("body", b"")]
        while not self._complete:
            message = await self._next()
            if message["type"] != "http.request":
                return message
            pieces.append(message.get("body", b""))
        text = b"".join(pieces)
        if problem := _not_text(text):
            self._refuse(HTTPStatus.BAD_REQUEST, "RequestError", problem)
        return {"type": "http.request", "body": text, "more_body": False}

    async def _next(self) -> Message:
        self._check_size(self._declared)
        message = await self._in_time()
        if message["type"] == "http.request":
            self._read += len(message.get("body", b""))
            self._complete = not message.get("more_body", False)
            self._check_size(self._read)
        return message

    def _check_size(self, size: int) -> None:
        if size > self._most:
            message = f"the body is larger than {self._most} bytes"
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "TooLarge", message)

    async def _in_time(self) -> Message:
        started = time.monotonic()
        try:
            with anyio.fail_after(max(0.0, _PATIENCE + self._read / _BYTES_A_SECOND - self._waited)):
                return await self._receive()
        except TimeoutError:
            message = f"the body came too slowly, {self._read} bytes in {_PATIENCE:.0f} s and more"
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, "TooSlow", message)
        finally:
            self._waited += time.monotonic() - started

    def _refuse(self, status: HTTPStatus, kind: str, message: str) -> NoReturn:
        self.problem = Refused(status, kind, message)
        raise BodyRefused


def _not_text(body: bytes) -> str | None:
    r"""What keeps JSON from being text, where something does: Python reads it all the same, and fails much later.

    >>> _not_text(rb'"\ud83d\ude00 and a \\ud800 in words"'), _not_text(rb'"\ud800"')
    (None, 'the body holds half of a surrogate pair')
    >>> _not_text('"a"'.encode("utf-16"))
    'the body is no text in UTF-8'
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return "the body is no text in UTF-8"
    if "\0" in text:  # which would make Python take it for UTF-16 or UTF-32
        return "the body is no text in UTF-8"
    if any(escape[1] for escape in _ESCAPE.finditer(text)):
        return "the body holds half of a surrogate pair"
    return None


def _length(declared: str) -> int:
    """A declared length; beyond a million millions it does not matter by how much.

    >>> _length("12"), _length("9" * 5000) > 10**12, _length("")
    (12, True, 0)
    """
    return int(declared[:20]) if declared.isdecimal() else 0
