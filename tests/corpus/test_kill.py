"""Killed at any moment, a corpus is as it was last committed: checked, searched, and the change finished."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from askdocs.corpus.corpus import Corpus
from askdocs.testing import DeterministicEmbedder
from tests.support.crash import contents, write_articles

# The command with everything real but the embedder.
COMMAND = """
import sys
import askdocs.embedding.embedder
from askdocs.testing import DeterministicEmbedder
askdocs.embedding.embedder.default_embedder = DeterministicEmbedder
from askdocs.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(("start", "deaths"), [("fresh", 50), ("old", 50)])
def test_killed_before_a_step_of_a_change(tmp_path: Path, start: str, deaths: int) -> None:
    command = [sys.executable, "-m", "tests.support.crash", str(tmp_path), str(deaths), "6", start]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert done.returncode == 0, done.stderr
    steps, died = map(int, done.stdout.split())
    assert died == deaths <= steps


def test_the_command_killed_at_random_moments(tmp_path: Path) -> None:
    folder, path = tmp_path / "articles", tmp_path / "corpus"
    write_articles(folder, list(range(60)), "as it was told")
    command = [sys.executable, "-c", COMMAND, "add", str(folder), "--corpus", str(path)]
    start = time.monotonic()
    subprocess.run([*command[:-1], str(tmp_path / "whole")], check=True, capture_output=True)
    whole, seconds = contents(tmp_path / "whole"), time.monotonic() - start
    texts = {article.text for article in whole.values()}
    generator = random.Random(6)
    moments = [0.02, *(generator.uniform(0.4, 1.1) for _ in range(9))]
    for moment in moments:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(timeout=moment * seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        with Corpus.open(path, embedder=DeterministicEmbedder()) as corpus:
            assert corpus.verify() == []
            assert {article.text for article in corpus.articles()} <= texts
            for hit in corpus.search("Story told", k=5):
                article = corpus.article(hit.chunk.article_id)
                assert article.text[hit.chunk.start : hit.chunk.end] == hit.chunk.text
    subprocess.run(command, check=True, capture_output=True)
    assert contents(path).keys() == whole.keys()
