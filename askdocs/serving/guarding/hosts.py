"""Which names the service may be called by, and from which pages.

A page of elsewhere can make its own name mean 127.0.0.1 once it is loaded (DNS rebinding), and then it is, to the
browser, of one origin with this service. The Host header still holds its name, and is refused. The port says nothing:
a proxy, or a container, may map it.
"""

from __future__ import annotations

import ipaddress
import re
from http import HTTPStatus

from starlette.datastructures import Headers

from askdocs.serving.guarding.refusals import Refused
from askdocs.serving.settings import LOOPBACK, ServeSettings

_HOST = re.compile(r"(\[[0-9a-f:.]{2,45}\]|[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?)(?::([0-9]{1,5}))?", re.I | re.A)
_EVERY_ADDRESS = frozenset({"0.0.0.0", "::"})
_PORTS = {"http": ":80", "https": ":443"}


def check_host(headers: Headers, settings: ServeSettings) -> None:
    """Raise Refused unless the Host header holds a name of this service."""
    given = headers.getlist("host")
    match = _HOST.fullmatch(given[0]) if len(given) == 1 else None
    if match is None or int(match[2] or 0) > 65535:
        raise Refused(HTTPStatus.BAD_REQUEST, "HostRefused", "a request needs one Host header: a name and a port")
    name = match[1].lower().strip("[]")
    if not (name in LOOPBACK or name in _named(settings) or _is_address_of_ours(name, settings)):
        message = f"this service is not called {name!r}; start it with --allow-host {name} if it should be"
        raise Refused(HTTPStatus.MISDIRECTED_REQUEST, "HostRefused", message)


def _named(settings: ServeSettings) -> set[str]:
    return {name.lower() for name in (settings.host, *settings.hosts)}


def _is_address_of_ours(name: str, settings: ServeSettings) -> bool:
    """Whether it is an address, not a name, on which the service listens: a page cannot make an address mean another.

    >>> from pathlib import Path
    >>> settings = ServeSettings(corpora={"news": Path(".askdocs")})
    >>> [_is_address_of_ours(name, settings) for name in ("127.0.0.2", "192.0.2.1", "2130706433", "localhost.evil.com")]
    [True, False, False, False]
    """
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return settings.host in _EVERY_ADDRESS or (address.version == 4 and address.is_loopback)


def origin_of(headers: Headers, scheme: str) -> str:
    """The origin of the service's own pages, as browsers write it.

    >>> origin_of(Headers({"host": "LOCALHOST:8765"}), "http"), origin_of(Headers({"host": "a.org:443"}), "https")
    ('http://localhost:8765', 'https://a.org')
    """
    return f"{scheme}://{headers['host'].lower().removesuffix(_PORTS.get(scheme, ''))}"


def named_origin(headers: Headers, settings: ServeSettings) -> str | None:
    """The origin of a page of elsewhere that may read replies, where the request comes from one."""
    origin = headers.get("origin")
    return origin if origin in settings.origins else None


def check_origin(headers: Headers, scheme: str, settings: ServeSettings, *, opens_page: bool) -> None:
    """Raise Refused where a page of elsewhere sends the request; following a link to a page is all it may do.

    Browsers send Origin with whatever can change something, and Sec-Fetch-Site with everything; other programs send
    neither. ``opens_page``: whether it is a GET for a page.
    """
    if len(headers.getlist("origin")) > 1:
        raise Refused(HTTPStatus.BAD_REQUEST, "OriginRefused", "a request has one Origin header at most")
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if origin is not None:
        if origin == origin_of(headers, scheme) or origin in settings.origins or opens_page:
            return
        message = f"pages of {origin[:200]!r} may not use this service; --allow-origin names those that may"
        if origin.partition("://")[2] == origin_of(headers, scheme).partition("://")[2]:
            message += "; behind a proxy that speaks https, --behind-proxy ADDRESS names the proxy"
        raise Refused(HTTPStatus.FORBIDDEN, "OriginRefused", message)
    if site in (None, "same-origin", "none"):
        return
    if not (opens_page and headers.get("sec-fetch-mode") == "navigate"):
        message = "a page of elsewhere may not use this service; --allow-origin names those that may"
        raise Refused(HTTPStatus.FORBIDDEN, "OriginRefused", message)
