"""Requests to a server, sent again where that helps, and given up as soon as the question is.

What is waited for: a server that is busy (429, with its Retry-After), that loads its model (503), that dropped the
connection (once). The waiting ends with the question's time limit.
"""

from __future__ import annotations

import datetime
import email.utils
import json
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from typing import TYPE_CHECKING, Any

from askdocs.core.errors import AnswerTimeout, ModelUnusable
from askdocs.reading.servers.server_errors import Server, raise_for, said

if TYPE_CHECKING:
    import httpx

logger = logging.getLogger(__name__)

_ANSWER_SECONDS = 600.0
_CHECK_SECONDS = 10.0
_GLANCE = 0.05  # seconds between two looks at whether the question was given up
_LONGEST_WAIT = 300.0  # seconds that a server may ask for
_LOADING_SECONDS = 1.0  # between two tries while a model loads
_BUSY_SECONDS = 1.0  # before the second try where a server does not say when; twice as many before each further one
_LONGEST_PAUSE = 30.0
_BUSY_TRIES = 3  # of a 503 that does not say why
Stopped = Callable[[], bool]


class ServerClient:
    """Sends requests to one server."""

    def __init__(self, server: Server, api_key: str | None = None) -> None:
        self.server = server
        self._key_sent = bool(api_key)
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._making = threading.Lock()
        self._made: httpx.Client | None = None

    @property
    def _http(self) -> httpx.Client:
        """What sends; made once, as reading the certificates that are trusted takes longer than a request."""
        import httpx

        with self._making:
            if self._made is None:
                timeout = httpx.Timeout(_ANSWER_SECONDS, connect=_CHECK_SECONDS)
                tls = not self.server.base_url.startswith("http:")  # without it there are no certificates to read
                self._made = httpx.Client(headers=self._headers, timeout=timeout, verify=tls)
            return self._made

    def close(self) -> None:
        """Close the connections."""
        with self._making:
            if self._made is not None:
                self._made.close()
            self._made = None

    def check(self) -> None:
        """Find out whether the server is there and takes the key, without asking its model anything.

        A server that is slow to say, or has no list of models, passes. Raises ModelNotFound, ModelUnusable.
        """
        import httpx

        try:
            response = self._get_models(self.server.base_url)
        except httpx.ReadTimeout:
            return
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise self.server.unreachable(error) from error
        if response.status_code in (401, 403):
            raise self.server.refuses_key(response.status_code, sent=self._key_sent)

    def models(self, base_url: str) -> list[str] | None:
        """The names of the models at an address; None where there is no such list."""
        import httpx

        try:
            response = self._get_models(base_url)
            rows = response.json()["data"] if response.status_code == 200 else None
            return None if rows is None else [str(row["id"]) for row in rows]
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, ValueError, KeyError, TypeError):
            return None

    def get(self, path: str) -> str | None:
        """The text at a path of the server, beside its API; None where there is none."""
        import httpx

        try:
            response = self._http.get(self.server.base_url.removesuffix("/v1") + path, timeout=_CHECK_SECONDS)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError):
            return None
        return response.text if response.status_code == 200 else None

    def _get_models(self, base_url: str) -> httpx.Response:
        return self._http.get(f"{base_url}/models", timeout=_CHECK_SECONDS)

    def chat(self, body: dict[str, Any], stopped: Stopped) -> dict[str, Any]:
        """The document of a reply.

        Raises Refused where another form of the request may do; ModelNotFound, ModelUnusable, PromptTooLong as the
        server answers, AnswerTimeout when ``stopped``.
        """
        response = self._answered(body, stopped)
        raise_for(self.server, response, key_sent=self._key_sent, models=self.models)
        try:
            document = response.json()
        except ValueError:
            document = None
        if not isinstance(document, dict):
            raise self.server.useless(response.status_code, response.text)
        return document

    def _answered(self, body: dict[str, Any], stopped: Stopped) -> httpx.Response:
        """The response, after as many tries as help."""
        import httpx

        tries, dropped = 0, False
        while True:
            try:
                response = self._sent(body, stopped)
                if _is_cut_off(response):
                    raise httpx.RemoteProtocolError("the reply ends in the middle")
            except (httpx.ReadError, httpx.WriteError, httpx.CloseError, httpx.RemoteProtocolError) as error:
                if dropped:
                    raise self.server.dropped(error) from error
                logger.info("%s dropped the connection (%s); asking once more", self.server.url, error)
                dropped = True
                continue
            seconds = _seconds_to_wait(response, tries)
            if seconds is None:
                return response
            tries += 1
            self._wait(seconds, response, stopped)

    def _wait(self, seconds: float, response: httpx.Response, stopped: Stopped) -> None:
        """Wait before the next try. Raises ModelUnusable for a wait beyond all limits, AnswerTimeout."""
        why = f"{self.server.url} answers {response.status_code} ({said(response.text) or 'it is busy'})"
        if seconds > _LONGEST_WAIT:
            raise ModelUnusable(
                f"model {self.server.name!r}: {why} and asks to wait {seconds:.0f} seconds; ask again then"
            )
        logger.info("%s; asking again in %.1f seconds", why, seconds)
        end = time.monotonic() + max(seconds, _GLANCE)  # some ask to be asked again at once, for ever
        while (left := end - time.monotonic()) > 0:
            if stopped():
                raise AnswerTimeout(f"model {self.server.name!r}: {why}, {left:.0f} more seconds were to be waited")
            time.sleep(min(left, _GLANCE))

    def _sent(self, body: dict[str, Any], stopped: Stopped) -> httpx.Response:
        """The response, waited for in this thread and fetched in another, so that it can be given up at once."""
        import httpx

        future: Future[httpx.Response] = Future()

        def post() -> None:
            try:
                future.set_result(self._http.post(self.server.url, json=body))
            except BaseException as error:
                future.set_exception(error)

        threading.Thread(target=post, name="askdocs request", daemon=True).start()
        while True:
            try:
                return future.result(timeout=_GLANCE)
            except NotYet:
                if stopped():
                    raise AnswerTimeout(f"model {self.server.name!r}: {self.server.url} had not answered") from None
            except httpx.ConnectTimeout as error:
                raise self.server.unreachable(error) from error
            except httpx.TimeoutException as error:
                raise AnswerTimeout(f"model {self.server.name!r}: {self.server.url} did not answer") from error
            except (httpx.ConnectError, httpx.UnsupportedProtocol, httpx.InvalidURL, UnicodeError) as error:
                raise self.server.unreachable(error) from error
            except (httpx.ReadError, httpx.WriteError, httpx.CloseError, httpx.RemoteProtocolError):
                raise
            except httpx.HTTPError as error:
                raise self.server.unreachable(error) from error


