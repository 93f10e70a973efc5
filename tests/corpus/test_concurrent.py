"""Six processes ask while one adds and removes: no errors, and nothing cited that was removed before the question.

Runs one and a half seconds; ``ASKDOCS_TEST_SECONDS=60`` makes it a minute.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

from askdocs.core.articles import Article
from askdocs.corpus.corpus import Corpus
from askdocs.testing import DeterministicEmbedder

SECONDS = float(os.environ.get("ASKDOCS_TEST_SECONDS", "1.5"))
READERS = 6

# The writer notes an id in `removed` once `remove` has returned; a question begun later must not see it.
READER = """
import sys, time
from pathlib import Path
from askdocs.core.places import place_of
from askdocs.corpus.corpus import Corpus
from askdocs.testing import DeterministicEmbedder

place, removed, seconds = place_of(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])
count, end = 0, time.monotonic() + seconds
with Corpus.open(place, create=False, embedder=DeterministicEmbedder()) as corpus:
    while time.monotonic() < end:
        gone = set(removed.read_text().split("\\n")[:-1])
        with corpus.searcher.snapshot():
            hits = corpus.search(f"Company {count % 40} sold shares", k=5)
            for hit in hits:
                article = corpus.article(hit.chunk.article_id)
                assert article.text[hit.chunk.start : hit.chunk.end] == hit.chunk.text
                assert article.id not in gone, article.id
        assert hits
        count += 1
print(count)
"""


def article(number: int) -> Article:
    paragraphs = [
        f"Company {number % 40} sold {number} shares in part {part}. " + "More was said. " * 60 for part in range(3)
    ]
    return Article(id=f"a{number}", source=f"s{number}", title=f"Sale {number}", text="\n\n".join(paragraphs))


def test_concurrent_readers_and_a_writer(tmp_path: Path, place: Path | str) -> None:
    removed = tmp_path / "removed"
    removed.write_text("")
    with Corpus.open(place, embedder=DeterministicEmbedder()) as corpus:
        corpus.add([article(number) for number in range(20)])
        command = [sys.executable, "-c", READER, str(place), str(removed), str(SECONDS)]
        readers = [
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(READERS)
        ]
        first, last = 0, 20
        while any(reader.poll() is None for reader in readers):
            corpus.add([article(last), article(last + 1)])
            last += 2
            for number in (first, first + 1):
                assert corpus.remove(f"s{number}") == 1
                with removed.open("a") as file:
                    file.write(f"a{number}\n")
            first += 2
        results = [reader.communicate() for reader in readers]
        errors = [error[-1500:] for _, error in results if error]
        assert [reader.returncode for reader in readers] == [0] * READERS, errors
        assert min(int(output) for output, _ in results) > 0
        assert corpus.verify() == []
        assert {one.id for one in corpus.articles()} == {f"a{number}" for number in range(first, last)}


def test_concurrent_threads_share_one_corpus(tmp_path: Path) -> None:
    errors: list[BaseException] = []
    with Corpus.open(tmp_path / "corpus", embedder=DeterministicEmbedder()) as corpus:
        corpus.add([article(number) for number in range(10)])

        def ask() -> None:
            try:
                for number in range(10):
                    for hit in corpus.search(f"Company {number} sold shares", k=3):
                        assert hit.chunk.text
            except BaseException as error:
                errors.append(error)

        threads = [threading.Thread(target=ask) for _ in range(6)]
        for thread in threads:
            thread.start()
        for number in range(10, 16):
            corpus.add(article(number))
            corpus.remove(f"s{number - 10}")
        for thread in threads:
            thread.join()
        assert errors == []
        assert corpus.verify() == []


def test_concurrent_writers_take_turns(tmp_path: Path) -> None:
    path = tmp_path / "corpus"
    Corpus.open(path, embedder=DeterministicEmbedder()).close()
    script = (
        "import sys; from tests.corpus.test_concurrent import *\n"
        "with Corpus.open(sys.argv[1], embedder=DeterministicEmbedder(), lock_seconds=120) as corpus:\n"
        "    for number in range(int(sys.argv[2]), 24, 4): corpus.add(article(number))\n"
    )
    command = [sys.executable, "-c", script, str(path)]
    root = Path(__file__).parents[2]
    writers = [subprocess.Popen([*command, str(number)], stderr=subprocess.PIPE, cwd=root) for number in range(4)]
    assert [(writer.communicate()[1], writer.returncode) for writer in writers] == [(b"", 0)] * 4
    with Corpus.open(path, embedder=DeterministicEmbedder()) as corpus:
        assert {one.id for one in corpus.articles()} == {f"a{number}" for number in range(24)}
        assert corpus.verify() == []
