"""Bodies of requests as they come in: of which kind, how large, and how slow they may be."""

from __future__ import annotations

import time
from http import HTTPStatus

import anyio
from starlette.datastructures import Headers
from starlette.types import Message, Receive

from askdocs.serving.guarding.refusals import Refused
from askdocs.serving.settings import ServeSettings

JSON_BYTES = 1024**2
FORM_OVERHEAD = 1024**2  # what stands around the files of an upload
_PATIENCE = 20.0  # seconds
_BYTES_A_SECOND = 10_000  # at least, once patience is used up
_JSON, _FILES, _FORM = "application/json", "multipart/form-data", "application/x-www-form-urlencoded"


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
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if len(headers.getlist("content-type")) != 1 or kind not in taken:
        message = f"the body is {kind[:100] or 'of no kind'!r}; send it with Content-Type: {' or '.join(taken)}"
        raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "ContentTypeRefused", message)


def most_bytes(headers: Headers, settings: ServeSettings) -> int:
    """How large this body may be."""
    if not headers.get("content-type", "").lower().startswith(_FILES):
        return JSON_BYTES
    return settings.upload_bytes * settings.upload_files + FORM_OVERHEAD


class Body:
    """The body of one request. ``problem`` is set once it was found too large or too slow."""

    def __init__(self, receive: Receive, headers: Headers, most: int) -> None:
        self._receive = receive
        self._most = most
        self._declared = _declared(headers.get("content-length", ""))
        self._read = 0
        self._waited = 0.0
        self._complete = False
        self.problem: Refused | None = None

    async def receive(self) -> Message:
        """The next message. Raises BodyRefused, and again at every call."""
        if self.problem is None and max(self._declared, self._read) > self._most:
            self.problem = Refused(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "TooLarge", f"the body is larger than {self._most} bytes"
            )
        if self.problem is not None:
            raise BodyRefused
        if self._complete:  # what comes now is that the client left
            return await self._receive()
        message = await self._in_time()
        if message["type"] == "http.request":
            self._read += len(message.get("body", b""))
            self._complete = not message.get("more_body", False)
            if self._read > self._most:
                return await self.receive()
        return message

    async def _in_time(self) -> Message:
        started = time.monotonic()
        try:
            with anyio.fail_after(max(0.0, _PATIENCE + self._read / _BYTES_A_SECOND - self._waited)):
                return await self._receive()
        except TimeoutError:
            message = f"the body came too slowly, {self._read} bytes in {_PATIENCE + self._waited:.0f} s"
            self.problem = Refused(HTTPStatus.REQUEST_TIMEOUT, "TooSlow", message, {"Connection": "close"})
            raise BodyRefused from None
        finally:
            self._waited += time.monotonic() - started


def _declared(length: str) -> int:
    """A declared length; beyond a million millions it does not matter by how much.

    >>> _declared("12"), _declared("9" * 5000) > 10**12, _declared("")
    (12, True, 0)
    """
    return int(length[:20]) if length.isdecimal() else 0
