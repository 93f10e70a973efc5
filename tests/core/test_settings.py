"""Arguments win over variables, variables over the file, and what is wrong is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from askdocs.core.errors import AskdocsError
from askdocs.core.settings import load_settings


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("ASKDOCS_TIMEOUT", "ASKDOCS_THREADS"):  # what each worker of the tests is given
        monkeypatch.delenv(name, raising=False)


def test_defaults() -> None:
    settings = load_settings()
    assert (settings.corpus, settings.model, settings.k) == (Path(".askdocs"), "smollm2", 4)
    assert settings.thread_count >= 1


def test_the_order_of_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("askdocs.toml").write_text('k = 5\nmodel = "extractive"\ntimeout = 7\n')
    monkeypatch.setenv("ASKDOCS_K", "6")
    monkeypatch.setenv("ASKDOCS_MODEL", "smollm2+base")
    settings = load_settings(k=7, threshold=None)
    assert (settings.k, settings.model, settings.timeout, settings.threshold) == (7, "smollm2+base", 7, None)


def test_the_api_key_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKDOCS_API_KEY", "hush")
    settings = load_settings()
    assert settings.api_key is not None
    assert settings.api_key.get_secret_value() == "hush"
    assert "hush" not in repr(settings)


def test_what_is_wrong_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AskdocsError, match=r"setting k: .* 100; given 1000"):
        load_settings(k=1000)
    monkeypatch.setenv("ASKDOCS_THRESHOLD", "high")
    with pytest.raises(AskdocsError, match=r"variable ASKDOCS_THRESHOLD: .*'high'"):
        load_settings()


def test_a_wrong_file_is_named() -> None:
    Path("askdocs.toml").write_text("modell = 'smollm2'\n")
    with pytest.raises(
        AskdocsError, match=r"^askdocs.toml: there is no setting 'modell'; did you mean model\? \(known: "
    ):
        load_settings()
    Path("askdocs.toml").write_text("model = \n")
    with pytest.raises(AskdocsError, match=r"askdocs.toml: "):
        load_settings()


def test_a_misspelt_variable_is_said_once(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("ASKDOCS_TRESHOLD", "0.4")
    monkeypatch.setenv("ASKDOCS_BENCH_RUNS", "1")  # of somebody else
    for _ in range(2):
        load_settings()
    said = [record.getMessage() for record in caplog.records]
    assert said == ["the variable ASKDOCS_TRESHOLD is no setting and does nothing; did you mean ASKDOCS_THRESHOLD?"]
