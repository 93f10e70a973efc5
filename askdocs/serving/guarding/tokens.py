"""Who shows which token or session."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers

from askdocs.serving.access import Caller
from askdocs.serving.guarding.attempts import Attempts
from askdocs.serving.guarding.refusals import Refused
from askdocs.serving.guarding.sessions import Sessions
from askdocs.serving.settings import Token

_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="askdocs"'}


class Tokens:
    """The tokens of a service, the sessions that were opened with them, and who showed wrong ones."""

    def __init__(self, tokens: Sequence[Token], port: int = 0) -> None:
        self._known = [
            (_digest(token.secret.get_secret_value()), Caller(name=token.name, corpora=token.corpora))
            for token in tokens
        ]
        self.sessions = Sessions()
        self.cookie = f"askdocs-{port}"  # browsers send a cookie to every port of a host, so each has a name of its own
        self._attempts = Attempts()

    @property
    def needed(self) -> bool:
        """Whether a token is asked for at all."""
        return bool(self._known)

    def caller_with(self, secret: str, address: str) -> Caller:
        """Whose secret this is. Raises Refused where it is nobody's, or the address showed too many wrong ones.

        Those who showed too many are not told whether this one is right; else they could go on trying.
        """
        if wait := self._attempts.wait(address):
            raise Refused(
                HTTPStatus.TOO_MANY_REQUESTS, "TooManyTries", f"too many wrong tokens; try again in {wait} s",
                {"Retry-After": str(wait)},
            )  # fmt: skip
        given, found = _digest(secret), None
        for known, caller in self._known:  # all of them, so that the time does not say which one was near
            if hmac.compare_digest(known, given):
                found = caller
        if found is None:
            self._attempts.failed(address)
            raise Refused(HTTPStatus.UNAUTHORIZED, "WrongToken", "this token is not known here", _CHALLENGE)
        return found

    def caller_of(self, headers: Headers, address: str) -> Caller | None:
        """Who sends these headers, by token or else by session; ``None`` without either. Raises Refused."""
        shown = headers.get("authorization")
        if shown is None:
            name = self.session_of(headers)
            return self.sessions.caller_of(name) if name else None
        scheme, _, secret = shown.partition(" ")
        if scheme.lower() != "bearer" or not secret.strip():
            message = "send the token as the header Authorization: Bearer TOKEN"
            raise Refused(HTTPStatus.UNAUTHORIZED, "WrongToken", message, _CHALLENGE)
        return self.caller_with(secret.strip(), address)

    def session_of(self, headers: Headers) -> str | None:
        """The name of the session that the cookie holds, be it open or not."""
        try:
            found = SimpleCookie(headers.get("cookie")).get(self.cookie)
        except CookieError:
            return None
        return found.value if found else None


def missing() -> Refused:
    """What is said where a token is needed and none was sent."""
    message = "a token is needed: send the header Authorization: Bearer TOKEN"
    return Refused(HTTPStatus.UNAUTHORIZED, "TokenMissing", message, _CHALLENGE)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
