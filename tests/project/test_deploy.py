"""The files to run a service with, and the page about it, agree with the package and with the command."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import click
import pytest
from fastapi.testclient import TestClient
from packaging.specifiers import SpecifierSet

from askdocs.cli.commands.serve import serve_command
from askdocs.core.settings import Settings
from askdocs.serving.app import create_app
from askdocs.serving.running import GRACE
from askdocs.serving.settings import ServeSettings
from askdocs.testing import DeterministicEmbedder, ScriptedGenerator

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
COLLECT = (ROOT / "deploy" / "collect_wheels.sh").read_text(encoding="utf-8")
SERVICE = (ROOT / "deploy" / "askdocs.service").read_text(encoding="utf-8")
PAGE = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8")
DEFAULTS = {name: option.default for option in serve_command.params for name in option.opts}
SERVED = re.compile(r"askdocs serve ((?:[^\n\\]|\\\n)*)")


def only(pattern: str, text: str) -> str:
    found = set(re.findall(pattern, text, re.MULTILINE))
    assert len(found) == 1, found
    return str(found.pop())


@pytest.fixture
def settings(tmp_path: Path) -> ServeSettings:
    """Those of the image: open to others, with a token."""
    token = {"name": "token", "secret": "correct-horse-battery"}
    given = {"corpora": {"default": tmp_path / "corpus"}, "host": "0.0.0.0", "access": [token]}
    return ServeSettings.model_validate(given)


def test_the_image_has_a_python_that_the_package_takes_and_the_wheels_are_for() -> None:
    version = only(r"^ARG BASE=python:(\d\.\d+)-slim", DOCKERFILE)
    assert SpecifierSet(PROJECT["requires-python"]).contains(version)
    assert f"python:{version}-" in COLLECT
    assert f"PYTHON=${{PYTHON:-python{version}}}" in COLLECT


def test_the_extras_are_there_and_the_same_everywhere() -> None:
    extras = only(r"askdocs\[([\w,]+)\]\"", DOCKERFILE)
    assert set(extras.split(",")) <= set(PROJECT["optional-dependencies"])
    assert {"bundled", "serve"} <= set(extras.split(","))
    assert only(r"^EXTRAS=(\S+)", COLLECT) == extras
    for named in re.findall(r"askdocs\[([\w,]+)\]", PAGE):
        assert set(named.split(",")) <= set(extras.split(","))


def test_the_image_starts_the_command_on_the_port_it_shows() -> None:
    port = only(r"^EXPOSE (\d+)", DOCKERFILE)
    assert int(port) == DEFAULTS["--port"]
    assert json.loads(only(r"^ENTRYPOINT (.+)", DOCKERFILE)) == [*PROJECT["scripts"]]  # no shell that keeps SIGTERM
    name, *arguments = json.loads(only(r"^CMD (\[.+)", DOCKERFILE))
    assert name == serve_command.name
    given = serve_command.make_context("serve", arguments).params
    assert (given["host"], given["port"]) == ("0.0.0.0", int(port))
    assert f"http://127.0.0.1:{port}/healthz" in DOCKERFILE


def test_the_image_sets_what_the_settings_know() -> None:
    variables = dict(re.findall(r"(ASKDOCS_\w+)=(\S+)", DOCKERFILE))
    assert {name.removeprefix("ASKDOCS_").lower() for name in variables} <= set(Settings.model_fields)
    assert only(r"^VOLUME (\S+)", DOCKERFILE) == variables["ASKDOCS_CORPUS"]
    made = only(r"install --directory \S+ askdocs --group askdocs (.+)", DOCKERFILE).split()
    assert {variables["ASKDOCS_CORPUS"], variables["ASKDOCS_CACHE_DIR"]} == set(made)


def test_the_check_of_the_image_needs_no_token_and_no_name(settings: ServeSettings) -> None:
    app = create_app(settings, embedder=DeterministicEmbedder(), generator=ScriptedGenerator("no"))
    address, path = re.findall(r"(http://127\.0\.0\.1:\d+)(/\w+)", DOCKERFILE)[0]
    with TestClient(app, base_url=address) as client:
        assert client.get(path).status_code in (200, 503)
        assert client.get("/metrics").status_code == 401


@pytest.mark.parametrize("text", [SERVICE, PAGE], ids=["unit", "page"])
def test_the_commands_that_are_shown_are_understood(text: str) -> None:
    shown = [line.replace("\\\n", " ").split() for line in SERVED.findall(text)]
    shown = [arguments for arguments in shown if arguments[0].startswith("--")]
    assert shown
    for arguments in shown:
        serve_command.make_context("serve", arguments)
    if text is PAGE:
        in_a_table = re.findall(r"`(--[\w-]+)", text)
        with click.Context(serve_command) as context:
            known = {name for option in serve_command.get_params(context) for name in option.opts}
        assert set(in_a_table) <= known | {"--verify"}


def test_the_unit_waits_until_questions_may_have_ended() -> None:
    assert int(only(r"^TimeoutStopSec=(\d+)", SERVICE)) > GRACE
    assert int(only(r"--stop-timeout (\d+)", PAGE)) > GRACE


def test_every_route_is_on_the_page(settings: ServeSettings) -> None:
    app = create_app(settings, embedder=DeterministicEmbedder(), generator=ScriptedGenerator("no"))
    listed = set(re.findall(r"^\| `(?:[A-Z]+ )?(/\S+)`", PAGE, re.MULTILINE))
    assert set(app.openapi()["paths"]) <= listed


def test_the_proxies_pass_events_on_as_they_come() -> None:
    assert "flush_interval -1" in (ROOT / "deploy" / "Caddyfile").read_text(encoding="utf-8")
    assert "proxy_buffering off;" in (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
