"""Following a folder: what comes, changes, moves and goes in it is soon so in the corpus."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from askdocs.core.reports import AddReport
from askdocs.corpus.corpus import Corpus
from askdocs.testing import DeterministicEmbedder


class Watching:
    """A corpus that follows a folder in a thread, with the reports so far."""

    def __init__(self, folder: Path) -> None:
        self.corpus = Corpus.open(folder / ".askdocs", embedder=DeterministicEmbedder())
        self.reports: list[AddReport] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._follow, args=(folder,))
        self._thread.start()

    def _follow(self, folder: Path) -> None:
        self.reports.extend(self.corpus.watch(folder, prune=True, stop=self._stop))

    def until(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + 20
        while not condition():
            assert time.monotonic() < end, self.reports
            time.sleep(0.05)

    def names(self) -> list[str]:
        return sorted(Path(article.source).name for article in self.corpus.articles())

    def close(self) -> None:
        self._stop.set()
        self._thread.join()
        self.corpus.close()


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Watching]:
    (tmp_path / "first.txt").write_text("The first story was here before anyone looked.")
    made = Watching(tmp_path)
    yield made
    made.close()


def test_watch_follows_a_folder(watching: Watching, tmp_path: Path) -> None:
    watching.until(lambda: watching.names() == ["first.txt"])
    (tmp_path / "second.txt").write_text("A second story came while it was being watched.")
    (tmp_path / ".hidden.txt").write_text("Nobody reads hidden files.")
    watching.until(lambda: watching.names() == ["first.txt", "second.txt"])
    (tmp_path / "deep").mkdir()
    (tmp_path / "second.txt").rename(tmp_path / "deep" / "moved.txt")
    watching.until(lambda: watching.names() == ["first.txt", "moved.txt"])
    (tmp_path / "first.txt").write_text("The first story was told differently in the evening.")
    watching.until(lambda: any("differently" in one.text for one in watching.corpus.articles()))
    (tmp_path / "first.txt").unlink()
    watching.until(lambda: watching.names() == ["moved.txt"])
    assert watching.corpus.verify() == []
