"""The guard: every request passes it before its route, and every reply on its way out."""

from __future__ import annotations

import time
from http import HTTPStatus
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from askdocs.serving import access_log
from askdocs.serving.errors import error_reply
from askdocs.serving.guarding import addresses, bodies, hosts, tokens
from askdocs.serving.guarding.refusals import Refused
from askdocs.serving.guarding.replies import ClientStuck, Reply, preflight_headers
from askdocs.serving.service import Service

_CHANGES_NOTHING = frozenset({"GET", "HEAD"})


class Guard:
    """ASGI middleware, the outermost. It also answers for what is unforeseen, so that no reply is without headers."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or refuse it."""
        if scope["type"] == "websocket":  # no route takes any, and their pages are not held back by CORS
            await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] == "http":
            await self._pass(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        settings, headers = self._service.settings, Headers(scope=scope)
        origin = hosts.named_origin(headers, settings)
        reply = Reply(send, is_static=addresses.is_static(scope["path"]), origin=origin)
        body = bodies.Body(receive, headers, bodies.most_bytes(headers, settings))
        try:
            if (instead := self._instead(scope, headers)) is not None:
                await instead(scope, receive, reply.send)
            else:
                await _Answering(body, reply).run(self._app, scope)
        except ClientStuck:
            pass
        except Exception as error:
            access_log.log_failure(settings, scope, error)
            if reply.status is None:
                said = error_reply(HTTPStatus.INTERNAL_SERVER_ERROR, "InternalError", "it failed; the log says where")
                await said(scope, receive, reply.send)
        finally:
            access_log.log_request(scope, reply.status, time.perf_counter() - started)
            labels = (access_log.template_of(scope), access_log.method_of(scope), str(reply.status or "left"))
            self._service.metrics.requests.labels(*labels).inc()

    def _instead(self, scope: Scope, headers: Headers) -> Response | None:
        """The reply of the guard itself, where the request does not pass."""
        try:
            return self._check(scope, headers)
        except Refused as refused:
            return refused.reply()

    def _check(self, scope: Scope, headers: Headers) -> Response | None:
        settings, path, method = self._service.settings, scope["path"], scope["method"]
        api = addresses.is_api(path)
        addresses.check_head(scope)
        hosts.check_host(headers, settings)
        addresses.check_path(path)
        opens_page = method in _CHANGES_NOTHING and not api
        hosts.check_origin(headers, scope["scheme"], settings, opens_page=opens_page)
        if addresses.is_preflight(method, headers) and hosts.named_origin(headers, settings):
            return Response(status_code=204, headers=preflight_headers(headers))
        if (instead := self._log_in(scope, headers)) is not None:
            return instead
        if method not in _CHANGES_NOTHING:
            bodies.check_body(headers, is_api=api, takes_files=addresses.takes_files(path))
        return None

    def _log_in(self, scope: Scope, headers: Headers) -> Response | None:
        """Find out who asks; where nobody is logged in, the reply that leads whoever opens a page to the form."""
        known, path = self._service.tokens, scope["path"]
        if not known.needed or addresses.is_public(path):
            return None
        if len(headers.getlist("authorization")) > 1:
            raise Refused(HTTPStatus.BAD_REQUEST, "WrongToken", "a request has one Authorization header at most")
        caller = known.caller_of(headers, _address(scope))
        if caller is not None:
            scope["askdocs.caller"] = caller
            return None
        changes_nothing = scope["method"] in _CHANGES_NOTHING
        mode = headers.get("sec-fetch-mode", "navigate" if changes_nothing else "")
        if addresses.is_api(path) or mode != "navigate":  # a script, or a picture of a page
            raise tokens.missing()
        query = scope["query_string"].decode("latin-1")
        target = quote(path + (f"?{query}" if query else ""), safe="") if changes_nothing else "%2F"
        return RedirectResponse(f"{addresses.LOGIN}?next={target}", status_code=303)


class _Answering:
    """The app answers; where the body was not fit to be read to its end, what it says to that gives way to ours."""

    def __init__(self, body: bodies.Body, reply: Reply) -> None:
        self._body = body
        self._reply = reply

    async def run(self, app: ASGIApp, scope: Scope) -> None:
        try:
            await app(scope, self._body.receive, self._send)
        except bodies.BodyRefused:
            pass
        except Exception:
            if self._body.problem is None:
                raise
        if self._body.problem is not None and self._reply.status is None:
            await self._body.problem.reply()(scope, self._body.receive, self._reply.send)

    async def _send(self, message: Message) -> None:
        if self._body.problem is None or self._reply.status is not None:
            await self._reply.send(message)


def _address(scope: Scope) -> str:
    return str(scope["client"][0]) if scope.get("client") else "local"
