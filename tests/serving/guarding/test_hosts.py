"""By which names, and from which pages, the service may be used."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from starlette.datastructures import Headers

from askdocs.serving.guarding.hosts import check_host, check_origin
from askdocs.serving.guarding.refusals import Refused
from askdocs.serving.settings import ServeSettings
from tests.serving.conftest import QUESTION

ASKED = {"question": QUESTION, "threshold": 0}


def _settings(**given: object) -> ServeSettings:
    return ServeSettings.model_validate({"corpora": {"news": Path("x")}, **given})


@pytest.mark.parametrize(
    ("host", "given"),
    [
        ("127.0.0.1:8765", {}),
        ("localhost", {}),
        ("LocalHost:9000", {}),  # a port that a container maps
        ("[::1]:8765", {}),
        ("127.1.2.3:8765", {}),
        ("askdocs.example.org", {"hosts": ("askdocs.example.org",)}),
        ("box.lan:8765", {"host": "box.lan"}),
        ("192.168.1.5:8765", {"host": "0.0.0.0"}),
        ("[fe80::1]:8765", {"host": "::"}),
    ],
)
def test_its_own_names_are_taken(host: str, given: dict[str, object]) -> None:
    check_host(Headers({"host": host}), _settings(**given))


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("evil.example", 421),
        ("evil.example:8765", 421),
        ("localhost.evil.example:8765", 421),
        ("127.0.0.1.evil.example", 421),
        ("192.168.1.5", 421),
        ("2130706433", 421),
        ("0.0.0.0:8765", 421),
        ("[::ffff:10.0.0.1]", 421),
        ("", 400),
        ("localhost:99999", 400),
        ("localhost.", 400),
        ("localhost@evil.example", 400),
        ("localhost, evil.example", 400),
        ("localhost/evil", 400),
        ("lоcalhost", 400),  # a Cyrillic о
        ("[::1", 400),
    ],
)
def test_other_names_are_refused(host: str, status: int) -> None:
    with pytest.raises(Refused) as refused:
        check_host(Headers(raw=[(b"host", host.encode())]), _settings())
    assert refused.value.status == status
    if status == 421:
        assert "--allow-host" in str(refused.value)


@pytest.mark.parametrize("raw", [[], [(b"host", b"localhost"), (b"host", b"localhost")]])
def test_no_host_or_two_are_refused(raw: list[tuple[bytes, bytes]]) -> None:
    with pytest.raises(Refused):
        check_host(Headers(raw=raw), _settings())


def _check(sent: dict[str, str], opens_page: bool = False) -> None:
    headers = Headers({"host": "127.0.0.1:8765", **sent})
    check_origin(headers, "http", _settings(origins=("https://wiki.example.org",)), opens_page=opens_page)


_LINKED = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}


def test_its_own_pages_named_ones_and_programs_may_use_it() -> None:
    _check({})
    _check({"origin": "http://127.0.0.1:8765", "sec-fetch-site": "same-origin"})
    _check({"origin": "https://wiki.example.org", "sec-fetch-site": "cross-site"})
    _check({"sec-fetch-site": "none"})


@pytest.mark.parametrize(
    "sent",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:8765"},  # this machine, and another origin all the same
        {"origin": "http://127.0.0.1:3000"},
        {"origin": "https://127.0.0.1:8765"},
        {"origin": "https://wiki.example.org.evil.example"},
        {"origin": ""},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        _LINKED,
    ],
)
def test_other_pages_may_not(sent: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        _check(sent)
    assert refused.value.status == 403


def test_another_page_may_link_to_a_page_and_not_read_it() -> None:
    _check(_LINKED, opens_page=True)
    with pytest.raises(Refused):
        _check({"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}, opens_page=True)


def test_behind_a_proxy_the_option_is_named() -> None:
    with pytest.raises(Refused, match="--behind-proxy"):
        _check({"origin": "https://127.0.0.1:8765"})


def test_a_named_origin_may_read_and_no_other(folder: Path, client: TestClient) -> None:
    settings = client.app.state.service.settings  # type: ignore[attr-defined]
    object.__setattr__(settings, "origins", ("https://wiki.example.org",))
    origin = {"Origin": "https://wiki.example.org"}
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Private-Network": "true"}
    reply = client.options("/v1/ask", headers={**origin, **asked})
    assert reply.status_code == 204
    assert reply.headers["access-control-allow-origin"] == "https://wiki.example.org"
    assert reply.headers["access-control-allow-private-network"] == "true"
    assert "access-control-allow-credentials" not in reply.headers
    reply = client.post("/v1/ask", json=ASKED, headers=origin)
    assert reply.status_code == 200
    assert reply.headers["access-control-allow-origin"] == "https://wiki.example.org"
    reply = client.options("/v1/ask", headers={"Origin": "https://evil.example", **asked})
    assert reply.status_code == 403
    assert "access-control-allow-origin" not in reply.headers


@pytest.mark.parametrize("origin", ["*", "null", "https://wiki.example.org/", "wiki.example.org", "https://*.org"])
def test_an_origin_is_named_as_browsers_do(origin: str) -> None:
    with pytest.raises(ValueError, match="give it as browsers do"):
        _settings(origins=(origin,))


@pytest.mark.parametrize("host", ["*", "https://a.org", "a.org:80", "a b", ""])
def test_a_host_is_a_name_alone(host: str) -> None:
    with pytest.raises(ValueError, match="give a name or an address alone"):
        _settings(hosts=(host,))