def _is_cut_off(response: httpx.Response) -> bool:
    """Whether a reply begins as a document and does not end as one."""
    text = response.text.strip()
    if response.status_code != 200 or text[:1] != "{":
        return False
    try:
        json.loads(text)
    except ValueError:
        return True
    return False


def _seconds_to_wait(response: httpx.Response, tries: int) -> float | None:
    """How long to wait before the same request is sent again; None where that would not help."""
    status, text = response.status_code, response.text
    growing = min(_BUSY_SECONDS * 2.0**tries, _LONGEST_PAUSE)
    if status == 429 and "insufficient_quota" not in text:
        return retry_after(response.headers.get("retry-after", ""), growing)
    if status == 503 and "loading" in text.lower():
        return retry_after(response.headers.get("retry-after", ""), _LOADING_SECONDS)
    if status in (502, 503, 504) and tries < _BUSY_TRIES:
        return retry_after(response.headers.get("retry-after", ""), growing)
    return None


def retry_after(header: str, otherwise: float) -> float:
    """The seconds that a Retry-After header asks for, as a number or a date (RFC 9110, 10.2.3).

    >>> retry_after("7", 1.0), retry_after("", 1.0), retry_after("soon", 1.0)
    (7.0, 1.0, 1.0)
    >>> retry_after("Fri, 31 Dec 1999 23:59:59 GMT", 1.0)
    0.0
    """
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        date = email.utils.parsedate_to_datetime(header)
    except (ValueError, TypeError):
        return otherwise
    if date.tzinfo is None:
        date = date.replace(tzinfo=datetime.UTC)
    return max(0.0, (date - datetime.datetime.now(datetime.UTC)).total_seconds())
