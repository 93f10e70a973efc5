"""Opening a corpus: what is none, what is another's, what is locked, closed or read-only."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from askdocs.core.base import FloatArray
from askdocs.core.errors import CorpusDamaged, CorpusError, CorpusLocked, CorpusMismatch, SourceError
from askdocs.corpus.corpus import Corpus
from askdocs.storage.lock import writing
from askdocs.testing import DeterministicEmbedder


def test_paths_that_are_no_corpus(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="there is no corpus here"):
        Corpus.open(tmp_path / "missing", create=False)
    (tmp_path / "file").write_text("x")
    with pytest.raises(CorpusError, match="this is a file"):
        Corpus.open(tmp_path / "file")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "corpus.db").write_text("something else, longer than a hundred bytes" * 10)
    with pytest.raises(CorpusDamaged, match="its beginning is lost"):
        Corpus.open(tmp_path / "other")


@pytest.mark.parametrize("place", ["folder"], indirect=True)
@pytest.mark.parametrize("length", [0, 50, 5_000, -4096])
def test_a_database_that_is_cut_short(corpus: Corpus, folder: Path, length: int) -> None:
    corpus.add(folder)
    corpus.close()
    os.truncate(corpus.path / "corpus.db", length % (corpus.path / "corpus.db").stat().st_size)
    with pytest.raises(CorpusDamaged, match=r"its end cut off .* restore it from a copy"):
        Corpus.open(corpus.path, embedder=DeterministicEmbedder())


def test_another_embedder_is_refused(corpus: Corpus, folder: Path, place: Path | str) -> None:
    corpus.add(folder)
    with pytest.raises(CorpusMismatch, match="'deterministic', and 'other'"):
        Corpus.open(place, embedder=DeterministicEmbedder(name="other"))
    assert corpus.status().embedder == DeterministicEmbedder().fingerprint


class Narrow(DeterministicEmbedder):
    """Makes vectors of another width than it says."""

    def embed_texts(self, texts: Sequence[str]) -> FloatArray:
        narrow: FloatArray = super().embed_texts(texts)[:, :5]
        return narrow


def test_an_embedder_that_is_refused_leaves_no_trace(tmp_path: Path, folder: Path) -> None:
    with Corpus.open(tmp_path / "new", embedder=Narrow(name="narrow")) as corpus:
        generation = corpus.status().generation
        with pytest.raises(CorpusError, match=r"gave vectors of the shape \(\d+, 5\)"):
            corpus.add(folder)
        with pytest.raises(SourceError, match="an Article is wanted"):
            corpus.add(folder, 5)  # type: ignore[arg-type]
        assert corpus.status().embedder is None
        assert corpus.status().generation == generation
    with Corpus.open(tmp_path / "new", embedder=DeterministicEmbedder()) as corpus:
        assert corpus.add(folder).added == 2
        assert corpus.status().embedder == DeterministicEmbedder().fingerprint


def test_a_closed_corpus_says_so(tmp_path: Path) -> None:
    corpus = Corpus.open(tmp_path / "c", embedder=DeterministicEmbedder())
    corpus.close()
    corpus.close()
    with pytest.raises(CorpusError, match="closed"):
        corpus.search("x")
    with pytest.raises(CorpusError, match="closed"):
        corpus.add("x")


def test_a_second_writer_waits_and_then_names_the_first(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "locked"
    Corpus.open(path, embedder=DeterministicEmbedder()).close()
    second = Corpus.open(path, embedder=DeterministicEmbedder(), lock_seconds=0.2)
    with writing(path, 1.0), pytest.raises(CorpusLocked, match=f"process {os.getpid()} on .* is writing"):
        second.add(folder)
    assert second.add(folder).added == 2
    assert not (path / "writer.json").exists()


@pytest.fixture
def tmp_path_for_all() -> Iterator[Path]:
    """A folder that other users may enter; pytest's own may not."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


READ_ONLY = """
import os, sys
from pathlib import Path
import faiss  # now, since another user may not read a checkout in root's folders
from askdocs.corpus.corpus import Corpus
from askdocs.core.errors import CorpusError
from askdocs.testing import DeterministicEmbedder
if os.geteuid() == 0:
    os.setgid(65534); os.setuid(65534)
corpus = Corpus.open(Path(sys.argv[1]), embedder=DeterministicEmbedder())
assert "33 million" in corpus.search("How many XPeng shares?", k=1)[0].chunk.text
assert corpus.verify() == [], corpus.verify()
try:
    corpus.add("x")
except CorpusError as error:
    assert "cannot be written" in str(error), error
else:
    raise AssertionError("added to a read-only folder")
print("read", corpus.status().articles)
"""


@pytest.mark.parametrize("killed", [False, True], ids=["closed", "with a log left"])
def test_a_read_only_folder_can_be_asked(tmp_path_for_all: Path, folder: Path, killed: bool) -> None:
    path = tmp_path_for_all / "shown"
    with Corpus.open(path, embedder=DeterministicEmbedder()) as corpus:
        corpus.add(folder)
    if killed:
        script = "import sys, os; from askdocs.storage.embedded import open_writer; from pathlib import Path\n"
        script += "w = open_writer(Path(sys.argv[1])); w.drop_source(w.sources()[0].source); os._exit(1)"
        subprocess.run([sys.executable, "-c", script, str(path / "corpus.db")], check=False)
        assert (path / "corpus.db-wal").stat().st_size
        (path / "corpus.db-shm").unlink()
    for file in path.iterdir():
        file.chmod(0o444)
    path.chmod(0o555)
    try:
        done = subprocess.run([sys.executable, "-c", READ_ONLY, str(path)], capture_output=True, text=True, check=False)
    finally:
        path.chmod(0o755)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["read", "1" if killed else "2"]
