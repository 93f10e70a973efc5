"""Tokens as an operator gives them."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from askdocs.core.errors import AskdocsError
from askdocs.core.settings import load_settings
from askdocs.serving.app import create_app
from askdocs.serving.settings import ServeSettings
from askdocs.serving.token_file import read_tokens, tokens_of

SECRET = "c0rrect-horse-battery"


def _file(folder: Path, text: str, mode: int = 0o600) -> Path:
    file = folder / "tokens"
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    return file


def test_a_line_names_a_token_its_secret_and_its_corpora(tmp_path: Path) -> None:
    ann, bob = read_tokens(_file(tmp_path, f"# who may\n\nann {SECRET}1 news,wages\n  bob\t{SECRET}2\n"))
    assert (ann.name, ann.secret.get_secret_value(), ann.corpora) == ("ann", SECRET + "1", frozenset({"news", "wages"}))
    assert (bob.name, bob.secret.get_secret_value(), bob.corpora) == ("bob", SECRET + "2", None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"ann {SECRET}\nbob short-{SECRET[:5]}", "line 2: the secret is shorter than 16 characters"),
        (f"ann {SECRET}\nann {SECRET}2", "line 2: there is a token 'ann' already"),
        (f"ann {SECRET}\nbob {SECRET}", "line 2: another line holds the same secret"),
        ("ann", "line 1: 1 words"),
        (f"ann {SECRET} news wages", "line 1: 4 words"),
        (f"ann {SECRET} news,,wages", "line 1: a name of a corpus is empty"),
        (f"ann/.. {SECRET}", "line 1: the name may hold"),
        (f"ann {SECRET}é", "line 1: the secret may hold"),
        ("# nobody\n", "it holds no token"),
    ],
)
def test_a_line_that_is_wrong_is_named_and_the_secret_is_not(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(AskdocsError) as error:
        read_tokens(_file(tmp_path, text))
    assert said in str(error.value)
    assert SECRET[:5] not in str(error.value)


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(AskdocsError, match=r"others may read it \(mode 6[046]*\); chmod 600"):
        read_tokens(_file(tmp_path, f"ann {SECRET}", mode))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(AskdocsError, match="nothing: No such file"):
        read_tokens(tmp_path / "nothing")
    (tmp_path / "odd").write_bytes(b"\xff\xfe")
    (tmp_path / "odd").chmod(0o600)
    with pytest.raises(AskdocsError, match="no text in UTF-8"):
        read_tokens(tmp_path / "odd")


@pytest.mark.parametrize("secret", ["", " ", "short", "with a space in it"])
def test_a_variable_that_is_no_secret_is_refused_and_not_left_out(secret: str) -> None:
    with pytest.raises(AskdocsError, match="ASKDOCS_TOKEN: the secret"):
        tokens_of({"ASKDOCS_TOKEN": secret}, None)


def test_the_variable_stands_beside_the_file(tmp_path: Path) -> None:
    tokens = tokens_of({"ASKDOCS_TOKEN": SECRET + "0"}, _file(tmp_path, f"ann {SECRET}1"))
    assert [token.name for token in tokens] == ["token", "ann"]
    assert tokens_of({}, None) == ()


def test_the_variable_is_no_mistyped_setting(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("ASKDOCS_TOKEN", SECRET)
    with caplog.at_level(logging.DEBUG):
        assert SECRET not in repr(load_settings())
    assert not caplog.records


def test_no_secret_is_shown_by_settings(tmp_path: Path) -> None:
    settings = ServeSettings(
        corpora={"news": tmp_path}, access=tokens_of({"ASKDOCS_TOKEN": SECRET}, None), host="0.0.0.0"
    )
    assert SECRET not in f"{settings!r} {settings.model_dump_json()} {create_app(settings).state.service.tokens!r}"


def test_an_open_address_needs_a_token_and_tokens_name_corpora_that_are_served(tmp_path: Path) -> None:
    corpora = {"news": tmp_path}
    with pytest.raises(AskdocsError, match="a token is needed; set ASKDOCS_TOKEN or give --token-file"):
        create_app(ServeSettings(corpora=corpora, host="0.0.0.0"))
    tokens = tuple(read_tokens(_file(tmp_path, f"ann {SECRET} news,wages")))
    with pytest.raises(AskdocsError, match="a token names the corpus 'wages', which is not served"):
        create_app(ServeSettings(corpora=corpora, access=tokens))
    token = tokens_of({"ASKDOCS_TOKEN": SECRET}, None)
    with pytest.raises(AskdocsError, match="two tokens have the same name"):
        create_app(ServeSettings(corpora=corpora, access=token + token))
