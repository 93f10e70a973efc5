"""``askdocs add --watch``: Ctrl-C at any moment ends it with the sums of what was stored, and status 0."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from askdocs.cli.commands import add
from askdocs.cli.main import main
from askdocs.core.errors import CorpusLocked
from askdocs.core.reports import AddReport
from askdocs.corpus.corpus import Corpus
from askdocs.embedding import embedder
from askdocs.ingest.article_adder import ArticleAdder
from askdocs.storage.lock import writing
from askdocs.storage.write_session import WriteSessions
from askdocs.testing import DeterministicEmbedder

Watch = Callable[[], tuple[int, AddReport, str]]


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Iterator[Watch]:
    """Watch a folder with two articles; gives the status, the sums and what was said."""
    monkeypatch.setattr(embedder, "default_embedder", DeterministicEmbedder)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "articles").mkdir()
    for name in ("first", "second"):
        (tmp_path / "articles" / f"{name}.txt").write_text(f"The {name} story was here before anyone looked.")

    def run() -> tuple[int, AddReport, str]:
        status = main(["add", "articles", "--watch", "--json"])
        captured = capfd.readouterr()
        return status, AddReport.model_validate(json.loads(captured.out)), captured.err

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # which is ignored where tests run with `&`
    yield run
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    signal.signal(signal.SIGINT, before)


def press(monkeypatch: pytest.MonkeyPatch, place: object, name: str, *, after: bool, times: int = 1) -> None:
    """Press Ctrl-C right before or right after the first call of a function."""
    called: Callable[..., Any] = getattr(place, name)
    presses = [signal.SIGINT] * times

    def pressed(*arguments: Any, **options: Any) -> Any:
        result = called(*arguments, **options) if after else None
        while presses:
            signal.raise_signal(presses.pop())
        return result if after else called(*arguments, **options)

    monkeypatch.setattr(place, name, pressed)


def test_interrupted_between_what_is_said_and_what_is_summed(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    press(monkeypatch, add, "tell", after=True)
    status, sums, said = watch()
    assert (status, sums.added) == (0, 2)
    assert said.splitlines()[-1] == "no longer watching"


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(
    ("place", "name", "added"),
    [(add, "open_corpus", 0), (add, "_sum", 2), (DeterministicEmbedder, "embed_texts", 2), (ArticleAdder, "_put", 2),
     (ArticleAdder, "add_one", 1), (WriteSessions, "_bring_up", 2)],
)  # fmt: skip
def test_interrupted_anywhere(
    watch: Watch,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    place: object,
    name: str,
    added: int,
    after: bool,
) -> None:
    """The sums say what is stored: the file it was at is finished, the others are left."""
    press(monkeypatch, place, name, after=after)
    status, sums, said = watch()
    assert (status, sums.added) == (0, added)
    assert "Traceback" not in said
    with Corpus.open(tmp_path / ".askdocs", embedder=DeterministicEmbedder()) as corpus:
        assert len(list(corpus.articles())) == sums.added


def test_interrupted_twice_at_once_and_while_it_ends(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second Ctrl-C does not wait for the step; later ones cannot cut the sums off."""
    press(monkeypatch, add, "tell", after=True, times=3)
    press(monkeypatch, add, "emit_json", after=False)
    press(monkeypatch, Corpus, "close", after=True)
    status, sums, _ = watch()
    assert (status, sums.added) == (0, 2)


def test_a_writer_that_was_given_up_does_not_wait_for_the_other(tmp_path: Path) -> None:
    """The one that holds the lock never lets go of it here: the test ends only because nobody waits."""
    with writing(tmp_path, 0.0), pytest.raises(CorpusLocked), writing(tmp_path, 3600.0, lambda: True):
        pass
