"""The thread of the chat that opens the corpus and loads the models: whatever fails in it is told, and none escapes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prompt_toolkit.application import Application

from askdocs import Corpus
from askdocs.cli.chat.session import Options, Session
from askdocs.cli.chat.terminal import _redraw
from askdocs.core.errors import CorpusError
from askdocs.corpus.searcher import Searcher
from askdocs.embedding import embedder
from askdocs.testing import DeterministicEmbedder


class Sitting:
    """A session with what it told, and what escaped from threads meanwhile."""

    def __init__(self, folder: Path) -> None:
        self.told: list[str] = []
        self.escaped: list[BaseException | None] = []
        self.session = Session(folder, Options(model="extractive"), self.told.append)

    def load(self) -> None:
        """Load in the thread, to the end."""
        self.session.warm()
        self.join()

    def join(self) -> None:
        """Wait for the thread that loads, if it has not ended."""
        for thread in threading.enumerate():
            if thread.name == "askdocs-warm":
                thread.join()


@pytest.fixture
def sitting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sitting]:
    monkeypatch.setattr(embedder, "default_embedder", DeterministicEmbedder)
    (tmp_path / "sale.md").write_text("Norhaven has sold 12 million shares of Vestia.")
    with Corpus.open(tmp_path / "news.askdocs", embedder=DeterministicEmbedder()) as corpus:
        corpus.add(tmp_path / "sale.md")
    made = Sitting(tmp_path / "news.askdocs")
    monkeypatch.setattr(threading, "excepthook", lambda failed: made.escaped.append(failed.exc_value))
    yield made
    made.session.close()


class EndingLoop:
    """The loop of a prompt that ends just after it was found running."""

    def is_closed(self) -> bool:
        return False

    def call_soon_threadsafe(self, *_: object) -> None:
        raise RuntimeError("Event loop is closed")


class EndingApp:
    """As prompt_toolkit's Application when the user presses Enter: its loop is there once, and then gone."""

    invalidate = Application.invalidate
    _is_running = True

    def __init__(self) -> None:
        self._looks: Iterator[EndingLoop | None] = iter([EndingLoop()])

    @property
    def loop(self) -> EndingLoop | None:
        return next(self._looks, None)


def test_a_prompt_that_ends_while_the_state_changes(sitting: Sitting) -> None:
    """The state is drawn with the next prompt."""
    app: Any = EndingApp()
    with pytest.raises(AttributeError, match="NoneType"):
        app.invalidate()  # which is why it is not called in another thread
    app = EndingApp()
    sitting.session.on_state = lambda: _redraw(app)
    sitting.load()
    assert (sitting.escaped, sitting.told, sitting.session.state) == ([], [], "")


def test_leaving_while_it_loads_is_quiet(sitting: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails because the corpus was closed, or the interpreter is ending, is nobody's concern any more."""
    loading, left = threading.Event(), threading.Event()

    def warm(corpus: Corpus, model: str) -> None:
        loading.set()
        assert left.wait(60)
        corpus.search("warm", k=1)

    monkeypatch.setattr(Corpus, "warm", warm)
    sitting.session.warm()
    assert loading.wait(60)
    sitting.session.close()
    left.set()
    sitting.join()
    assert (sitting.escaped, sitting.told) == ([], [])


def test_leaving_before_it_began_to_load_opens_nothing(sitting: Sitting) -> None:
    sitting.session.close()
    sitting.load()
    assert (sitting.escaped, sitting.told) == ([], [])
    with pytest.raises(CorpusError, match="the chat has ended"):
        sitting.session.corpus  # noqa: B018
    with pytest.raises(CorpusError, match="the chat has ended"):
        sitting.session.chats  # noqa: B018


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            RuntimeError("no room\nfor threads"),
            "loading failed (RuntimeError: no room\nfor threads); the next question",
        ),
        (OSError(5, "Input/output error", "corpus.db"), "[Errno 5] Input/output error: 'corpus.db'"),
        (CorpusError("news: damaged"), "news: damaged"),
    ],
)
def test_what_fails_is_told_and_the_next_question_meets_it(
    sitting: Sitting, monkeypatch: pytest.MonkeyPatch, error: Exception, told: str
) -> None:
    def search(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(Searcher, "search", search)
    sitting.load()
    assert sitting.escaped == []
    (line,) = sitting.told
    assert line.startswith(told)
    assert sitting.session.state.startswith(told.splitlines()[0])
    assert "\n" not in sitting.session.state
    with pytest.raises(type(error)):
        sitting.session.ask("How many shares did Norhaven sell?")
