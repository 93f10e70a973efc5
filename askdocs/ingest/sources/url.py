"""Fetch a page from the public web, and from nowhere else.

A URL may come from a list somebody else wrote, so it must not reach into the machine or its network: only http and
https, and every address a name resolves to has to be public, at the first request and at every redirect. The
connection goes to the very address that was checked, so that a name that resolves differently a moment later (DNS
rebinding) changes nothing; the certificate is still checked against the name. Proxies of the environment are not
used, for they would resolve the name again.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple
from urllib.parse import urljoin

import httpx

from askdocs.core.errors import SourceError
from askdocs.core.settings import load_settings

Resolver = Callable[[str, int], Awaitable[list[str]]]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Page(NamedTuple):
    """What a URL gave: the URL after redirects, its media type and encoding ("" where not said), and the bytes."""

    url: str
    media_type: str
    encoding: str
    data: bytes


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of ``host``, as the system resolves it."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, also where it wraps an IPv4 address.

    >>> [is_public(a) for a in ("1.1.1.1", "10.0.0.1", "127.0.0.1", "169.254.169.254", "::ffff:127.0.0.1", "fe80::1%1")]
    [True, False, False, False, False, False]
    """
    ip = ipaddress.ip_address(address)
    inner: list[ipaddress.IPv4Address | None] = []
    if isinstance(ip, ipaddress.IPv6Address):
        inner = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
        if ip in _NAT64:
            inner.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
        if ip.ipv4_mapped:
            return is_public(str(ip.ipv4_mapped))
    return ip.is_global and not ip.is_multicast and all(is_public(str(other)) for other in inner if other)


class Fetcher:
    """Fetches pages within limits: ``max_bytes`` of unpacked content, ``seconds`` for everything together.

    ``resolver`` and ``allowed`` are for tests, which serve pages on the loopback address: ``allowed`` says whether
    an address may be connected to.
    """

    def __init__(
        self,
        *,
        max_bytes: int = 20 * 1024 * 1024,
        seconds: float = 30.0,
        redirects: int = 5,
        resolver: Resolver = resolve,
        allowed: Callable[[str], bool] = is_public,
    ) -> None:
        self.max_bytes = max_bytes
        self.seconds = seconds
        self.redirects = redirects
        self._resolver = resolver
        self._allowed = allowed

    def fetch(self, url: str) -> Page:
        """Fetch ``url``. Raises :class:`SourceError` with the reason where that is not possible or not allowed."""
        if load_settings().offline:
            raise SourceError(url, "ASKDOCS_OFFLINE forbids fetching it; unset it once")
        # In a thread of its own, because the caller may be inside an event loop (a notebook, a server).
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, self._fetch(url)).result()

    async def _fetch(self, url: str) -> Page:
        try:
            async with asyncio.timeout(self.seconds), httpx.AsyncClient(trust_env=False, timeout=None) as client:
                return await self._follow(client, url)
        except TimeoutError as error:
            raise SourceError(url, f"it took longer than {self.seconds:g} s") from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            raise SourceError(url, f"it could not be fetched: {str(error) or type(error).__name__}") from error

    async def _follow(self, client: httpx.AsyncClient, url: str) -> Page:
        target = url
        for _ in range(self.redirects + 1):
            request = await self._request(client, url, target)
            response = await client.send(request, stream=True)
            try:
                if response.status_code in _REDIRECTS and "location" in response.headers:
                    target = urljoin(target, response.headers["location"])
                    continue
                if response.status_code != 200:
                    raise SourceError(url, f"the server answered {response.status_code} {response.reason_phrase}")
                return await self._page(response, url, target)
            finally:
                await response.aclose()
        raise SourceError(url, f"it redirects more than {self.redirects} times")

    async def _request(self, client: httpx.AsyncClient, url: str, target: str) -> httpx.Request:
        """A request to one checked address of the target's host, in the host's name."""
        parts = httpx.URL(target)
        if parts.scheme not in ("http", "https") or not parts.host:
            raise SourceError(url, f"only http and https pages are read, not {parts.scheme or 'this'}:")
        if parts.userinfo:
            raise SourceError(url, "a URL with a user name or password in it is not fetched")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        addresses = await self._resolver(parts.raw_host.decode("ascii"), port)
        if not addresses or not all(map(self._allowed, addresses)):
            raise SourceError(
                url, f"{parts.host} is not on the public internet ({', '.join(addresses) or 'no address'})"
            )
        return client.build_request(
            "GET",
            parts.copy_with(host=addresses[0]),
            headers={
                "Host": parts.netloc.decode("ascii"),
                "User-Agent": "askdocs",
                "Accept-Encoding": "gzip, identity",
            },
            extensions={"sni_hostname": parts.raw_host.decode("ascii")},
        )

    async def _page(self, response: httpx.Response, url: str, target: str) -> Page:
        data = bytearray()
        async for part in response.aiter_bytes(64 * 1024):
            data += part
            if len(data) > self.max_bytes:
                raise SourceError(url, f"it is larger than {self.max_bytes // 1024**2} MiB")
        media_type = response.headers.get("content-type", "").split(";")[0].strip().lower()
        return Page(target, media_type, response.charset_encoding or "", bytes(data))
