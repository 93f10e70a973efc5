"""The options of ``askdocs serve`` that say who may use it: what is wrong ends the start with a line that says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from askdocs.cli.main import FAILED, main


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--host", "0.0.0.0"], "host 0.0.0.0: other machines can reach it, so a token is needed; set ASKDOCS_TOKEN"),
        (["--host", "::"], "a token is needed"),
        (["--host", "127.0.0.2"], "a token is needed"),
        (["--allow-host", "*"], "host '*': give a name or an address alone"),
        (["--allow-origin", "*"], "origin '*': give it as browsers do"),
        (["--allow-origin", "null"], "origin 'null': give it as browsers do"),
        (["--behind-proxy", "*"], "proxy '*': give its address"),
        (["--token-file", "nothing"], "nothing: No such file or directory"),
    ],
)
def test_what_is_wrong_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, options: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ASKDOCS_TOKEN", raising=False)
    assert main(["serve", "--port", "0", *options]) == FAILED
    printed = capsys.readouterr().err
    assert said in printed
    assert printed.count("\n") == 1


def test_a_token_that_is_too_short_is_refused_and_not_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASKDOCS_TOKEN", "hunter2")
    assert main(["serve", "--port", "0", "--host", "0.0.0.0"]) == FAILED
    said = capsys.readouterr().err
    assert "ASKDOCS_TOKEN: the secret is shorter than 16 characters" in said
    assert "hunter2" not in said
