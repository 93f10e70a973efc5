"""Bytes flipped or lost anywhere: it works, or says what is lost; `verify` finds it; nothing wrong is ever cited."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from askdocs.core.articles import Article
from askdocs.core.errors import CorpusDamaged, CorpusError
from askdocs.corpus.corpus import Corpus
from askdocs.testing import DeterministicEmbedder

FILES = {"corpus.db": 150, "vectors.faiss": 30, "corpus.checksum": 20}
QUESTIONS = ("How many shares did company 3 sell?", "Story told in autumn 7", "million dollars")


def open_corpus(path: Path, create: bool = False) -> Corpus:
    return Corpus.open(path, create=create, embedder=DeterministicEmbedder())


def stories() -> list[Article]:
    def text(number: int) -> str:
        facts = (f"Company {number} sold {number * part} shares in autumn {part}. " * 6 for part in range(1, 6))
        return "\n\n".join(facts)

    return [
        Article(
            id=f"a{number}", source=f"news/{number}.md", title=f"Story {number}", text=text(number), meta={"n": "1"}
        )
        for number in range(12)
    ]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus that has seen changes, so that it has free pages and removed chunks as well."""
    path = tmp_path_factory.mktemp("whole") / "corpus"
    with open_corpus(path, create=True) as corpus:
        corpus.add(stories())
        corpus.add([article.model_copy(update={"id": f"old{article.id}", "source": "x"}) for article in stories()[:3]])
        corpus.remove("x")
        assert corpus.verify() == []
    assert {file.name for file in path.iterdir()} == {*FILES, "writer.lock"}
    assert (path / "writer.lock").stat().st_size == 0
    return path


def damages(whole: Path) -> list[tuple[str, int, int]]:
    """Files and places, and how many bytes from there are flipped; -1 cuts the file there."""
    generator = np.random.default_rng(6)
    chosen = []
    for name, count in FILES.items():
        size = (whole / name).stat().st_size
        for number in range(count):
            length = -1 if number % 10 == 0 else int(generator.choice([1, 1, 1, 16, 512]))
            chosen.append((name, int(generator.integers(size)), length))
    return chosen


def damage(file: Path, place: int, length: int) -> None:
    data = bytearray(file.read_bytes())
    if length < 0:
        del data[place:]
    else:
        for position in range(place, min(place + length, len(data))):
            data[position] ^= 1 << (position % 8)
    file.write_bytes(data)


def found_by_verify(path: Path) -> list[str]:
    try:
        with open_corpus(path) as corpus:
            return corpus.verify()
    except CorpusError as error:
        return [str(error)]


def ask_everything(path: Path, articles: dict[str, Article]) -> str:
    """Search and read it all: whatever comes out must be true. Gives what it said is lost, "" when all worked."""
    try:
        with open_corpus(path) as corpus:
            for question in QUESTIONS:
                for hit in corpus.search(question, k=5):
                    article = articles[hit.chunk.article_id]
                    assert article.text[hit.chunk.start : hit.chunk.end] == hit.chunk.text
                    assert (hit.source, hit.title) == (article.source, article.title)
                    assert corpus.article(article.id) == article
            assert {article.id: article for article in corpus.articles()} == articles
    except CorpusDamaged as error:
        return str(error)
    return ""


def rebuild(path: Path) -> str:
    """Rebuild; gives what it said is lost."""
    try:
        with open_corpus(path) as corpus:
            corpus.rebuild()
    except CorpusDamaged as error:
        return str(error)
    return ""


def test_every_byte_matters(whole: Path, tmp_path: Path) -> None:
    articles = {article.id: article for article in stories()}
    missed, rebuilt = [], 0
    for number, (name, place, length) in enumerate(damages(whole)):
        path = tmp_path / str(number)
        shutil.copytree(whole, path)
        damage(path / name, place, length)
        problems = found_by_verify(path)
        if not problems:
            missed.append((name, place, length))
        lost = ask_everything(path, articles)
        assert not lost or name == "corpus.db", (name, place, length, lost)
        if number % 4 == 0:
            lost = rebuild(path)
            assert not lost or name == "corpus.db", (name, place, length, lost)
            if not lost:
                rebuilt += 1
                assert found_by_verify(path) == []
                assert ask_everything(path, articles) == ""
        shutil.rmtree(path)
    assert missed == []
    assert rebuilt >= 10


def test_a_lost_file_is_made_again_or_missed(whole: Path, tmp_path: Path) -> None:
    articles = {article.id: article for article in stories()}
    for name in FILES:
        path = tmp_path / name
        shutil.copytree(whole, path)
        (path / name).unlink()
        if name == "corpus.db":
            with pytest.raises(CorpusDamaged, match="it is gone, and with it all articles"):
                open_corpus(path, create=True)
        else:
            assert ask_everything(path, articles) == ""
            assert found_by_verify(path) == []


