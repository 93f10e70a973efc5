"""A corpus copied to another place, both ways."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from askdocs.cli.main import main
from askdocs.core.articles import Article
from askdocs.core.errors import CorpusError, CorpusMismatch
from askdocs.corpus.copying import CopyReport, check_copied, copy_articles
from askdocs.corpus.corpus import Corpus
from askdocs.testing import DeterministicEmbedder

EMBEDDER = DeterministicEmbedder()


@pytest.fixture
def full(tmp_path: Path, folder: Path) -> Iterator[Corpus]:
    """A corpus of two articles and a table; one article has two sources."""
    (folder / "again.txt").write_bytes((folder / "deep" / "rain.txt").read_bytes())
    (folder / "sales.csv").write_text("company,shares\nXPeng,33\nNIO,12\n")
    with Corpus.open(tmp_path / "full", embedder=EMBEDDER) as corpus:
        corpus.add(folder)
        yield corpus


@pytest.fixture(params=["folder", "postgres"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Corpus]:
    place = tmp_path / "target" if request.param == "folder" else request.getfixturevalue("postgres_corpus")
    with Corpus.open(place, embedder=EMBEDDER) as corpus:
        yield corpus


def found(corpus: Corpus) -> list[tuple[str, int, str, float]]:
    return [(hit.source, hit.chunk.start, hit.chunk.text, round(hit.score, 5)) for hit in corpus.search("XPeng shares")]


def test_a_copy_holds_the_same_and_back_again(full: Corpus, target: Corpus, folder: Path, tmp_path: Path) -> None:
    report = copy_articles(full.storage, target.storage)
    assert (report.copied, report.unchanged, report.skipped, report.differing) == (full.status().articles, 0, (), ())
    assert list(target.articles()) == list(full.articles())
    assert found(target) == found(full)
    assert target.verify() == []
    assert target.add(folder).added == 0  # what is known of the files came with it
    with Corpus.open(tmp_path / "back", embedder=EMBEDDER) as back:
        assert copy_articles(target.storage, back.storage).copied == report.copied
        assert list(back.articles()) == list(full.articles())
        assert found(back) == found(full)


def test_a_copy_that_was_interrupted_goes_on(full: Corpus, target: Corpus) -> None:
    class Stop(Exception):
        pass

    def stop(done: int, total: int) -> None:
        raise Stop

    with contextlib.suppress(Stop):
        copy_articles(full.storage, target.storage, stop)
    assert target.status().articles == 1
    report = copy_articles(full.storage, target.storage)
    assert (report.copied, report.unchanged) == (full.status().articles - 1, 1)
    assert target.verify() == []


def test_a_changed_article_is_copied_again_and_others_stay(full: Corpus, target: Corpus) -> None:
    copy_articles(full.storage, target.storage)
    target.add(Article(id="own", source="own", title="Own", text="Only here."))
    full.add(Article(id="new", source="new", title="New", text="First."))
    copy_articles(full.storage, target.storage)
    full.add(Article(id="new", source="new", title="New", text="Second."))
    assert copy_articles(full.storage, target.storage).copied == 1
    assert target.article("new").text == "Second."
    assert target.article("own").text == "Only here."


def test_another_embedder_is_refused(full: Corpus, tmp_path: Path) -> None:
    with Corpus.open(tmp_path / "other", embedder=DeterministicEmbedder(name="other")) as other:
        other.add(Article(id="own", source="own", title="Own", text="Only here."))
        with pytest.raises(CorpusMismatch, match="'deterministic'"):
            copy_articles(full.storage, other.storage)


def test_a_damaged_article_is_skipped_and_named(full: Corpus, target: Corpus) -> None:
    with full.storage.writing() as writer:
        (source,) = (one for one in writer.sources() if one.source.endswith("sale.md"))
        number = writer.article_of(source.source)
        writer.database.change("UPDATE texts SET text = 'Nothing.' WHERE article = ?", (number,))
    report = copy_articles(full.storage, target.storage)
    (skipped,) = report.skipped
    assert skipped.source == source.source
    assert report.copied == full.status().articles - 1


def test_what_differs_in_the_end_is_an_error(full: Corpus, target: Corpus) -> None:
    with pytest.raises(CorpusError, match="copy again"):
        check_copied(CopyReport(differing=("a",)), full.storage, target.storage)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str], postgres_corpus: str) -> None:
    with Corpus.open(tmp_path / "full", embedder=EMBEDDER) as corpus:
        corpus.add(Article(id="a", source="a", title="Sale", text="Alibaba sold 33 million shares."))
    assert main(["copy", str(tmp_path / "full"), postgres_corpus]) == 0
    assert "1 article copied" in capsys.readouterr().err
    assert main(["copy", postgres_corpus, str(tmp_path / "back"), "--json"]) == 0
    assert '"copied": 1' in capsys.readouterr().out
    assert main(["status", "--corpus", postgres_corpus]) == 0
    assert "articles    1" in capsys.readouterr().out
    assert main(["copy", str(tmp_path / "none"), postgres_corpus]) == 1
