"""The page that asks for a token, and keeps who gave one logged in by a cookie."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from askdocs.serving.guarding.addresses import LOGIN, LOGOUT
from askdocs.serving.guarding.refusals import Refused
from askdocs.serving.guarding.sessions import SECONDS
from askdocs.serving.pages.rendering import render
from askdocs.serving.service import ServiceDep

router = APIRouter(include_in_schema=False)


@router.get(LOGIN)
async def form(service: ServiceDep, target: Annotated[str, Query(alias="next")] = "/") -> Response:
    """Ask for a token, where one is needed."""
    if not service.tokens.needed:
        return RedirectResponse("/", status_code=HTTPStatus.SEE_OTHER)
    return HTMLResponse(render("login.html.j2", target=local(target), problem=None))


@router.post(LOGIN)
async def log_in(
    request: Request,
    service: ServiceDep,
    token: Annotated[str, Form()],
    target: Annotated[str, Form(alias="next")] = "/",
) -> Response:
    """Open a session for whose token it is."""
    try:
        caller = service.tokens.caller_with(token.strip(), request.client.host if request.client else "local")
    except Refused as refused:
        page = render("login.html.j2", target=local(target), problem=str(refused))
        return HTMLResponse(page, refused.status, refused.headers)
    reply = RedirectResponse(local(target), status_code=HTTPStatus.SEE_OTHER)
    reply.set_cookie(
        service.tokens.cookie, service.tokens.sessions.open(caller), max_age=SECONDS, path="/", httponly=True,
        samesite="strict", secure=request.url.scheme == "https",
    )  # fmt: skip
    return reply


@router.post(LOGOUT)
async def log_out(request: Request, service: ServiceDep) -> Response:
    """End the session."""
    if name := service.tokens.session_of(request.headers):
        service.tokens.sessions.close(name)
    reply = RedirectResponse(LOGIN, status_code=HTTPStatus.SEE_OTHER)
    reply.delete_cookie(service.tokens.cookie, path="/", httponly=True, samesite="strict")
    return reply


def local(target: str) -> str:
    r"""Where to go after logging in: an address of this service, whatever the link says.

    >>> local("/articles?corpus=news"), local("//evil.example"), local("https://evil.example"), local("/\\evil.example")
    ('/articles?corpus=news', '/', '/', '/')
    """
    odd = not target.isprintable() or "\\" in target or not target.isascii()
    return "/" if odd or not target.startswith("/") or target.startswith("//") else target