def test_a_flipped_text_names_its_article(whole: Path, tmp_path: Path) -> None:
    path = tmp_path / "corpus"
    shutil.copytree(whole, path)
    data = (path / "corpus.db").read_bytes()
    place = data.index(b"Company 7 sold 7 shares in autumn 1")
    damage(path / "corpus.db", place, 1)
    assert "news/7.md" in " ".join(found_by_verify(path))
    with open_corpus(path) as corpus:
        assert corpus.remove("news/7.md") == 1
        corpus.add(stories())
        assert corpus.verify() == []


def test_a_large_database_is_hashed_again_when_much_changed_or_it_is_rebuilt(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("askdocs.storage.checksum._LARGE", 0)
    monkeypatch.setattr("askdocs.storage.checksum._SHARE", 1)  # all chunks must be new
    path = tmp_path / "corpus"
    shutil.copytree(whole, path)
    before = (path / "corpus.checksum").read_bytes()
    with open_corpus(path) as corpus:
        corpus.remove("news/7.md")
        assert (path / "corpus.checksum").read_bytes() == before
        assert corpus.verify() == []
        corpus.rebuild()
        assert (path / "corpus.checksum").read_bytes() != before
        assert corpus.verify() == []


LEAVE_A_LOG = """
import os, sys
from pathlib import Path
from askdocs.storage.embedded import open_writer
from tests.corpus.test_damage import stories
writer = open_writer(Path(sys.argv[1]) / "corpus.db")
for number in range(6):
    writer.drop_source(f"news/{number}.md")
os._exit(0)
"""


def test_damage_to_the_log_of_a_killed_writer(whole: Path, tmp_path: Path) -> None:
    start = tmp_path / "start"
    shutil.copytree(whole, start)
    command = [sys.executable, "-c", LEAVE_A_LOG, str(start)]
    subprocess.run(command, check=True, cwd=Path(__file__).parents[2])
    log = start / "corpus.db-wal"
    size = log.stat().st_size
    assert size > 20_000
    articles = {article.id: article for article in stories()}
    generator = np.random.default_rng(6)
    shown = 0
    for number, place in enumerate(generator.integers(size - 4096, size=20)):
        path = tmp_path / str(number)
        shutil.copytree(start, path)
        (path / "corpus.db-shm").unlink()
        damage(path / log.name, int(place), 1)
        with open_corpus(path) as corpus:
            problems = corpus.verify()
            left = {article.id: article for article in corpus.articles()}
            assert all(articles[found] == article for found, article in left.items())
        # The second half of the head and the page count of a frame may change without any effect.
        shown += bool(problems)
        assert problems or len(left) == 6
        with open_corpus(path) as corpus:
            assert corpus.verify() == []
    assert shown >= 15


FULL_DISK = """
import os, resource, sys
from pathlib import Path
from askdocs.core.errors import CorpusError
from tests.corpus.test_damage import open_corpus, stories
for limit in map(int, sys.argv[2:]):
    if os.fork():
        assert os.wait()[1] == 0, limit
        continue
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        with open_corpus(Path(sys.argv[1]) / str(limit), create=True) as corpus:
            corpus.add(stories())
            said = str(corpus.status().articles)
    except CorpusError as error:
        said = str(error)
    print(limit, said.replace("\\n", " "), flush=True)
    os._exit(0)
"""
LIMITS = (1_000, 40_000, 90_000, 120_000, 1_000_000)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[int, str]]:
    """A corpus for each limit of a file's size, and what was said; one process imports everything and forks."""
    folder = tmp_path_factory.mktemp("filled")
    command = [sys.executable, "-c", FULL_DISK, str(folder), *map(str, LIMITS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert done.returncode == 0, done.stderr
    said = (line.split(" ", 1) for line in done.stdout.splitlines())
    return folder, {int(limit): words for limit, words in said}


@pytest.mark.parametrize("limit", LIMITS)
def test_damage_by_a_full_disk(filled: tuple[Path, dict[int, str]], limit: int) -> None:
    path, said = filled[0] / str(limit), filled[1][limit]
    assert said == "12" if limit == 1_000_000 else "disk is full" in said
    with open_corpus(path, create=True) as corpus:
        assert corpus.verify() == []
        kept = corpus.status().articles
        report = corpus.add(stories())
        assert (report.added, report.unchanged) == (12 - kept, kept)
        assert corpus.verify() == []
